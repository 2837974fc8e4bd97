"""`selfeval serve` over its wire: what it takes, what it refuses, what it leaves behind."""

import http.client
import io
import os
import re
import signal
import time
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import selfeval_xl
from selfeval_xl.forms import load
from selfeval_xl.serving.guard import HEADERS, Names
from tests.build import SAMPLES
from tests.serving import Client, Server

pytest.importorskip("starlette", reason="pip install 'selfeval-xl[serve]'")

COMPLETE = (SAMPLES / "示例单位-2023" / "填报.xlsx").read_bytes()
WITNESSES = Path(__file__).parent / "witnesses" / "1-住建局"
JUNSHAN = (SAMPLES / "junshan-2023" / "填报.xlsx").read_bytes()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("serving"))
    yield running
    running.stop()


def text(content: bytes) -> str:
    """What a person reads of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", content.decode()).split())


def downloads(client: Client, page: bytes) -> dict[str, bytes]:
    """Name → content of all that a result page offers."""
    links = re.findall(r'<a href="(/result/[0-9a-f]+/\d+)">([^<]+)</a>', page.decode())
    return {name: client.get(link)[2] for link, name in links}


@pytest.mark.parametrize("sample", sorted(path.name for path in SAMPLES.iterdir()))
def test_the_page_gives_what_the_command_line_gives(server: Server, tmp_path: Path, sample: str) -> None:
    source = SAMPLES / sample / "填报.xlsx"
    outcome = selfeval_xl.convert(source, tmp_path)
    client = Client(server.url)
    status, _, page = client.upload([("填报.xlsx", source.read_bytes())])
    assert status == 200
    assert str(outcome.conclusion.standing) in text(page)
    assert downloads(client, page) == {path.name: path.read_bytes() for path in outcome.files}


def test_public_and_statement(server: Server, tmp_path: Path) -> None:
    client = Client(server.url)
    found = downloads(client, client.upload([("填报.xlsx", COMPLETE)], {"public": "1", "statement": "1"})[2])
    source = SAMPLES / "示例单位-2023" / "填报.xlsx"
    files = selfeval_xl.publish(source, tmp_path, statement=True).files
    assert len(found) == 4
    assert {path.name: path.read_bytes() for path in files}.items() <= found.items()
    refused = client.upload([("填报.xlsx", JUNSHAN)], {"public": "1"})[2]
    assert "不能生成公开版" in text(refused)
    assert len(downloads(client, refused)) == 2


def test_a_report_is_audited_beside_the_workbook(server: Server, tmp_path: Path) -> None:
    source = SAMPLES / "示例单位-2023" / "填报.xlsx"
    report = next(path for path in selfeval_xl.convert(source, tmp_path).files if path.suffix == ".docx")
    named = tmp_path / "报告.docx"
    named.write_bytes(report.read_bytes())
    beside = selfeval_xl.beside([source])
    wanted = selfeval_xl.write_audit(selfeval_xl.audit(named, beside.filing), named, tmp_path / "out").files
    client = Client(server.url)
    page = client.upload([("填报.xlsx", COMPLETE), ("报告.docx", report.read_bytes())])[2]
    found = downloads(client, page)
    assert {path.name: path.read_bytes() for path in wanted}.items() <= found.items()
    assert len(found) == 4


def official(*names: str) -> list[tuple[str, bytes]]:
    return [(name, (WITNESSES / name).read_bytes()) for name in names]


def test_official_tables_are_typed_into_a_template(server: Server, tmp_path: Path) -> None:
    """Alone, into the empty one, byte for byte as `selfeval prefill` does; nothing is converted."""
    files = official("决算软件导出.xls", "预算公开表.xlsx")
    client = Client(server.url)
    status, _, page = client.upload(files)
    (made,) = downloads(client, page).values()
    done = selfeval_xl.prefill([WITNESSES / name for name, _ in files], tmp_path / "新.xlsx")
    assert (status, made) == (200, done.file.read_bytes())
    assert f"取数 {sum(not one.draft for one in done.filled.typed)} 格" in text(page)
    # beside the empty template: into that
    into = tmp_path / "空白.xlsx"
    selfeval_xl.write_template(load(year=done.form.year), into)
    page = client.upload([*files, ("空白.xlsx", into.read_bytes())])[2]
    assert list(downloads(client, page)) == ["空白（已取数）.xlsx"]


def test_official_tables_beside_a_filled_workbook_are_held_against_it(server: Server, tmp_path: Path) -> None:
    last = official("上年填报.xlsx", "上年决算公开表.xlsx")
    book = tmp_path / "填报.xlsx"
    book.write_bytes(last[0][1])
    outcome = selfeval_xl.examine(book, witnesses=[WITNESSES / last[1][0]])
    client = Client(server.url)
    page = client.upload([("填报.xlsx", last[0][1]), last[1]])[2]
    assert str(outcome.conclusion.standing) in text(page)
    assert {f.rule for f in outcome.conclusion.findings if f.rule.startswith("W-")} <= {*text(page).split()}
    assert {name.rpartition("-")[2] for name in downloads(client, page)} == {"核对结果.xlsx", "自评报告.docx"}


def test_the_empty_template(server: Server, tmp_path: Path) -> None:
    from selfeval_xl.forms import load

    client = Client(server.url)
    client.get("/")
    wanted = selfeval_xl.write_template(load("hunan-2023", 2025), tmp_path / "空.xlsx")
    assert client.get("/template?year=2025")[2] == wanted.read_bytes()
    assert client.get("/template?year=1999")[0] == 404
    assert client.get("/template?year=../..")[0] == 404


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("xl/workbook.xml", b"\0" * 300_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.xlsx", b"", "0 字节"),
        ("乱.xlsx", b"nonsense", "乱.xlsx"),
        ("断.xlsx", COMPLETE[: len(COMPLETE) // 2], "断.xlsx"),
        ("炸.xlsx", bomb(), "炸.xlsx"),
        ("病毒.exe", b"MZ" + b"\0" * 200, "病毒.exe"),
        ("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2000, "旧.xls"),
        ("../../etc/passwd", b"nonsense", "passwd"),
        ("C:\\文件夹\\填 报<b>&.xlsx", b"nonsense", "填_报_b.xlsx"),
        ("CON.xlsx", b"nonsense", "CON_.xlsx"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else None,
)
def test_what_cannot_be_used_is_told_in_one_sentence(
    server: Server, name: str, content: bytes, said: str
) -> None:
    status, _, page = Client(server.url).upload([(name, content)])
    assert status == 200
    assert "不能用" in text(page)
    assert said in text(page)
    assert "Traceback" not in text(page)
    assert str(server.folder) not in text(page)
    assert "<b>&" not in page.decode()


def test_odd_names_convert(server: Server) -> None:
    client = Client(server.url)
    page = client.upload([("x" * 300 + ".XLSX", COMPLETE), ("没有后缀", JUNSHAN), ("没有后缀", JUNSHAN)])[2]
    assert len(downloads(client, page)) == 6


def test_a_filing_that_calls_itself_secret_is_refused(server: Server, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(COMPLETE))
    sheet = book["1基本情况"]
    at = next(cell for row in sheet for cell in row if f"{cell.value}".startswith("是否涉密"))
    sheet[f"B{at.row}"] = "是"
    changed = io.BytesIO()
    book.save(changed)
    client = Client(server.url)
    status, address, page = client.upload([("填报.xlsx", changed.getvalue())])
    assert status == 200
    assert "严禁上传涉密信息：已拒收" in text(page)
    assert downloads(client, page) == {}
    folder = next(server.folder.glob(f"selfeval-serve-*/{address.rpartition('/')[2]}"))
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["told.json"]


# ── who asks ────────────────────────────────────────────────────────────────────────────────────────────────


def test_headers_and_secrecy_on_every_page(server: Server) -> None:
    client = Client(server.url)
    for path in ("/", "/nothing", "/bureau", "/result/" + "0" * 32, "/static/none"):
        assert "非涉密系统，严禁上传涉密信息" in text(client.get(path)[2]), path
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    connection.request("GET", "/")
    answer = connection.getresponse()
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "HttpOnly" in (answer.headers["set-cookie"] or "")
    assert "SameSite=strict" in (answer.headers["set-cookie"] or "")


@pytest.mark.parametrize(
    ("header", "value", "status"),
    [
        ("Host", "evil.example", 400),
        ("Host", "evil.example:80", 400),
        ("Host", "127.0.0.1:1", 400),
        ("Origin", "http://evil.example", 403),
        ("Origin", "null", 403),
        ("Sec-Fetch-Site", "cross-site", 403),
    ],
)
def test_strangers(server: Server, header: str, value: str, status: int) -> None:
    client = Client(server.url)
    assert client.upload([("填报.xlsx", COMPLETE)], None, **{header: value})[0] == status


def test_a_form_that_is_not_ours(server: Server) -> None:
    client = Client(server.url)
    assert client.upload([("填报.xlsx", COMPLETE)], {"csrf": "x"})[0] == 403
    assert Client(server.url).post("/upload", {"csrf": ""})[0] == 403
    assert client.get("/", **{"X-HTTP-Method-Override": "PUT"})[0] == 200


def test_names() -> None:
    own, wide = Names((), 8620, False), Names(("zp.example",), 8620, True)
    assert own.known("127.0.0.1:8620")
    assert own.known("localhost:8620")
    assert own.known("[::1]:8620")
    assert not own.known("10.0.0.5:8620")
    assert not own.known("localhost")
    assert wide.known("10.0.0.5:8620")
    assert wide.known("zp.example")
    assert not wide.known("other.example:8620")
    assert not wide.known("a@zp.example")
    assert not wide.known("zp.example:x")


def test_another_ones_result(server: Server) -> None:
    client = Client(server.url)
    address = client.upload([("填报.xlsx", COMPLETE)])[1].removeprefix(server.url)
    assert client.get(address)[0] == 200
    assert client.get(f"{address}/9")[0] == 404
    other = Client(server.url)
    other.get("/")
    assert other.get(address)[0] == 404
    assert other.get(f"{address}/0")[0] == 404
    assert client.get("/result/../../etc/passwd")[0] == 404


@pytest.mark.parametrize("declared", [True, False])
def test_twenty_one_megabytes(server: Server, declared: bool) -> None:
    client = Client(server.url)
    token = client.form("/")
    assert token
    content = b"0" * (21 * 2**20)
    if declared:
        status, _, page = client.upload([("大.xlsx", content)], {"csrf": token})
    else:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        blocks = (content[at : at + 2**16] for at in range(0, len(content), 2**16))
        head = b'--X\r\ncontent-disposition: form-data; name="files"; filename="x.xlsx"\r\n\r\n'
        cookie = {"cookie": "selfeval=x", "content-type": "multipart/form-data; boundary=X"}
        connection.request("POST", "/upload", iter([head, *blocks]), cookie, encode_chunked=True)
        answer = connection.getresponse()
        status, page = answer.status, answer.read()
    assert status in ((413,) if declared else (413, 403))
    assert "超过 20 MB" in text(page) or not declared


# ── workers ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_worker_that_is_killed_loses_one_upload_alone(server: Server) -> None:
    """While others convert, the process of one is killed: the others, and the next one, have their results."""
    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(Client(server.url).upload, [("填报.xlsx", JUNSHAN)]) for _ in range(4)]
        killed = _kill_one(server.process.pid)
        answers = [text(one.result()[2]) for one in asked]
    assert killed
    assert sum("有错误" in answer for answer in answers) == 3
    assert sum("程序异常退出" in answer for answer in answers) == 1
    assert "可报送" in text(Client(server.url).upload([("填报.xlsx", COMPLETE)])[2])


def _kill_one(server: int) -> bool:
    """A worker: a process group of its own below the server."""
    for _ in range(400):
        for entry in Path("/proc").iterdir():
            if (
                entry.name.isdecimal()
                and _group(entry.name) == int(entry.name)
                and _grandparent(entry.name) == server
            ):
                os.kill(int(entry.name), signal.SIGKILL)
                return True
        time.sleep(0.01)
    return False


def _stat(process: str) -> list[str]:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _group(process: str) -> int:
    found = _stat(process)
    return int(found[2]) if found else 0


def _grandparent(process: str) -> int:
    found = _stat(process)
    above = _stat(found[1]) if found else []
    return int(above[1]) if above else 0


def test_slow_and_full(tmp_path: Path) -> None:
    """A conversion that takes too long is stopped; who comes while the queue is full is told so; nobody is lost."""
    running = Server(tmp_path, seconds=0.05, room=2, workers=1)
    try:
        with ThreadPoolExecutor(6) as pool:
            asked = [pool.submit(Client(running.url).upload, [("填报.xlsx", COMPLETE)]) for _ in range(6)]
            answers = [one.result() for one in asked]
        assert {status for status, _, _ in answers} == {503}
        said = [text(page) for _, _, page in answers]
        assert all("处理超时" in page or "同时上传的人太多" in page for page in said)
        assert any("处理超时" in page for page in said)
        assert any("同时上传的人太多" in page for page in said)
    finally:
        running.stop()
    assert running.left() == []


def test_what_is_old_is_gone(tmp_path: Path) -> None:
    running = Server(tmp_path, minutes=60)
    try:
        client = Client(running.url)
        address = client.upload([("填报.xlsx", COMPLETE)])[1].removeprefix(running.url)
        (folder,) = tmp_path.glob("selfeval-serve-*/*/")
        assert folder.stat().st_mode & 0o777 == 0o700
        assert not list(folder.glob("given/*"))
        for path in sorted(folder.rglob("*"), reverse=True):
            path.unlink() if path.is_file() else path.rmdir()
        folder.rmdir()
        status, _, page = client.get(address)
        assert (status, "已经删除" in text(page)) == (404, True)
        assert "已经删除" in text(client.get(f"{address}/0")[2])
    finally:
        running.process.kill()
        running.process.wait()
    for _ in range(100):
        if not running.left():
            break
        time.sleep(0.1)
    assert running.left() == [], "killed, and yet nothing stays"


def test_the_port_is_taken(server: Server, tmp_path: Path) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-m", "selfeval_xl", "serve", "--no-browser", "--port", str(server.port)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert (done.returncode, "端口已被占用" in done.stderr.decode()) == (2, True)
    done = subprocess.run([*command[:-2], "--host", "0.0.0.0"], capture_output=True, check=False, timeout=60)
    assert (done.returncode, "--units" in done.stderr.decode()) == (2, True)
