"""The bureau's folder: 来件/<单位>/ and 结果/, as `selfeval batch 来件 --out 结果` has them; what came before lies in 往次.

All of it runs in workers, which have imported `batch` and pandas; the server, which names this module, has not.
The file of a unit is always 来件/<单位>/填报.xlsx: a new one takes the place of the old.
"""

import os
import re
import shutil
import time
import unicodedata
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

import selfeval_xl
from selfeval_xl.batch.collecting import BOOKS, MEMORY, SUMMARY, collect
from selfeval_xl.errors import CannotWrite, UserError
from selfeval_xl.writing.delivery import safe_name

if TYPE_CHECKING:
    from selfeval_xl.batch.choosing import Choice
    from selfeval_xl.batch.desk import Desk
    from selfeval_xl.batch.records import Record
    from selfeval_xl.batch.reviewing import Review
    from selfeval_xl.batch.running import Settings
    from selfeval_xl.locking import Lock

INBOX, RESULTS, FORMER, OWN = "来件", "结果", "往次", "服务"
BOOK = "填报"
FORM = "hunan-2023"
PATIENCE = 15
"""Seconds that a unit waits while the bureau's batch runs."""
TOLD = 100


class StoreBusy(UserError):
    """A batch is at work on the results."""


BUSY = "正在批量核对，结果文件夹被占用；请过几分钟再试。"


class Row(Struct, frozen=True):
    """A unit as the bureau's page shows it. `came`: when its file came, seconds since 1970; `times`: how often it filed;
    `files`: seen from 结果, with the slip, where they are there."""

    unit: str
    folder: str = ""
    code: str = ""
    came: float = 0
    times: int = 0
    verdict: str = ""
    errors: int = 0
    warnings: int = 0
    missing: int = 0
    pending: int = 0
    score: str = ""
    grade: str = ""
    doubt: str = ""
    files: tuple[str, ...] = ()
    open: tuple[tuple[str, str, str, str], ...] = ()
    """Level, rule, cells, message of what is open; only where one unit is asked for."""
    review: tuple[str, str, str] = ("", "", "")
    """复核得分, 复核等级, 复核意见."""


class Matrix(Struct, frozen=True):
    """Unit by rule: the rules of which any unit has something open, with their names; of each unit its verdict, its folder
    and a short sign (错, 警, 提, 认, 说, 空, …) a rule."""

    rules: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, str, str, tuple[str, ...]], ...]


class Store(Struct, frozen=True):
    """A bureau's folder; `overlay`: by which all of it is checked; `sources`: a folder of official files from which
    templates are prefilled, those of a unit in a folder of its name, those of the whole bureau (指标明细) beside them."""

    root: Path
    overlay: Path | None = None
    due: date | None = None
    units: Path | None = None
    sources: Path | None = None

    @property
    def inbox(self) -> Path:
        return self.root / INBOX

    @property
    def out(self) -> Path:
        return self.root / RESULTS

    def settings(self) -> "Settings":
        from selfeval_xl.batch.running import Settings

        form = selfeval_xl.overlay(self.overlay) if self.overlay else None
        return Settings(
            out=self.out, form=form, due=self.due, units=self.units, workers=1, sources=self.sources
        )

    def alone(self) -> "Lock":
        """Nobody else works on the results meanwhile. Raises StoreBusy."""
        from selfeval_xl.batch.running import alone

        try:
            return alone(self.out, PATIENCE)
        except CannotWrite as trouble:
            raise StoreBusy(BUSY) from trouble

    def file(self, unit: str, book: Path) -> str:
        """A unit's workbook into 来件, in the place of its former one, and its results into 结果: a sentence on it.

        Raises StoreBusy, CannotWrite."""
        from selfeval_xl.batch.running import task_of
        from selfeval_xl.batch.working import work

        folder = self.inbox / safe_name(unit)
        suffix = book.suffix.lower() if book.suffix.lower() in BOOKS else ".xlsx"
        with self.alone():
            self._set_aside(folder)
            _put(folder / f"{BOOK}{suffix}", book.read_bytes())
            name = f"{folder.name}/{BOOK}{suffix}"
            record = work(task_of(self.inbox, name, self.settings()))
        if record.trouble:
            raise UserError(record.trouble)
        times = self._times(folder.name)
        return f"已报送给财政部门（第 {times} 次{'，替换了以前的文件' if times > 1 else ''}）。"

    def rows(self) -> list[Row]:
        """Who filed, and how it stands; then who is on the list and did not. Raises UserError."""
        from selfeval_xl.batch.reviewing import remembered
        from selfeval_xl.batch.wanted import unfiled, wanted_units

        table = self._desk()
        reviews = remembered(self.out, table.latest)
        rows = [self._row(record, table.choices, reviews) for record in table.records]
        if self.units:
            rows += [Row(unit) for unit in unfiled(wanted_units(self.units), table.latest)]
        return rows

    def matrix(self) -> Matrix:
        """What came of each rule in each unit's filing. Raises UserError."""
        from selfeval_xl.batch.records import shown
        from selfeval_xl.batch.sheets.judging import SHORT
        from selfeval_xl.batch.working import SIGNS

        table = self._desk()
        settled = SIGNS.index("无法核对")
        open_ = [rule for rule in table.signs.columns if (table.signs[rule] < settled).any()]
        titles = {rule.id: rule.title for rule in selfeval_xl.catalogue(table.form)}
        signs = table.signs[open_].itertuples(index=False)
        return Matrix(
            tuple((rule, titles.get(rule, "")) for rule in open_),
            tuple(
                (shown(record), record.verdict, _folder(record), tuple(SHORT[sign] for sign in row))
                for record, row in zip(table.latest, signs, strict=True)
            ),
        )

    def review(self, folder: str, score: str, grade: str, opinion: str) -> None:
        """What the bureau says of a unit's filing, as if it had been typed into 汇总.xlsx. Raises UserError: no such score
        (0 to 100), no such unit; StoreBusy, CannotWrite."""
        from selfeval_xl.batch.reviewing import Review, write

        points = _points(score)
        with self.alone():
            records = self._desk().latest
            record = next((one for one in records if _folder(one) == safe_name(folder)), None)
            if record is None:
                raise UserError("这个单位没有可以复核的填报文件。")
            write(self.out, record, Review(points, grade.strip(), opinion.strip()), records)

    def _desk(self) -> "Desk":
        from selfeval_xl.batch.desk import desk
        from selfeval_xl.batch.records import Record
        from selfeval_xl.batch.remembering import Memory, order_of_returns, recall, returns
        from selfeval_xl.batch.sealing import key
        from selfeval_xl.forms import load

        memory = Memory(self.out, key())
        records: list[Record] = []
        if self.inbox.is_dir():
            sources = collect(self.inbox, self.out).sources
            found = ((source.name, recall(memory, source.name)) for source in sources)
            records = [record or Record(name, "", trouble="还没有核对；请更新汇总") for name, record in found]
        return desk(records, load(self.settings().form or FORM), order_of_returns(returns(memory).of))

    def unit(self, folder: str) -> Row | None:
        """One unit with what is open, by its folder in 来件; None: nothing came of it."""
        from selfeval_xl.batch.remembering import Memory, recall
        from selfeval_xl.batch.reviewing import remembered
        from selfeval_xl.batch.sealing import key

        memory = Memory(self.out, key())
        for path in sorted((self.inbox / safe_name(folder)).glob(f"{BOOK}.*")):
            record = recall(memory, f"{safe_name(folder)}/{path.name}")
            if record is not None:
                return self._row(record, {}, remembered(self.out, [record]), told=True)
        return None

    def summarise(self) -> str:
        """汇总.xlsx and slips anew, as a batch does. What it came to, in a sentence. Raises UserError, StoreBusy."""
        from selfeval_xl.batch import running
        from selfeval_xl.telling import batch_page

        settings = self.settings()
        with self.alone():
            plan = running.plan(self.inbox, settings)
            running.convert(plan, settings, lambda record: None)
            ran = running.finish(plan, settings)
        return batch_page(ran).splitlines()[0]

    def delete(self, folder: str) -> None:
        """All that is there of a unit: 来件, 往次, its results and slip; how often it was returned is not forgotten.

        Raises StoreBusy, CannotWrite."""
        from selfeval_xl.batch.leaving import take_away
        from selfeval_xl.batch.remembering import Memory, keep_sources, sources
        from selfeval_xl.batch.sealing import key

        with self.alone():
            held = [f"{safe_name(folder)}/{path.name}" for path in (self.inbox / safe_name(folder)).glob("*")]
            known, here = sources(self.out), f"{self.inbox}"
            keep_sources(self.out, known | {here: sorted({*known.get(here, ()), *held})})
            for place in (self.inbox, self.root / FORMER):
                shutil.rmtree(place / safe_name(folder), ignore_errors=True)
            take_away(self.inbox, Memory(self.out, key()), collect(self.inbox, self.out))

    def outdated(self, days: int) -> list[str]:
        """The units whose file came longer ago than so many days."""
        books = self.inbox.glob("*/*") if self.inbox.is_dir() else ()
        return sorted(
            {book.parent.name for book in books if time.time() - book.stat().st_mtime > days * 86_400}
        )

    def official(self, unit: str) -> list[Path]:
        """The official files from which this unit's template can be prefilled; none: it has no folder."""
        from selfeval_xl.batch.choosing import plain_name
        from selfeval_xl.witnesses.gathering import official_files

        if self.sources is None or not self.sources.is_dir() or not unit:
            return []
        folders = sorted(path for path in self.sources.iterdir() if path.is_dir())
        own = next((path for path in folders if plain_name(path.name) == plain_name(unit)), None)
        return [*official_files(own), *official_files(self.sources)] if own else []

    def prefilled(self, unit: str, folder: Path) -> Path:
        """The template of a unit with what its official files say. Raises UserError."""
        sources = self.official(unit)
        if not sources:
            raise UserError("没有这个单位的决算、预算等文件，不能取数；请下载空白模板，或与财政部门联系。")
        target = folder / f"{safe_name(unit)}-自评填报（已取数）.xlsx"
        form = selfeval_xl.overlay(self.overlay) if self.overlay else FORM
        return selfeval_xl.prefill(sources, target, form=form, unit=unit).file

    def all_prefilled(self, folder: Path) -> Path:
        """The templates of all units that have official files, and the list of what was missing where, as one archive.
        Raises UserError."""
        from selfeval_xl.prefilling.many import prefill_many
        from selfeval_xl.witnesses.gathering import official_files

        if self.sources is None or not self.sources.is_dir():
            raise UserError("没有设定官方文件的文件夹；请在启动时写 --sources。")
        form = selfeval_xl.overlay(self.overlay) if self.overlay else FORM
        made = folder / "取数"
        prefill_many(self.sources, official_files(self.sources), made, form, None, lambda unit: None)
        return _packed(folder / "已取数的填报表.zip", {path: path.name for path in sorted(made.iterdir())})

    def slips(self, folder: Path) -> Path:
        """All 退回意见 as one archive."""
        found = sorted(self.out.glob("*/*-退回意见.docx"))
        return _packed(folder / "退回意见.zip", {path: path.name for path in found})

    def backup(self, folder: Path) -> Path:
        """All that cannot be made again: what came, the accounts and the log, the records, 汇总 with 复核.

        Raises StoreBusy."""
        with self.alone():
            places = [self.inbox, self.root / FORMER, self.root / OWN, self.out / MEMORY]
            files = [path for place in places for path in sorted(place.rglob("*")) if path.is_file()]
            files += sorted(self.out.glob("汇总*.xlsx"))
            return _packed(folder / "备份.zip", {path: f"{path.relative_to(self.root)}" for path in files})

    def _row(
        self,
        record: "Record",
        choices: "Mapping[str, Choice]",
        reviews: "Mapping[str, Review]",
        told: bool = False,
    ) -> Row:
        from selfeval_xl.batch.records import shown
        from selfeval_xl.batch.returning import slip_of
        from selfeval_xl.batch.reviewing import NOTHING

        folder = _folder(record)
        review = reviews.get(record.name, NOTHING)
        points = f"{review.score:g}" if isinstance(review.score, float) else review.score
        choice = choices.get(record.name)
        book = self.inbox / record.name
        files = [file for file in (*record.files, slip_of(record)) if file and (self.out / file).is_file()]
        seen = [one for one in record.seen if told and one.status not in ("已说明", "待财政认定")]
        return Row(
            unit=shown(record) if record.usable else folder,
            folder=folder,
            code=record.code,
            came=book.stat().st_mtime if book.is_file() else 0,
            times=self._times(folder),
            verdict=record.verdict or ("空白模板" if record.empty else "不能用"),
            errors=record.errors,
            warnings=record.warnings,
            missing=record.missing,
            pending=record.pending,
            score="" if record.score is None else f"{record.score:g}",
            grade=record.grade,
            doubt=(choice.doubt or choice.why) if choice else record.trouble,
            files=tuple(files),
            review=(points, review.grade, review.opinion),
            open=tuple((one.level, one.rule, one.cells, one.message) for one in seen[:TOLD]),
        )

    def _times(self, folder: str) -> int:
        former = self.root / FORMER / folder
        return 1 + (sum(1 for _ in former.iterdir()) if folder and former.is_dir() else 0)

    def _set_aside(self, folder: Path) -> None:
        """The former file to 往次, numbered. Raises CannotWrite."""
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            former = self.root / FORMER / folder.name
            former.mkdir(parents=True, exist_ok=True, mode=0o700)
            os.replace(path, former / f"{self._times(folder.name):03}-{path.name}")


def _folder(record: "Record") -> str:
    """Of its unit, in 来件."""
    return record.name.rpartition("/")[0]


def _points(text: str) -> float | str:
    """Raises UserError: no number from 0 to 100; "" stays."""
    plain = unicodedata.normalize("NFKC", text).strip().removesuffix("分").strip()
    if not plain:
        return ""
    if not re.fullmatch(r"\d{1,3}(\.\d{1,4})?", plain, re.ASCII) or float(plain) > 100:
        raise UserError("复核得分应为 0 到 100 的数；没有保存，请返回改正。")
    return float(plain)


def summary_of(root: Path) -> Path:
    return root / RESULTS / SUMMARY


def _packed(target: Path, files: Mapping[Path, str]) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for path, name in files.items():
            package.write(path, name)
    return target


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    os.replace(fresh, path)
