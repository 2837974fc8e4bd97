"""What every test may ask for: LibreOffice, and expected texts beside the tests."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.libreoffice import HOW_TO_GET, LibreOffice

ACCOUNT = TemporaryDirectory()
ON_CI = os.environ.get("CI") == "true"

Golden = Callable[[str | Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite-goldens",
        action="store_true",
        help="write the expected texts anew from what the program says now (make goldens)",
    )


def pytest_configure() -> None:
    """A batch makes a key for its account: tests make one of their own, and leave none behind."""
    for name in ("XDG_STATE_HOME", "LOCALAPPDATA"):
        os.environ[name] = ACCOUNT.name


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test that asks for LibreOffice carries its mark: `-m "not libreoffice"` leaves all of them out."""
    for item in items:
        if "soffice" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.libreoffice)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """On CI a skipped test is a failed one: nothing may go unproven in silence."""
    report = yield
    if ON_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, and on CI nothing may be: {report.longreprtext}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Likewise a whole file that skips itself."""
    report = yield
    if ON_CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, and on CI nothing may be: {report.longreprtext}"
    return report


@pytest.fixture(scope="session")
def soffice(tmp_path_factory: pytest.TempPathFactory) -> LibreOffice:
    """LibreOffice with a profile for this worker alone, in the worker's folder of temporary files."""
    office = LibreOffice.find(tmp_path_factory.mktemp("libreoffice"))
    if office is None:
        pytest.skip(HOW_TO_GET)
    return office


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """`golden(path, text)`: the text is what the file says; a relative path starts beside the test."""
    rewrite = bool(request.config.getoption("--rewrite-goldens"))

    def compare(path: str | Path, actual: str) -> None:
        file = request.path.parent / path
        if rewrite:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(actual, encoding="utf-8", newline="\n")
            return
        if not file.exists():
            pytest.fail(f"{file} is not there yet. If the text is right: make goldens", pytrace=False)
        expected = file.read_text(encoding="utf-8")
        assert actual == expected, f"{file.name} says otherwise. If the new text is right: make goldens"

    return compare
