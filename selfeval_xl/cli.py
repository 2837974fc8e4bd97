"""The command `selfeval`: its subcommands and their options; `console` prints what they say."""

import gc
import os
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

import selfeval_xl
from selfeval_xl import console, telling
from selfeval_xl.bureau import batch, serve
from selfeval_xl.errors import UserError
from selfeval_xl.options import (
    FORM,
    JSON,
    OVERLAY,
    PATH,
    SOURCES,
    WITH,
    YEAR,
    annexed_of,
    chosen,
    form_of,
    witnesses_of,
)

if TYPE_CHECKING:
    from selfeval_xl import Audited, Beside, Outcome
    from selfeval_xl.forms import Form, Overlay
    from selfeval_xl.prefilling.working import FilledIn


class Files(click.Group):
    """`selfeval 填报.xlsx` means `selfeval convert 填报.xlsx`; with a report among the files, `selfeval desk`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            args = ["desk" if _names_a_report(args) else "convert", *args]
        return super().resolve_command(ctx, args)


def _names_a_report(arguments: Sequence[str]) -> bool:
    from selfeval_xl.reading.narratives.opening import is_report

    return any(is_report(Path(argument)) for argument in arguments if not argument.startswith("-"))


@click.group(cls=Files, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(selfeval_xl.__version__, message="selfeval %(version)s", help="显示版本。")
def commands() -> None:
    """部门整体支出绩效自评：把填好的模板一次转换为“核对结果”和“自评报告”。

    用法：selfeval 填报.xlsx
    """


@commands.command()
@SOURCES
@click.option("--out", type=PATH, metavar="文件夹", help="输出文件夹，默认与填报文件同一文件夹。")
@click.option(
    "--report-template",
    "own",
    type=PATH,
    metavar="模板.docx",
    help="用本单位修改过的报告模板；可用字段见 selfeval fields。",
)
@click.option("--public", is_flag=True, help="只生成公开版报告：不含电话、经办人姓名、涉密项目和核实说明。")
@click.option(
    "--statement", is_flag=True, help="另外生成随部门决算公开的“预算绩效情况的说明”（内容按公开版的要求）。"
)
@click.option(
    "--charts", is_flag=True, help="报告第六部分后附预算执行对照图和执行率图（需另装 matplotlib）。"
)
@FORM
@WITH
@YEAR
@OVERLAY
@JSON
def convert(
    sources: Sequence[Path],
    out: Path | None,
    own: Path | None,
    public: bool,
    statement: bool,
    charts: bool,
    form_id: str | None,
    more: Sequence[Path],
    year: int | None,
    overlay: Path | None,
    as_json: bool,
) -> int:
    """转换：生成“核对结果.xlsx”和“自评报告.docx”。"""
    work = selfeval_xl.publish if public else selfeval_xl.convert
    template = selfeval_xl.report_template(own) if own else None
    pen = selfeval_xl.chart_pen() if charts else None
    form, annexed = form_of(form_id, overlay), annexed_of(sources, form_id, more, year)
    beside = {} if public else {"witnesses": witnesses_of(sources, form_id, more)}

    def one(source: Path, written: Sequence[Path]) -> "Outcome":
        return work(
            source,
            out,
            form,
            template=template,
            keep=written,
            pen=pen,
            annexed=annexed,
            statement=statement,
            **beside,
        )

    return console.each(sources, one, as_json)


@commands.command()
@SOURCES
@FORM
@WITH
@YEAR
@OVERLAY
@JSON
def check(
    sources: Sequence[Path],
    form_id: str | None,
    more: Sequence[Path],
    year: int | None,
    overlay: Path | None,
    as_json: bool,
) -> int:
    """只核对，不生成文件。"""
    form, annexed = form_of(form_id, overlay), annexed_of(sources, form_id, more, year)

    witnesses = witnesses_of(sources, form_id, more)

    def one(source: Path, _: Sequence[Path]) -> "Outcome":
        return selfeval_xl.examine(source, form, annexed, witnesses)

    return console.each(sources, one, as_json, listing=True)


@commands.command()
@click.argument("sources", nargs=-1, required=True, type=PATH, metavar="报告.docx...")
@click.option(
    "--with",
    "more",
    multiple=True,
    type=PATH,
    metavar="填报.xlsx",
    help="同时核对的文件：本单位填好的工作簿、官方附件文件（须用 --form），或上年的报告。",
)
@FORM
@YEAR
@OVERLAY
@click.option("--out", type=PATH, metavar="文件夹", help="输出文件夹，默认与报告同一文件夹。")
@JSON
def audit(
    sources: Sequence[Path],
    more: Sequence[Path],
    form_id: str | None,
    year: int | None,
    overlay: Path | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """审校：核对手写的自评报告（.docx、.txt，- 为粘贴的文字），生成“审校意见.docx”和“审校结果.xlsx”。"""
    beside = selfeval_xl.beside(more, form_of(form_id, overlay), year)

    def one(source: Path) -> "Audited":
        found = selfeval_xl.audit(source, beside.filing, form=beside.form, year=year, last=beside.last)
        if as_json and out is None:
            return found
        return selfeval_xl.write_audit(found, source, out or source.parent)

    return console.each_report(sources, one, as_json)


@commands.command()
@click.argument("sources", nargs=-1, required=True, type=PATH, metavar="文件...")
@FORM
@YEAR
@OVERLAY
@click.option("--out", type=PATH, metavar="文件夹", help="输出文件夹，默认与各文件同一文件夹。")
@JSON
def desk(
    sources: Sequence[Path],
    form_id: str | None,
    year: int | None,
    overlay: Path | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """按内容办理一个单位的文件：填好的工作簿转换，手写的报告审校（一起给的，和工作簿的数核对），决算、预算等表取数。"""
    from selfeval_xl.desks import laid_out

    form = form_of(form_id, overlay)
    on = laid_out(sources)
    if on.tables:
        name = f"{(on.begun or on.tables[0]).stem}（已取数）.xlsx"
        target = out / name if out else None
        _say_prefilled(selfeval_xl.prefill(on.tables, target, year=year, into=on.begun), as_json)

    def one(source: Path, written: Sequence[Path]) -> "Outcome":
        return selfeval_xl.convert(source, out, form, keep=written, witnesses=on.witnesses)

    alone = len(sources) == 1
    worst = console.each(on.books, one, as_json, alone=alone)
    beside = _beside_one(on.books, form, year)

    def held(source: Path) -> "Audited":
        found = selfeval_xl.audit(source, beside.filing, form=beside.form, year=year)
        return selfeval_xl.write_audit(found, source, out or source.parent)

    return max(worst, console.each_report(on.reports, held, as_json, alone=alone))


def _say_prefilled(done: "FilledIn", as_json: bool) -> None:
    if as_json:
        console.data(telling.prefill_data(done))
    else:
        console.say(telling.prefill_page(done))


def _beside_one(books: Sequence[Path], form: "Form | Overlay | None", year: int | None) -> "Beside":
    """What the reports are held against: the one workbook, where it can be read (if not, that has been said)."""
    try:
        return selfeval_xl.beside(books if len(books) == 1 else [], form, year)
    except UserError:
        return selfeval_xl.beside([], form, year)


@commands.command()
@click.option("--form", "form_id", metavar="表样", help="用哪一种表样，默认 hunan-2023。")
@OVERLAY
@click.option("--year", type=int, metavar="年度", help="财政年度，四位数字，默认为最近一个已结束的年度。")
@click.option("--projects", type=click.IntRange(1, 99), metavar="张数", help="预先做好几张附件3，默认 10。")
@click.option("--out", type=PATH, metavar="文件", help="写到哪里，默认写在当前文件夹。")
def template(
    form_id: str | None, overlay: Path | None, year: int | None, projects: int | None, out: Path | None
) -> int:
    """生成空白填报模板；用 --overlay 的，填报单位转换时不必再有该文件。"""
    from selfeval_xl.forms import load

    named = chosen(form_id, overlay) or "hunan-2023"
    first, last = load(named).years
    closed = min(max(date.today().year - 1, first), last)
    form = load(named, closed if year is None else year)
    target = out or Path(f"{form.year}年度部门整体支出绩效自评填报模板.xlsx")
    written = selfeval_xl.write_template(form, target, projects=projects)
    console.say(f"已生成 {form.year} 年度的填报模板：{written}")
    if year is None:
        console.say(f"没有写 --year，按表样（{first}—{last} 年度）中最近一个已结束的年度生成。")
    return 0


@commands.command()
@click.argument("sources", nargs=-1, type=PATH, metavar="文件...")
@click.option("--year", type=int, metavar="年度", help="自评年度；不写的，按决算或上年填报的年度定。")
@click.option("--form", "form_id", metavar="表样", help="用哪一种表样，默认 hunan-2023。")
@OVERLAY
@click.option("--projects", type=click.IntRange(1, 99), metavar="张数", help="预先做好几张附件3，默认 10。")
@click.option(
    "--units", "unit", default="", metavar="单位", help="指标明细里有几个单位的，写明用哪一个（全称或编码）。"
)
@click.option(
    "--into", type=PATH, metavar="填报.xlsx", help="填到已经开始填的文件里（只填空白格，另存新文件）。"
)
@click.option(
    "--batch",
    "folder",
    type=PATH,
    metavar="文件夹",
    help="一个单位一个子文件夹，各生成一份；全局一个的指标明细等写在前面，各单位共用。--out 写输出文件夹。",
)
@click.option("--out", type=PATH, metavar="新文件.xlsx", help="写到哪里，默认写在第一个文件旁边。")
@JSON
def prefill(
    sources: Sequence[Path],
    year: int | None,
    form_id: str | None,
    overlay: Path | None,
    projects: int | None,
    unit: str,
    into: Path | None,
    folder: Path | None,
    out: Path | None,
    as_json: bool,
) -> int:
    """取数：把决算、预算、指标和上年填报里已有的数填进模板，每格注明出处。"""
    form = chosen(form_id, overlay) or "hunan-2023"
    if folder is not None:
        return console.prefill_many(folder, sources, out or Path("取数结果"), form, year, as_json)
    if not sources:
        raise UserError("没有写文件；请写决算、预算、指标明细、上年填报的文件，或用 --batch 写一个文件夹。")
    done = selfeval_xl.prefill(sources, out, form=form, year=year, unit=unit, projects=projects, into=into)
    _say_prefilled(done, as_json)
    return 0


@commands.command()
def forms() -> int:
    """列出可用的表样：编号、名称、年度、来源。"""
    from selfeval_xl.forms import available, load

    for form in map(load, available()):
        first, last = form.years
        console.say(f"{form.id}  {form.title}  {first}—{last} 年度\n  来源：{form.source}")
    return 0


@commands.command()
@click.argument("rule_id", required=False, metavar="[规则]")
@click.option("--form", "form_id", metavar="表样", help="哪一种表样的规则，默认 hunan-2023。")
@OVERLAY
def rules(rule_id: str | None, form_id: str | None, overlay: Path | None) -> int:
    """列出全部核对规则，或说明其中一条，如 selfeval rules X-01。"""
    from selfeval_xl.forms import load

    named = chosen(form_id, overlay)
    form = load(named) if named else None
    known = {rule.id: rule for rule in selfeval_xl.catalogue(form)}
    if rule_id is None:
        console.say(telling.rule_list(known.values()))
        return 0
    if rule_id.upper() not in known:
        raise UserError(f"没有规则 {rule_id}；运行 selfeval rules 查看全部规则。")
    console.say(telling.rule_page(known[rule_id.upper()]))
    return 0


@commands.command()
@JSON
def fields(as_json: bool) -> int:
    """列出 Word 报告模板可用的全部字段：用法、含义和示例。"""
    if as_json:
        console.data(telling.fields_data())
    else:
        console.say(telling.fields_page())
    return 0


for bureaus in (batch, serve):
    commands.add_command(bureaus)


def main() -> NoReturn:
    """Runs the command of this process, and ends it with the command's exit code."""
    # A conversion makes half a million objects, most of which live to its end: looking for garbage costs 8 %.
    gc.set_threshold(300_000, 50, 50)
    # numpy starts a thread for each processor, and each spins for a while (0.1 s of two); we multiply no matrices.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    console.leave(console.run(commands))
