"""Both files or neither, whatever the disk does; never the user's own file; the same bytes each time."""

from __future__ import annotations

import errno
import io
import os
import random
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from selfeval_xl.errors import CannotWrite
from selfeval_xl.writing import exchange
from selfeval_xl.writing.delivery import NAMELESS, deliver, repack, safe_name
from tests import kills

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

RESULTS, REPORT = "示例单位-2023-核对结果.xlsx", "示例单位-2023-自评报告.docx"
OLD = {RESULTS: b"old results", REPORT: b"old report"}
NEW = {RESULTS: b"new results" * 1000, REPORT: b"new report" * 1000}
CALLS = ("open", "write", "fsync", "replace")


class Killed(BaseException):
    """Stands for SIGKILL: nothing that the program does after it reaches the disk."""


class Disk:
    """Lets one kind of call fail, from the nth on; `once`: only the nth."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch

    def fail(self, call: str, nth: int, trouble: Callable[[], BaseException], *, once: bool) -> None:
        real: Callable[..., Any] = getattr(os, call)
        count = 0

        def faulty(*arguments: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count == nth or (count > nth and not once):
                raise trouble()
            return real(*arguments, **named)

        self.monkeypatch.setattr(os, call, faulty)

    def kill_at(self, nth: int) -> None:
        """Before the nth call of any kind that changes the disk."""
        count = 0

        def mortal(real: Callable[..., Any]) -> Callable[..., Any]:
            def call(*arguments: Any, **named: Any) -> Any:
                nonlocal count
                count += 1
                if count >= nth:
                    raise Killed
                return real(*arguments, **named)

            return call

        for name in (*CALLS, "unlink"):
            self.monkeypatch.setattr(os, name, mortal(getattr(os, name)))

    def mend(self) -> None:
        self.monkeypatch.undo()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


def no_sleep(_seconds: float) -> None:
    """Nobody waits in a test."""


def put(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def finals(folder: Path) -> dict[str, bytes]:
    return {name: content for name, content in contents(folder).items() if not name.startswith(".selfeval-")}


def put_right_later(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the next delivery does first, after a while."""
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + exchange.STALE_SECONDS + 2)
    exchange.put_right(folder)
    monkeypatch.undo()


# ── the ordinary day ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("before", [{}, OLD, {RESULTS: b"old results"}], ids=["first", "again", "half"])
def test_writes_both_and_nothing_else(tmp_path: Path, before: dict[str, bytes]) -> None:
    put(tmp_path, before)
    assert deliver(NEW, tmp_path, source=None) == (tmp_path / RESULTS, tmp_path / REPORT)
    assert contents(tmp_path) == NEW


def test_makes_the_folder(tmp_path: Path) -> None:
    deliver(NEW, tmp_path / "二级" / "三级", source=None)
    assert contents(tmp_path / "二级" / "三级") == NEW


def test_other_files_stay(tmp_path: Path) -> None:
    put(tmp_path, {"填报.xlsx": b"filled", "记录.txt": b"mine"})
    deliver(NEW, tmp_path, source=tmp_path / "填报.xlsx")
    assert contents(tmp_path) == {"填报.xlsx": b"filled", "记录.txt": b"mine", **NEW}


@pytest.mark.parametrize("name", ["", "..", "a/b.xlsx", "a\\b.xlsx", "/a.xlsx"])
def test_takes_bare_names_only(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="bare"):
        deliver({name: b""}, tmp_path, source=None)


def test_two_names_that_are_one_on_windows(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="overwrite"):
        deliver({"A.xlsx": b"", "a.xlsx": b""}, tmp_path, source=None)


# ── the user's own file ─────────────────────────────────────────────────────────────────────────────────────


def link_to_it(target: Path, source: Path) -> None:
    target.symlink_to(source)


def same_file_twice(target: Path, source: Path) -> None:
    target.hardlink_to(source)


@pytest.mark.parametrize("link", [link_to_it, same_file_twice])
def test_source_behind_the_target_is_refused(tmp_path: Path, link: Callable[[Path, Path], None]) -> None:
    source = tmp_path / "填报.xlsx"
    source.write_bytes(b"filled")
    link(tmp_path / REPORT, source)
    with pytest.raises(CannotWrite, match="填报文件本身"):
        deliver(NEW, tmp_path, source=source)
    assert sorted(contents(tmp_path).values()) == [b"filled", b"filled"]


def test_source_by_the_target_s_name_is_refused(tmp_path: Path) -> None:
    put(tmp_path, OLD)
    (tmp_path / "in").symlink_to(tmp_path)
    with pytest.raises(CannotWrite, match="填报文件本身"):
        deliver(NEW, tmp_path, source=tmp_path / "in" / RESULTS)
    assert (tmp_path / RESULTS).read_bytes() == OLD[RESULTS]


@pytest.mark.parametrize("there", [True, False], ids=["link", "dangling link"])
def test_a_link_is_replaced_and_not_followed(tmp_path: Path, there: bool) -> None:
    elsewhere, out = tmp_path / "别处.xlsx", tmp_path / "out"
    out.mkdir()
    if there:
        elsewhere.write_bytes(b"not ours")
    (out / RESULTS).symlink_to(elsewhere)
    deliver(NEW, out, source=None)
    assert contents(out) == NEW
    assert not (out / RESULTS).is_symlink()
    assert elsewhere.exists() == there
    assert not there or elsewhere.read_bytes() == b"not ours"


def test_a_folder_of_the_target_s_name_stays(tmp_path: Path) -> None:
    (tmp_path / REPORT).mkdir()
    with pytest.raises(CannotWrite, match="是文件夹"):
        deliver(NEW, tmp_path, source=None)
    assert [path.name for path in tmp_path.iterdir()] == [REPORT]


# ── the disk on a bad day ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO], ids=errno.errorcode.get)
@pytest.mark.parametrize("nth", range(1, 6))
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("before", [{}, OLD], ids=["first", "again"])
def test_one_failing_call(
    tmp_path: Path, disk: Disk, before: dict[str, bytes], call: str, nth: int, code: int
) -> None:
    put(tmp_path, before)
    disk.fail(call, nth, lambda: OSError(code, os.strerror(code)), once=True)
    try:
        deliver(NEW, tmp_path, source=None, sleep=no_sleep)
        expected = NEW
    except CannotWrite as refusal:
        expected = before
        str(refusal).encode("gbk")
    disk.mend()
    assert contents(tmp_path) == expected


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EACCES, errno.EIO], ids=errno.errorcode.get)
@pytest.mark.parametrize("nth", range(1, 6))
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("before", [{}, OLD], ids=["first", "again"])
def test_a_disk_that_breaks_for_good(
    tmp_path: Path, disk: Disk, before: dict[str, bytes], call: str, nth: int, code: int
) -> None:
    put(tmp_path, before)
    disk.fail(call, nth, lambda: OSError(code, os.strerror(code)), once=False)
    delivered = False
    try:
        deliver(NEW, tmp_path, source=None, sleep=no_sleep)
        delivered = True
    except CannotWrite:
        pass
    disk.mend()
    standing = finals(tmp_path)
    assert standing.items() <= before.items() or standing.items() <= NEW.items(), "a mixed pair"
    put_right_later(tmp_path, disk.monkeypatch)
    if before and not delivered:
        assert contents(tmp_path) in (OLD, NEW)
    else:
        assert contents(tmp_path) == (NEW if delivered else standing)


def test_the_reading_back_is_real(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, OLD)
    monkeypatch.setattr(Path, "read_bytes", lambda _path: b"zeros")
    with pytest.raises(CannotWrite, match="写入出错"):
        deliver(NEW, tmp_path, source=None)
    monkeypatch.undo()
    assert contents(tmp_path) == OLD


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, "磁盘空间不足"),
        (errno.EACCES, "没有写入权限"),
        (errno.EROFS, "没有写入权限"),
        (errno.ENOENT, "找不到该位置"),
        (errno.ENAMETOOLONG, "太长"),
        (errno.EIO, "写入出错"),
    ],
)
def test_what_the_person_is_told(tmp_path: Path, disk: Disk, code: int, sentence: str) -> None:
    disk.fail("open", 1, lambda: OSError(code, os.strerror(code)), once=False)
    with pytest.raises(CannotWrite, match=sentence) as refusal:
        deliver(NEW, tmp_path, source=None)
    assert refusal.value.exit_code == 3
    assert str(tmp_path) in str(refusal.value)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    for folder in (tmp_path / "out", tmp_path / "out" / "deeper"):
        with pytest.raises(CannotWrite, match="是文件而不是文件夹"):
            deliver(NEW, folder, source=None)


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(CannotWrite, match="太长"):
        deliver({"长" * 85 + ".xlsx": b""}, tmp_path, source=None)
    assert contents(tmp_path) == {}


# ── open in Excel ───────────────────────────────────────────────────────────────────────────────────────────


def hold(monkeypatch: pytest.MonkeyPatch, *held: str, times: float = float("inf")) -> None:
    """These names can be neither replaced nor moved, as on Windows while a program has them open."""
    real, left = os.replace, times

    def replace(start: Path, end: Path) -> None:
        nonlocal left
        if {start.name, end.name} & set(held) and left > 0 and start.exists():
            left -= 1
            raise PermissionError(errno.EACCES, "held")
        real(start, end)

    monkeypatch.setattr(os, "replace", replace)


def test_a_virus_scanner_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, OLD)
    slept: list[float] = []
    hold(monkeypatch, REPORT, times=3)
    assert deliver(NEW, tmp_path, source=None, sleep=slept.append)[0].name == RESULTS
    assert contents(tmp_path) == NEW
    assert slept == list(exchange.PAUSES[:3])


@pytest.mark.parametrize("held", [RESULTS, REPORT])
def test_the_whole_set_takes_numbered_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    put(tmp_path, OLD)
    slept: list[float] = []
    hold(monkeypatch, held)
    paths = deliver(NEW, tmp_path, source=None, sleep=slept.append)
    assert [path.name for path in paths] == [
        "示例单位-2023-核对结果(2).xlsx",
        "示例单位-2023-自评报告(2).docx",
    ]
    assert contents(tmp_path) == {
        **OLD,
        **{path.name: NEW[name] for path, name in zip(paths, NEW, strict=True)},
    }
    assert sum(slept) == pytest.approx(2.5)


def test_all_names_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["a.xlsx", *(f"a({number}).xlsx" for number in range(2, 6))]
    put(tmp_path, dict.fromkeys(names, b"old"))
    hold(monkeypatch, *names)
    with pytest.raises(CannotWrite, match="关闭后重试"):
        deliver({"a.xlsx": b"new"}, tmp_path, source=None, sleep=no_sleep)
    assert contents(tmp_path) == dict.fromkeys(sorted(names), b"old")


# ── killed ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("nth", range(1, 19))
@pytest.mark.parametrize("before", [{}, OLD], ids=["first", "again"])
def test_killed_before_any_call(tmp_path: Path, disk: Disk, before: dict[str, bytes], nth: int) -> None:
    put(tmp_path, before)
    disk.kill_at(nth)
    try:
        deliver(NEW, tmp_path, source=None)
        killed = False
    except Killed:
        killed = True
    disk.mend()
    standing = finals(tmp_path)
    assert standing.items() <= before.items() or standing.items() <= NEW.items(), "a mixed pair"
    put_right_later(tmp_path, disk.monkeypatch)
    after = contents(tmp_path)
    if not killed:
        assert after == NEW
    elif before:
        assert after in (OLD, NEW)
    else:
        assert after == standing


def test_the_next_delivery_puts_right(tmp_path: Path, disk: Disk) -> None:
    """Also where it delivers other names, and never over what came later."""
    put(tmp_path, OLD)
    disk.kill_at(8)
    with pytest.raises(Killed):
        deliver(NEW, tmp_path, source=None)
    disk.mend()
    assert len(finals(tmp_path)) < len(OLD)
    later = time.time() + exchange.STALE_SECONDS + 2
    disk.monkeypatch.setattr(time, "time", lambda: later)
    deliver({"另一单位.xlsx": b"other"}, tmp_path, source=None)
    assert contents(tmp_path) == {**OLD, "另一单位.xlsx": b"other"}


def test_a_run_at_the_same_moment_is_left_alone(tmp_path: Path) -> None:
    name = f".selfeval-{int(time.time())}-00ff.new.{RESULTS}"
    put(tmp_path, {name: b"half", ".selfeval-notes": b"the user's"})
    deliver(NEW, tmp_path, source=None)
    assert contents(tmp_path).keys() == {*NEW, name, ".selfeval-notes"}


LOOP = """
import sys
from pathlib import Path
from selfeval_xl.writing.delivery import deliver
print("on", flush=True)
while True:
    for letter in b"AB":
        content = bytes([letter]) * 50_000
        deliver({"a.xlsx": content, "b.docx": content}, Path(sys.argv[1]), source=None)
"""


def test_really_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(2023)
    for _ in range(8):
        with subprocess.Popen([sys.executable, "-c", LOOP, str(tmp_path)], stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(dice.uniform(0.01, 0.1))
            process.kill()
        standing = finals(tmp_path)
        assert len(set(standing.values())) <= 1, "a mixed pair"
        put_right_later(tmp_path, monkeypatch)
        after = contents(tmp_path)
        assert len(set(after.values())) == 1
        assert after.keys() == {"a.xlsx", "b.docx"}


EVERY_POINT = list(kills.points()) if hasattr(os, "fork") else []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="SIGKILL and fork are not Windows'")
@pytest.mark.parametrize("part", range(8))
def test_killed_at_every_step(tmp_path: Path, part: int) -> None:
    """A delivery is killed before every line that it runs; a whole conversion at some moments (`make kills`: more)."""
    assert len(EVERY_POINT) >= 200
    for before, step in EVERY_POINT[part::8]:
        folder = tmp_path / f"{before}-{step}"
        folder.mkdir()
        kills.kill_at(folder, before, step)
    whole = tmp_path / "whole"
    whole.mkdir()
    kills.kill_a_conversion(whole, 0.1 + part * 0.12)


# ── no room, no permission, for real ────────────────────────────────────────────────────────────────────────


@pytest.mark.skipif(resource is None, reason="RLIMIT_FSIZE is not Windows'")
@pytest.mark.parametrize("before", [{}, OLD], ids=["first", "again"])
def test_a_disk_that_is_full_after_any_number_of_bytes(tmp_path: Path, before: dict[str, bytes]) -> None:
    """Not simulated: the system cuts the write short, as a full disk does."""
    assert resource is not None
    put(tmp_path, before)
    source = tmp_path / "填报.xlsx"
    source.write_bytes(b"filled")
    was = (source.read_bytes(), source.stat().st_mtime_ns)
    most = max(len(content) for content in NEW.values())
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    for size in (0, 1, 100, 4095, 4096, *range(5000, most, 500), most - 1):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, usual[1]))
        try:
            with pytest.raises(CannotWrite, match="磁盘空间不足"):
                deliver(NEW, tmp_path, source=source, sleep=no_sleep)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, usual)
        assert contents(tmp_path) == {**before, "填报.xlsx": b"filled"}
    deliver(NEW, tmp_path, source=source)
    assert contents(tmp_path) == {**NEW, "填报.xlsx": b"filled"}
    assert (source.read_bytes(), source.stat().st_mtime_ns) == was


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="/sys is Linux's")
def test_a_folder_that_takes_no_files() -> None:
    """Not simulated, and the same for root: nobody may create a file there."""
    with pytest.raises(CannotWrite, match="没有写入权限"):
        deliver(NEW, Path("/sys/kernel"), source=None, sleep=no_sleep)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is a device of Linux")
def test_a_device_is_no_target(tmp_path: Path) -> None:
    (tmp_path / REPORT).symlink_to("/dev/full")
    deliver(NEW, tmp_path, source=None)
    assert contents(tmp_path) == NEW


def test_an_old_pair_that_cannot_come_back_is_kept_for_later(tmp_path: Path, disk: Disk) -> None:
    """The disk breaks between the two moves and stays broken: the sentence says where the old files are."""
    put(tmp_path, OLD)
    disk.fail("replace", 3, lambda: OSError(errno.EIO, "broken"), once=False)
    with pytest.raises(CannotWrite, match="未能恢复原有文件"):
        deliver(NEW, tmp_path, source=None, sleep=no_sleep)
    disk.mend()
    assert finals(tmp_path) == {}
    put_right_later(tmp_path, disk.monkeypatch)
    assert contents(tmp_path) == OLD


@pytest.mark.parametrize(("nth", "after"), [(8, OLD), (10, NEW)], ids=["back", "forward"])
def test_a_leftover_that_cannot_be_moved_is_not_removed(
    tmp_path: Path, disk: Disk, nth: int, after: dict[str, bytes]
) -> None:
    """It is the only copy of the user's old results, or of the new ones."""
    put(tmp_path, OLD)
    disk.kill_at(nth)
    with pytest.raises(Killed):
        deliver(NEW, tmp_path, source=None)
    disk.mend()
    left = contents(tmp_path)
    disk.fail("replace", 1, lambda: OSError(errno.EIO, "broken"), once=False)
    put_right_later(tmp_path, disk.monkeypatch)
    assert contents(tmp_path) == left
    disk.mend()
    put_right_later(tmp_path, disk.monkeypatch)
    assert contents(tmp_path) == after


# ── names and bytes ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("岳阳市君山区自然资源局", "岳阳市君山区自然资源局"),
        ("君山区（本级）-a_1·乙", "君山区(本级)-a_1·乙"),
        ("ＡＢ１２　局", "AB12_局"),
        ("a/b\\c:d*e?f", "a_b_c_d_e_f"),
        ("../../etc/passwd", "etc_passwd"),
        (" .单位. ", "单位"),
        ("单位\n二行\t", "单位_二行"),
        ("财政\u202e局\u200b", "财政局"),
        ("con", "con_"),
        ("LPT1", "LPT1_"),
        ("COM¹", "COM1_"),
        ("console", "console"),
        ("", NAMELESS),
        ("...", NAMELESS),
        ("？！", NAMELESS),
        pytest.param("\ud800", NAMELESS, id="half a surrogate pair"),
        ("=cmd|'/c calc'!A1", "cmd___c_calc__A1"),
        ("局" * 100, "局" * 60),
        ("a" * 100, "a" * 60),
        ("𠮷" * 100, "𠮷" * 45),
        ("a" + "𠮷" * 100, "a" + "𠮷" * 44),
    ],
)
def test_safe_name(text: str, name: str) -> None:
    assert safe_name(text) == name
    assert safe_name(name) == name


def package(members: dict[str, bytes], when: tuple[int, int, int, int, int, int], system: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, when)
            member.create_system = system
            member.external_attr = system << 16
            archive.writestr(member, content)
    return packed.getvalue()


def test_repack_leaves_the_content_only() -> None:
    members = {"word/document.xml": b"<w/>" * 999, "_rels/.rels": b"<r/>", "[Content_Types].xml": b"<t/>"}
    backwards = dict(reversed(members.items()))
    one = repack(package(members, (2024, 3, 1, 9, 0, 0), system=3))
    other = repack(package(backwards, (2031, 12, 31, 23, 59, 58), system=0))
    assert one == other == repack(one)
    with zipfile.ZipFile(io.BytesIO(one)) as archive:
        assert archive.namelist() == ["[Content_Types].xml", "_rels/.rels", "word/document.xml"]
        assert {name: archive.read(name) for name in archive.namelist()} == members
        assert {(m.date_time, m.create_system, m.external_attr) for m in archive.infolist()} == {
            ((1980, 1, 1, 0, 0, 0), 0, 0o600 << 16)
        }
