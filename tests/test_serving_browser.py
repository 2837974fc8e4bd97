"""`selfeval serve` in a real Chromium: with scripts and without, what it asks of the network, what a person sees."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import selfeval_xl
from tests.build import SAMPLES
from tests.serving import CHROMIUM, HOW_TO_GET, OPTIONS, Server

playwright = pytest.importorskip("playwright.sync_api", reason=HOW_TO_GET)
pytest.importorskip("starlette", reason="pip install 'selfeval-xl[serve]'")
if CHROMIUM is None:
    pytest.skip(HOW_TO_GET, allow_module_level=True)

JUNSHAN = SAMPLES / "junshan-2023" / "填报.xlsx"
COMPLETE = SAMPLES / "示例单位-2023" / "填报.xlsx"
PATIENCE = 120_000
"""Milliseconds: the machine may have other work."""
WIDTHS = (360, 800, 1280)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("serving"))
    yield running
    running.stop()
    assert running.left() == []


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    with playwright.sync_playwright() as run:
        browser = run.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Any, server: Server) -> Iterator[Any]:
    """A page whose errors, and whose requests elsewhere, are the test's failure."""
    context = chromium.new_context(accept_downloads=True)
    context.set_default_timeout(PATIENCE)
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(f"{error}"))
    opened.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    opened.on(
        "request",
        lambda asked: wrong.append(asked.url) if not asked.url.startswith(server.url + "/") else None,
    )
    opened.goto(server.url)
    yield opened
    context.close()
    assert wrong == []


def upload(page: Any, *files: Path) -> None:
    page.set_input_files("#files", [str(file) for file in files])
    page.get_by_role("button", name="开始核对").click()
    page.wait_for_selector("text=文件保存情况")


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.iterdir()))
def test_downloads_are_the_command_line_s(page: Any, tmp_path: Path, sample: str) -> None:
    source = SAMPLES / sample / "填报.xlsx"
    outcome = selfeval_xl.convert(source, tmp_path / "out")
    upload(page, source)
    assert str(outcome.conclusion.standing) in page.locator("h1").inner_text()
    links = page.locator(".files a")
    assert links.count() == len(outcome.files)
    for at, path in enumerate(outcome.files):
        with page.expect_download() as loading:
            links.nth(at).click()
        loading.value.save_as(tmp_path / "got")
        assert loading.value.suggested_filename == path.name
        assert (tmp_path / "got").read_bytes() == path.read_bytes()


def test_a_new_upload_shows_nothing_of_the_old(page: Any) -> None:
    upload(page, JUNSHAN)
    assert "B-02" in page.content()
    page.get_by_role("link", name="再上传一次").click()
    upload(page, COMPLETE)
    assert "可报送" in page.locator("h1").inner_text()
    assert "B-02" not in page.content()
    assert "君山" not in page.content()


def test_dropped_files_and_progress(page: Any) -> None:
    """The script's part: a drop fills the same field, and says what was chosen."""
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(['x'], '表.xlsx'));
            const zone = document.querySelector('.drop');
            zone.dispatchEvent(new DragEvent('drop', {dataTransfer: data, cancelable: true, bubbles: true}));
        }"""
    )
    assert page.locator("#chosen").inner_text() == "已选：表.xlsx"
    page.get_by_role("button", name="开始核对").click()
    page.wait_for_selector("text=文件保存情况")
    assert "不能用" in page.locator("h1").inner_text()


def test_without_scripts_and_by_keyboard(chromium: Any, server: Server) -> None:
    context = chromium.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(server.url)
    page.set_input_files("#files", [str(JUNSHAN)])
    page.locator("#go").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=文件保存情况")
    assert "有错误" in page.locator("h1").inner_text()
    heads = page.locator("h2").all_inner_texts()
    places = [next(at for at, head in enumerate(heads) if sign in head) for sign in ("错误", "警告", "提示")]
    assert places == sorted(places), "errors stand apart, and first"
    context.close()


def test_what_a_screen_reader_needs(page: Any) -> None:
    upload(page, JUNSHAN)
    for path in (page.url, re.sub("/result.*", "/", page.url)):
        page.goto(path)
        assert page.locator("html").get_attribute("lang") == "zh-CN"
        assert page.locator("main").count() == page.locator("h1").count() == 1
        assert page.locator("th:not([scope])").count() == 0
        fields = page.locator("input:not([type=hidden]), select")
        for at in range(fields.count()):
            named = fields.nth(at).evaluate("field => field.labels.length")
            assert named == 1, fields.nth(at).evaluate("field => field.outerHTML")


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_runs_off_the_page(page: Any, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    upload(page, JUNSHAN)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_twenty_one_megabytes(chromium: Any, server: Server, tmp_path: Path) -> None:
    """The browser shows the page that says so, no broken connection."""
    large = tmp_path / "大.xlsx"
    large.write_bytes(b"0" * (21 * 2**20))
    context = chromium.new_context()
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.goto(server.url)
    page.set_input_files("#files", [str(large)])
    assert "不能上传" in page.locator("#chosen").inner_text()
    page.get_by_role("button", name="开始核对").click()
    page.wait_for_selector("text=没有完成")
    assert "超过 20 MB" in page.content()
    context.close()
