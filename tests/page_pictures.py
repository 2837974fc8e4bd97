"""The pictures of docs/serving.md: what came of the Junshan sample, and the bureau's overview.

`python -m tests.page_pictures [folder]` draws the two into docs/; with a folder, every page at three widths into it, to be
looked at. Needs Chromium; fonts are the machine's, so no test compares pictures.
"""

import csv
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.build import ROOT, SAMPLES
from tests.serving import CHROMIUM, HOW_TO_GET, OPTIONS, Server

UNITS = {
    "岳阳市君山区自然资源局": "junshan-2023",
    "示例县城市管理和综合执法局": "示例单位-2023",
    "示例县某局": "",
}
WIDTHS = (360, 800, 1280)
OWN = "Own-pass-2026"


class Pictures:
    """Each page as it comes along; `all`: a folder for all of them."""

    def __init__(self, every: Path | None) -> None:
        self.every = every

    def take(self, page: Any, name: str, kept: str = "") -> None:
        for width in WIDTHS if self.every else ():
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=str(self.every / f"{name}-{width}.png"), full_page=True)  # type: ignore[operator]
        if kept:
            page.set_viewport_size({"width": 1000, "height": 760})
            page.screenshot(path=str(ROOT / "docs" / f"{kept}.png"))


def main() -> None:
    if CHROMIUM is None:
        sys.exit(HOW_TO_GET)
    pictures = Pictures(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as run:
        browser = run.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        alone(browser, Path(name) / "one", pictures)
        bureau(browser, Path(name), pictures)
        browser.close()


def alone(browser: Any, folder: Path, pictures: Pictures) -> None:
    server = Server(folder)
    page = browser.new_page()
    page.set_default_timeout(120_000)
    page.goto(server.url)
    pictures.take(page, "首页")
    upload(page, SAMPLES / "junshan-2023" / "填报.xlsx")
    pictures.take(page, "结论", kept="网页-核对结论")
    page.goto(server.url)
    tables = Path(__file__).parent / "witnesses" / "1-住建局"
    upload(page, tables / "决算软件导出.xls", tables / "预算公开表.xlsx", tables / "指标执行明细表.xlsx")
    pictures.take(page, "取数")
    page.goto(f"{server.url}/nothing")
    pictures.take(page, "没有完成")
    server.stop()


def bureau(browser: Any, folder: Path, pictures: Pictures) -> None:
    (folder / "名单.txt").write_text("\n".join(UNITS), encoding="utf-8")
    options = ("--store", folder / "库", "--units", folder / "名单.txt", "--tokens", folder / "密码.csv")
    server = Server(folder / "two", *options)
    with (folder / "密码.csv").open(encoding="utf-8-sig", newline="") as file:
        first = {row[0]: row[2] for row in csv.reader(file)}
    for unit, sample in UNITS.items():
        if sample:
            page = entered(browser, server.url, unit, first[unit], pictures)
            upload(page, SAMPLES / sample / "填报.xlsx")
            page.goto(server.url)
            pictures.take(page, "单位首页")
    page = entered(browser, server.url, "guanliyuan", first["guanliyuan"], pictures)
    page.get_by_role("button", name="更新汇总和退回意见").click()
    page.wait_for_selector("text=汇总.xlsx", timeout=120_000)
    pictures.take(page, "报送情况", kept="网页-报送情况")
    page.get_by_role("link", name="岳阳市君山区自然资源局").click()
    page.wait_for_selector("text=确认删除")
    pictures.take(page, "单位")
    page.goto(f"{server.url}/bureau/rules")
    pictures.take(page, "单位×规则")
    page.goto(f"{server.url}/accounts")
    pictures.take(page, "账号")
    server.stop()


def entered(browser: Any, url: str, name: str, password: str, pictures: Pictures) -> Any:
    page = browser.new_context().new_page()
    page.set_default_timeout(120_000)
    page.goto(url)
    pictures.take(page, "登录")
    for at in (password, OWN):
        page.fill("#name", name)
        page.fill("#password", at)
        page.locator("main button").click()
        if at == password:
            page.wait_for_selector("#old")
            pictures.take(page, "修改密码")
            for field, value in (("#old", password), ("#new", OWN), ("#again", OWN)):
                page.fill(field, value)
            page.locator("main button").click()
            page.wait_for_selector("#name")
    page.wait_for_selector("nav")
    return page


def upload(page: Any, *files: Path) -> None:
    page.set_input_files("#files", [f"{file}" for file in files])
    page.locator("#go").click()
    page.wait_for_selector("text=文件保存情况", timeout=120_000)


if __name__ == "__main__":
    main()
