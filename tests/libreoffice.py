"""LibreOffice without a window: the one spreadsheet program that the suite can ask for a second opinion."""

from __future__ import annotations

import csv
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

HOW_TO_GET = (
    "soffice is missing; on Debian: apt-get install --no-install-recommends "
    "libreoffice-calc-nogui libreoffice-writer-nogui fonts-noto-cjk"
)

# One call with 1,000 files stopped after 247 of them, with exit code 0.
BATCH = 100
SECONDS = 90
SECONDS_A_FILE = 6

# Separator, quotes, UTF-8, from line 1, no formats of columns, language; quoted texts, types found, not as shown,
# no formulas, no trimming; then the sheet.
_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,"

_LOAD = "/org.openoffice.Office.Calc/Formula/Load"
# 0 = always: otherwise LibreOffice believes the values that other programs have stored beside their formulas.
_ALWAYS_RECALCULATE = "".join(
    f'<item oor:path="{_LOAD}"><prop oor:name="{name}" oor:op="fuse"><value>0</value></prop></item>'
    for name in ("OOXMLRecalcMode", "ODFRecalcMode")
)
_SETTINGS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
    f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{_ALWAYS_RECALCULATE}</oor:items>\n'
)

# The fonts of official documents, as those that fonts-noto-cjk brings: pages look alike on every machine.
_FACES = {
    "Noto Serif CJK SC": ("方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "宋体", "Times New Roman"),
    "Noto Sans CJK SC": ("黑体", "等线"),
}
_FONTS = (
    '<?xml version="1.0"?><fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
    + "".join(
        f'<match target="pattern"><test name="family"><string>{name}</string></test>'
        f'<edit name="family" mode="assign" binding="strong"><string>{face}</string></edit></match>'
        for face, names in _FACES.items()
        for name in names
    )
    + "</fontconfig>"
)


@dataclass(frozen=True)
class LibreOffice:
    """One LibreOffice with a profile of its own: two processes cannot share one."""

    program: str
    profile: Path

    @staticmethod
    def find(profile: Path) -> LibreOffice | None:
        """The machine's LibreOffice, set to recalculate everything it opens; None where there is none."""
        program = shutil.which("soffice") or shutil.which("libreoffice")
        if program is None:
            return None
        settings = profile / "user" / "registrymodifications.xcu"
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(_SETTINGS, encoding="utf-8")
        (profile / "fonts.conf").write_text(_FONTS, encoding="utf-8")
        return LibreOffice(program, profile)

    def convert(self, paths: Sequence[Path], to: str, out_dir: Path) -> list[Path]:
        """Convert files and return what came out, in their order.

        `to` is what --convert-to takes: "xlsx", "pdf", "csv:Text - txt - csv (StarCalc):44,34,76,…".
        A filter that makes one file a sheet gives them all, as `名称-表名.csv`.
        """
        stems = [path.stem for path in paths]
        if len(set(stems)) < len(stems):
            raise ValueError(f"two inputs of one name would overwrite each other's output: {sorted(stems)}")
        out_dir.mkdir(parents=True, exist_ok=True)
        made: list[Path] = []
        for start in range(0, len(paths), BATCH):
            made += self._convert_batch(paths[start : start + BATCH], to, out_dir)
        return made

    def rows(self, paths: Sequence[Path], sheet: int, out_dir: Path) -> list[list[list[str]]]:
        """The cells of one sheet (from 1) of each workbook, recalculated, as unformatted texts: three times as fast
        as a conversion of the whole."""
        made = self.convert(paths, f"{_CSV}{sheet}", out_dir)
        if len(made) != len(paths):
            raise RuntimeError(f"{len(paths)} workbooks gave {len(made)} sheets")
        return [list(csv.reader(path.read_text("utf-8").splitlines(keepends=True))) for path in made]

    def _convert_batch(self, paths: Sequence[Path], to: str, out_dir: Path) -> list[Path]:
        suffix = "." + to.partition(":")[0]
        with tempfile.TemporaryDirectory(dir=out_dir) as fresh:
            said = self._run("--convert-to", to, "--outdir", fresh, *map(str, paths), files=len(paths))
            made = [list(_outputs(Path(fresh), path.stem, suffix)) for path in paths]
            missing = [path.name for path, files in zip(paths, made, strict=True) if not files]
            if missing:
                raise RuntimeError(f"LibreOffice made nothing of {missing}: {said}")
            return [file.replace(out_dir / file.name) for files in made for file in files]

    def _run(self, *arguments: str, files: int) -> str:
        command = [self.program, "--headless", f"-env:UserInstallation={self.profile.as_uri()}", *arguments]
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            env={**os.environ, "FONTCONFIG_FILE": str(self.profile / "fonts.conf")},
        )
        seconds = SECONDS + SECONDS_A_FILE * files
        try:
            said, _ = process.communicate(timeout=seconds)
        except BaseException:
            # soffice is a script; the program itself is its child, and would go on.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        if process.returncode != 0:
            raise RuntimeError(f"soffice ended with {process.returncode}: {said}")
        return said


def _outputs(folder: Path, stem: str, suffix: str) -> Iterator[Path]:
    """The one file made of an input, or one a sheet."""
    whole = folder / (stem + suffix)
    if whole.exists():
        yield whole
    else:
        yield from sorted(path for path in folder.iterdir() if _is_sheet_of(path, stem, suffix))


def _is_sheet_of(path: Path, stem: str, suffix: str) -> bool:
    return path.suffix == suffix and path.name.startswith(stem + "-")
