"""`python -m portable`: what `make windows`, `make linux-folder` and `make wheelhouse` call; it runs on Windows, too."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

import click

import selfeval_xl
from portable.folders import File, linux, pack, windows
from portable.pythons import Python, embedded, standalone
from portable.wheels import PLATFORMS, VERSIONS, fetch
from selfeval_xl import console

NAME = "部门整体支出绩效自评"
OUT = click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("dist"),
    show_default=True,
    metavar="文件夹",
    help="写到哪里。",
)
VERSION = click.option(
    "--python-version",
    "version",
    type=click.Choice(VERSIONS),
    default="3.11",
    show_default=True,
    help="那台电脑上 Python 的版本。",
)
PYTHON = click.Path(path_type=Path)
MIB = 2**20


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def commands() -> None:
    """做不必安装的文件夹，和供离线安装的包。"""


@commands.command(name="windows")
@click.option(
    "--python-embed",
    "supplied",
    type=PYTHON,
    required=True,
    metavar="文件",
    help="python-3.x.y-embed-amd64.zip。",
)
@OUT
def for_windows(supplied: Path, out: Path) -> None:
    """64 位 Windows 的绿色版。"""
    python = embedded(supplied)
    with TemporaryDirectory() as folder:
        files = windows(python, fetch(Path(folder), python.platform, python.version), supplied)
        _packed(files, python, out)


@commands.command(name="linux")
@click.option(
    "--python", "supplied", type=PYTHON, metavar="文件", help="自带的 Python（python-build-standalone）。"
)
@click.option(
    "--machine",
    type=click.Choice(("x86_64", "aarch64")),
    default="x86_64",
    show_default=True,
    help="没有自带 Python 时，是哪一种处理器。",
)
@VERSION
@OUT
def for_linux(supplied: Path | None, machine: str, version: str, out: Path) -> None:
    """麒麟、统信等 64 位 Linux 的文件夹。"""
    python = standalone(supplied) if supplied else Python(version, f"linux_{machine}", {})
    with TemporaryDirectory() as folder:
        files = linux(python, fetch(Path(folder), python.platform, python.version), supplied)
        _packed(files, python, out)


@commands.command()
@click.option(
    "--platform",
    type=click.Choice(tuple(PLATFORMS)),
    default="win_amd64",
    show_default=True,
    help="哪一种电脑。",
)
@VERSION
@OUT
def wheelhouse(platform: str, version: str, out: Path) -> None:
    """全部安装包，供在不能上网的电脑上用 pip 安装。"""
    folder = out / f"wheels-{platform}-{version}"
    folder.mkdir(parents=True, exist_ok=True)
    wheels = fetch(folder, platform, version)
    size = sum(wheel.stat().st_size for wheel in wheels) / MIB
    console.say(f"{folder}：{len(wheels)} 个安装包，{size:.1f} MiB。在那台电脑上运行：")
    console.say(f"python -m pip install --no-index --find-links {folder.name} selfeval-xl")


def _packed(files: Iterable[File], python: Python, out: Path) -> None:
    content = list(files)
    stem = f"{NAME}-{selfeval_xl.__version__}-{python.platform}-python{python.version}"
    target = out / f"{stem}.zip"
    pack(content, NAME, target)
    size = sum(len(file.content) for file in content) / MIB
    console.say(
        f"{target}：{target.stat().st_size / MIB:.1f} MiB，解开后 {size:.1f} MiB，{len(content)} 个文件。"
    )


if __name__ == "__main__":
    console.leave(console.run(commands))
