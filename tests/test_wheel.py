"""An installed wheel works from another folder: forms, Word template and identities travel with it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.build import ROOT, SAMPLES


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", folder, ROOT], check=True, timeout=300)
    (built,) = folder.glob("selfeval_xl-*.whl")
    return built


def test_what_it_holds(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "forms/hunan-2023/form.toml",
        "forms/hunan-2023/report.docx",
        "rules/identities.toml",
        "writing/report/sample.json",
    ):
        assert f"selfeval_xl/{needed}" in names
    assert not [name for name in names if name.startswith(("tests/", "samples/"))]


def test_it_converts_from_another_folder(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "installed"
    with zipfile.ZipFile(wheel) as package:
        package.extractall(home)
    sample = tmp_path / "填报.xlsx"
    sample.write_bytes((SAMPLES / "示例单位-2023" / "填报.xlsx").read_bytes())
    code = "import selfeval_xl.cli as c; print(c.__file__); c.main()"
    environment = {**os.environ, "PYTHONPATH": str(home), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", code, "convert", "填报.xlsx"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert str(home) in done.stdout.decode()
    assert len(list(tmp_path.glob("示例县*"))) == 2
