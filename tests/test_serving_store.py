"""`selfeval serve --store --units`: what is filed is what a batch would make; accounts, roles, the log."""

import csv
import io
import re
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import pytest
from openpyxl import load_workbook

import selfeval_xl
from selfeval_xl.batch import running
from selfeval_xl.errors import CannotWrite, UserError
from selfeval_xl.serving.accounts import Accounts, Refused
from selfeval_xl.serving.store import Store
from tests.build import SAMPLES
from tests.serving import Client, Server

pytest.importorskip("starlette", reason="pip install 'selfeval-xl[serve]'")

WITNESSES = Path(__file__).parent / "witnesses"
FIRST, OTHER = "示例县城市管理和综合执法局", "岳阳市君山区自然资源局"
BOOKS = {
    FIRST: (SAMPLES / "示例单位-2023" / "填报.xlsx").read_bytes(),
    OTHER: (SAMPLES / "junshan-2023" / "填报.xlsx").read_bytes(),
}
OWN = "Own-pass-2026"


class Bureau:
    """A server with a store, and its people."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "库"
        units = folder / "名单.txt"
        units.write_text(f"{FIRST}\n{OTHER}\n没报的局\n", encoding="utf-8")
        self.tokens = folder / "密码.csv"
        self.server = Server(folder / "临时", "--store", self.root, "--units", units, "--tokens", self.tokens)
        with self.tokens.open(encoding="utf-8-sig", newline="") as file:
            self.first = {row[0]: row[2] for row in csv.reader(file)}
        self._known: dict[str, Client] = {}

    def enter(self, name: str) -> Client:
        """Logged in, the first password changed."""
        if name not in self._known:
            client = Client(self.server.url)
            login(client, name, self.first[name])
            fields = {"old": self.first[name], "new": OWN, "again": OWN, "csrf": client.form("/password")}
            assert client.post("/password", fields)[1].endswith("/login")
            assert login(client, name, OWN)[0] == 200
            self._known[name] = client
        return self._known[name]


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    found = Bureau(tmp_path_factory.mktemp("bureau"))
    yield found
    found.server.stop()
    assert found.server.left() == []


def login(client: Client, name: str, password: str) -> tuple[int, str, bytes]:
    return client.post("/login", {"csrf": client.form("/login"), "name": name, "password": password})


def text(content: bytes) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", content.decode()).split())


def tree(folder: Path) -> dict[str, bytes]:
    """What a run leaves, but for its lock."""
    return {
        f"{path.relative_to(folder)}": path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != running.LOCK_FILE
    }


def batch(store: Path) -> running.Ran:
    settings = running.Settings(out=store / "结果", workers=1, due=None)
    plan = running.plan(store / "来件", settings)
    running.convert(plan, settings, lambda record: None)
    return running.finish(plan, settings)


def test_a_batch_afterwards_converts_nothing_and_the_other_way_round(bureau: Bureau, tmp_path: Path) -> None:
    """Over the pages: two units file, 汇总 is made; then a batch finds all done and writes the same bytes."""
    for unit in (FIRST, OTHER):
        page = text(bureau.enter(unit).upload([("随便 什么.xlsx", BOOKS[unit])])[2])
        assert "已报送给财政部门（第 1 次）" in page
    office = bureau.enter("jixiao")
    assert office.post("/bureau/summarise", {"csrf": office.form("/bureau")})[0] == 200
    made = tree(bureau.root / "结果")
    ran = batch(bureau.root)
    assert ran.converted == 0
    assert {n: c for n, c in tree(bureau.root / "结果").items() if n != "汇总.xlsx"} == {
        n: c for n, c in made.items() if n != "汇总.xlsx"
    }
    # A batch alone, over the same files: the pages then show what it found, and convert nothing.
    for unit, content in BOOKS.items():
        (tmp_path / "来件" / unit).mkdir(parents=True)
        (tmp_path / "来件" / unit / "填报.xlsx").write_bytes(content)
    batch(tmp_path)
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "结果").glob("*/*.xlsx")}
    store = Store(tmp_path)
    assert {row.unit: row.verdict for row in store.rows()} == {FIRST: "可报送", OTHER: "有错误"}
    store.summarise()
    assert {path: path.stat().st_mtime_ns for path in before} == before
    own = {name for name in made if name.endswith((".docx", "-核对结果.xlsx"))}
    alone = tree(tmp_path / "结果")
    assert {name: alone[name] for name in own} == {name: made[name] for name in own}


def test_one_lock_for_both(tmp_path: Path) -> None:
    with running.alone(tmp_path), pytest.raises(CannotWrite, match="另一个 selfeval"):
        running.alone(tmp_path)
    running.alone(tmp_path).release()


def test_a_new_upload_takes_the_place_of_the_old(bureau: Bureau) -> None:
    client = bureau.enter(OTHER)
    before = len(list((bureau.root / "往次" / OTHER).glob("*")))
    said = text(client.upload([("改.xlsx", BOOKS[OTHER])])[2])
    assert "替换了以前的文件" in said
    assert [path.name for path in (bureau.root / "来件" / OTHER).iterdir()] == ["填报.xlsx"]
    assert len(list((bureau.root / "往次" / OTHER).glob("*"))) == before + 1
    kept = (bureau.root / "来件" / OTHER / "填报.xlsx").read_bytes()
    for name, content in (("坏.xlsx", b"nonsense"), ("别人.xlsx", BOOKS[FIRST])):
        assert "没有报送" in text(client.upload([(name, content)])[2])
    assert (bureau.root / "来件" / OTHER / "填报.xlsx").read_bytes() == kept


def test_two_people_at_once_on_one_unit(bureau: Bureau) -> None:
    first, second = bureau.enter(OTHER), Client(bureau.server.url)
    login(second, OTHER, OWN)
    before = len(list((bureau.root / "往次" / OTHER).glob("*")))
    with ThreadPoolExecutor(2) as pool:
        pages = list(pool.map(lambda c: text(c.upload([("表.xlsx", BOOKS[OTHER])])[2]), (first, second)))
    assert all("已报送给财政部门" in page for page in pages)
    assert len(list((bureau.root / "往次" / OTHER).glob("*"))) == before + 2
    assert len(list((bureau.root / "来件" / OTHER).iterdir())) == 1


def test_a_unit_sees_its_own_alone(bureau: Bureau) -> None:
    from urllib.parse import quote

    bureau.enter(OTHER).upload([("表.xlsx", BOOKS[OTHER])])
    bureau.enter(FIRST).upload([("表.xlsx", BOOKS[FIRST])])
    unit = bureau.enter(FIRST)
    assert unit.get(f"/store/{quote(FIRST)}/0")[0] == 200
    for path in (
        f"/store/{quote(OTHER)}/0", f"/store/{quote(FIRST)}/99", "/store/..%2f服务/0".replace("服务", quote("服务")),
        "/bureau", f"/bureau/unit/{quote(OTHER)}", "/bureau/table.csv", "/bureau/summary.xlsx",
        "/bureau/slips.zip", "/bureau/backup.zip", "/accounts", "/accounts/log.csv",
    ):  # fmt: skip
        assert unit.get(path)[0] == 404, path
    assert OTHER not in text(unit.get("/")[2])
    stranger = Client(bureau.server.url)
    assert stranger.get(f"/store/{quote(FIRST)}/0")[1].endswith("/login")
    assert stranger.upload([("表.xlsx", BOOKS[FIRST])])[0] == 403


@pytest.mark.parametrize(
    ("name", "reads", "works", "manages"),
    [("yewu", True, False, False), ("jixiao", True, True, False), ("guanliyuan", True, True, True)],
)
def test_roles(bureau: Bureau, name: str, reads: bool, works: bool, manages: bool) -> None:
    client = bureau.enter(name)
    assert (client.get("/bureau")[0] == 200) == reads
    assert (client.get("/bureau/table.csv")[0] == 200) == reads
    token = client.form("/password")
    assert (client.post("/bureau/summarise", {"csrf": token})[0] == 200) == works
    assert (client.get("/accounts")[0] == 200) == manages
    assert (client.get("/bureau/backup.zip")[0] == 200) == manages


def test_the_overview(bureau: Bureau) -> None:
    bureau.enter(OTHER).upload([("表.xlsx", BOOKS[OTHER])])
    client = bureau.enter("yewu")
    page = text(client.get("/bureau")[2])
    assert "没报的局 未报送" in page
    rows = list(csv.reader(io.StringIO(client.get("/bureau/table.csv")[2].decode("utf-8-sig"))))
    (row,) = [row for row in rows if row[0] == OTHER]
    assert row[2:6] == ["有错误", "1", "3", "10"]
    from urllib.parse import quote

    assert OTHER not in text(client.get(f"/bureau?sign={quote('未报送')}")[2]).partition("请核实")[2]


def test_units_by_rules(bureau: Bureau) -> None:
    """Only rules that some unit has something open with; the signs are those of 汇总.xlsx."""
    found = Store(bureau.root).matrix()
    signs = {
        unit: dict(zip([rule for rule, _ in found.rules], row, strict=True)) for unit, _, _, row in found.rows
    }
    assert signs[OTHER]["B-02"] == "错"
    assert not {"错", "警"} & {*signs[FIRST].values()}
    assert all(title for _, title in found.rules)
    page = text(bureau.enter("yewu").get("/bureau/rules")[2])
    assert OTHER in page
    assert "B-02" in page


def test_a_review_is_written_on_the_page_and_in_the_sheet(bureau: Bureau) -> None:
    """Whoever wrote last counts; the page and 汇总.xlsx say the same."""
    office, reader = bureau.enter("jixiao"), bureau.enter("yewu")
    unit = f"/bureau/unit/{quote(FIRST)}"
    fields = {"folder": FIRST, "score": "92.5", "grade": "优", "opinion": "产出指标偏低"}
    assert reader.post("/bureau/review", {"csrf": reader.form("/password"), **fields})[0] == 404
    assert office.post("/bureau/review", {"csrf": office.form(unit), **fields})[0] == 200
    assert "92.5 分 优；产出指标偏低" in text(reader.get("/bureau")[2])
    assert "0 到 100" in text(
        office.post("/bureau/review", {"csrf": office.form(unit), **fields, "score": "120"})[2]
    )
    office.post("/bureau/summarise", {"csrf": office.form("/bureau")})
    summary = bureau.root / "结果" / "汇总.xlsx"
    book = load_workbook(summary)
    sheet = book["单位"]
    heads = {
        cell.value: cell.column
        for row in sheet.iter_rows()
        for cell in row
        if cell.value in ("单位", "复核得分")
    }
    row = next(cell.row for cell in sheet["B"] if cell.value == FIRST)
    assert sheet.cell(row, heads["复核得分"]).value == 92.5
    sheet.cell(row, heads["复核得分"], 88)  # by hand, in Excel
    book.save(summary)
    office.post(
        "/bureau/review",
        {"csrf": office.form(unit), "folder": OTHER, "score": "", "grade": "中", "opinion": ""},
    )
    assert {row.unit: row.review for row in Store(bureau.root).rows() if row.folder} == {
        FIRST: ("88", "优", "产出指标偏低"),
        OTHER: ("", "中", ""),
    }
    office.post("/bureau/review", {"csrf": office.form(unit), **fields, "score": "90分"})
    office.post("/bureau/summarise", {"csrf": office.form("/bureau")})
    assert load_workbook(summary)["单位"].cell(row, heads["复核得分"]).value == 90


def test_prefilled(tmp_path: Path) -> None:
    """Those of a unit to the unit; of all to the bureau, with the list of what was missing where."""
    sources = tmp_path / "官方"
    for number, unit in ((1, FIRST), (2, OTHER)):
        (sources / unit).mkdir(parents=True)
        name = "决算软件导出.xls"
        (sources / unit / name).write_bytes(
            (WITNESSES / ("1-住建局", "2-镇政府")[number - 1] / name).read_bytes()
        )
    store = Store(tmp_path / "库", sources=sources)
    made = store.prefilled(FIRST, tmp_path)
    assert (
        made.read_bytes()
        == selfeval_xl.prefill(store.official(FIRST), tmp_path / "另.xlsx", unit=FIRST).file.read_bytes()
    )
    with pytest.raises(UserError):
        store.prefilled("没报的局", tmp_path)
    with zipfile.ZipFile(store.all_prefilled(tmp_path)) as package:
        assert len(package.namelist()) == 3
    units = tmp_path / "名单.txt"
    units.write_text(f"{FIRST}\n没报的局\n", encoding="utf-8")
    tokens = tmp_path / "密码.csv"
    options = ("--store", store.root, "--units", units, "--tokens", tokens, "--sources", sources)
    server = Server(tmp_path / "临时", *options)
    try:
        with tokens.open(encoding="utf-8-sig", newline="") as file:
            first = {row[0]: row[2] for row in csv.reader(file)}
        client = Client(server.url)
        login(client, FIRST, first[FIRST])
        client.post(
            "/password", {"old": first[FIRST], "new": OWN, "again": OWN, "csrf": client.form("/password")}
        )
        login(client, FIRST, OWN)
        page = client.get("/")[2].decode()
        assert "/prefilled" in page
        assert client.get("/prefilled")[2] == made.read_bytes()
    finally:
        server.stop()


def test_lockout_and_reset(bureau: Bureau) -> None:
    client = Client(bureau.server.url)
    name = "没报的局"
    for _ in range(5):
        status, _, page = login(client, name, "wrong")
        assert status == 403
    assert "已锁定" in text(page)
    assert "已锁定" in text(login(client, name, bureau.first[name])[2])
    assert "账号或密码不对" in text(login(client, "没有的", "wrong")[2])
    admin = bureau.enter("guanliyuan")
    fields = {"csrf": admin.form("/accounts"), "name": name, "do": "reset"}
    found = re.search("新初始密码：([a-z0-9]{12})", text(admin.post("/accounts/manage", fields)[2]))
    assert found
    status, address, _ = login(client, name, found[1])
    assert (status, address.rpartition("/")[2]) == (200, "password")
    assert client.get("/")[1].endswith("/password"), "nothing else before the first password is changed"


def test_the_log(bureau: Bureau) -> None:
    admin = bureau.enter("guanliyuan")
    login(Client(bureau.server.url), "=cmd()", "wrong")
    said = admin.get("/accounts/log.csv")[2].decode("utf-8-sig")
    assert "登录" in said
    assert "失败" in said
    assert "'=cmd()" in said
    assert OWN not in said
    names = zipfile.ZipFile(io.BytesIO(admin.get("/bureau/backup.zip")[2])).namelist()
    assert "服务/账户.json" in names
    assert OWN not in (bureau.root / "服务" / "账户.json").read_text(encoding="utf-8")
    assert (bureau.root / "服务" / "账户.json").stat().st_mode & 0o077 == 0
    assert bureau.tokens.stat().st_mode & 0o077 == 0


def test_deletion(tmp_path: Path) -> None:
    store = Store(tmp_path)
    source = SAMPLES / "junshan-2023" / "填报.xlsx"
    store.file(OTHER, source)
    assert store.outdated(1) == []
    import os

    past = time.time() - 2 * 86_400
    os.utime(tmp_path / "来件" / OTHER / "填报.xlsx", (past, past))
    assert store.outdated(1) == [OTHER]
    store.delete(OTHER)
    assert store.rows() == []
    assert not list((tmp_path / "结果").glob(f"{OTHER}*")), "its results go with it"


def test_accounts(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "账户.json")
    assert accounts.issue(["甲局"], tmp_path / "密码.csv") == 4
    assert accounts.issue(["甲局"], tmp_path / "密码.csv") == 0
    password = (tmp_path / "密码.csv").read_text(encoding="utf-8-sig").splitlines()[1].split(",")[2]
    assert accounts.enter("甲局", password).must_change
    for weak in ("short1", "onlyletters", "1234567890", password):
        with pytest.raises(Refused):
            accounts.change("甲局", password, weak)
    accounts.change("甲局", password, OWN)
    assert not Accounts(tmp_path / "账户.json").enter("甲局", OWN).must_change
    accounts.close("甲局")
    with pytest.raises(Refused, match="停用"):
        accounts.enter("甲局", OWN)
