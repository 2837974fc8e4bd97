"""The command `selfeval`: its subcommands and their options; `console` prints what they say."""

import gc
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

import selfeval_xl
from selfeval_xl import console, telling
from selfeval_xl.errors import FormError, UserError

if TYPE_CHECKING:
    from selfeval_xl import Outcome
    from selfeval_xl.forms import Form, Overlay


class Files(click.Group):
    """`selfeval 填报.xlsx` means `selfeval convert 填报.xlsx`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.commands:
            args = ["convert", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=Files, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(selfeval_xl.__version__, message="selfeval %(version)s", help="显示版本。")
def commands() -> None:
    """部门整体支出绩效自评：把填好的模板一次转换为“核对结果”和“自评报告”。

    用法：selfeval 填报.xlsx
    """


SOURCES = click.argument(
    "sources", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="填报.xlsx..."
)
FORM = click.option("--form", "form_id", metavar="表样", help="文件里没有注明表样时，指明用哪一种。")
OVERLAY = click.option(
    "--overlay",
    type=click.Path(path_type=Path),
    metavar="方案.toml",
    help="按财政部门下发的调整方案（界限、级别、停用的规则等）。",
)
JSON = click.option("--json", "as_json", is_flag=True, help="结果按 JSON 输出到标准输出（金额单位：万元）。")


@commands.command()
@SOURCES
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="文件夹", help="输出文件夹，默认与填报文件同一文件夹。"
)
@click.option(
    "--report-template",
    "own",
    type=click.Path(path_type=Path),
    metavar="模板.docx",
    help="用本单位修改过的报告模板；可用字段见 selfeval fields。",
)
@click.option("--public", is_flag=True, help="只生成公开版报告：不含电话、经办人姓名、涉密项目和核实说明。")
@click.option(
    "--charts", is_flag=True, help="报告第六部分后附预算执行对照图和执行率图（需另装 matplotlib）。"
)
@FORM
@OVERLAY
@JSON
def convert(
    sources: Sequence[Path],
    out: Path | None,
    own: Path | None,
    public: bool,
    charts: bool,
    form_id: str | None,
    overlay: Path | None,
    as_json: bool,
) -> int:
    """转换：生成“核对结果.xlsx”和“自评报告.docx”。"""
    work = selfeval_xl.publish if public else selfeval_xl.convert
    template = selfeval_xl.report_template(own) if own else None
    pen = selfeval_xl.chart_pen() if charts else None
    form = _form(form_id, overlay)

    def one(source: Path, written: Sequence[Path]) -> "Outcome":
        return work(source, out, form, template=template, keep=written, pen=pen)

    return console.each(sources, one, as_json)


@commands.command()
@SOURCES
@FORM
@OVERLAY
@JSON
def check(sources: Sequence[Path], form_id: str | None, overlay: Path | None, as_json: bool) -> int:
    """只核对，不生成文件。"""
    form = _form(form_id, overlay)

    def one(source: Path, _: Sequence[Path]) -> "Outcome":
        return selfeval_xl.examine(source, form)

    return console.each(sources, one, as_json, listing=True)


@commands.command()
@click.option("--form", "form_id", metavar="表样", help="用哪一种表样，默认 hunan-2023。")
@OVERLAY
@click.option("--year", type=int, metavar="年度", help="财政年度，四位数字，默认为表样的年度。")
@click.option("--projects", type=click.IntRange(1, 99), metavar="张数", help="预先做好几张附件3，默认 10。")
@click.option("--out", type=click.Path(path_type=Path), metavar="文件", help="写到哪里，默认写在当前文件夹。")
def template(
    form_id: str | None, overlay: Path | None, year: int | None, projects: int | None, out: Path | None
) -> int:
    """生成空白填报模板；用 --overlay 的，填报单位转换时不必再有该文件。"""
    from selfeval_xl.forms import load

    form = load(_chosen(form_id, overlay) or "hunan-2023", year)
    target = out or Path(f"{form.year}年度部门整体支出绩效自评填报模板.xlsx")
    console.say(f"已生成填报模板：{selfeval_xl.write_template(form, target, projects=projects)}")
    return 0


@commands.command()
@click.argument("rule_id", required=False, metavar="[规则]")
@OVERLAY
def rules(rule_id: str | None, overlay: Path | None) -> int:
    """列出全部核对规则，或说明其中一条，如 selfeval rules X-01。"""
    from selfeval_xl.forms import load

    form = load(selfeval_xl.overlay(overlay)) if overlay else None
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


def _form(form_id: str | None, overlay: Path | None) -> "Form | Overlay | None":
    """What is read by: a form where one is named, an overlay on the form that the file names, or what the file says."""
    from selfeval_xl.forms import load

    chosen = _chosen(form_id, overlay)
    return load(chosen) if isinstance(chosen, str) else chosen


def _chosen(form_id: str | None, overlay: Path | None) -> "str | Overlay | None":
    """Raises FormError: an overlay of another form than the one that is named."""
    given = selfeval_xl.overlay(overlay) if overlay else None
    if given and form_id and given.data["extends"] != form_id:
        raise FormError(f"{given.name} 调整的是表样 {given.data['extends']}，不是 --form 指明的 {form_id}。")
    return given or form_id


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and ends the process with its exit code."""
    # A conversion makes half a million objects, most of which live to its end: looking for garbage costs 5 %.
    gc.set_threshold(100_000, 50, 50)
    sys.exit(console.run(commands, arguments))
