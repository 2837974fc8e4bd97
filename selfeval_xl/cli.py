"""The command `selfeval`: the only file that prints and that knows exit codes.

0: 可报送 or 需说明; 1: 未填完 or 有错误, or not to be published; 2: the file or the command is not usable;
3: cannot write; 4: our bug.
"""

import gc
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

import selfeval_xl
from selfeval_xl import telling
from selfeval_xl.errors import CannotWrite, UserError

if TYPE_CHECKING:
    from selfeval_xl import Outcome
    from selfeval_xl.forms import Form

WRONG, UNUSABLE, BUG = 1, 2, 4
LISTED = 30
"""`check` prints so many findings; the workbook has them all."""


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
@FORM
@JSON
def convert(
    sources: Sequence[Path],
    out: Path | None,
    own: Path | None,
    public: bool,
    form_id: str | None,
    as_json: bool,
) -> int:
    """转换：生成“核对结果.xlsx”和“自评报告.docx”。"""
    work = selfeval_xl.publish if public else selfeval_xl.convert
    template = selfeval_xl.report_template(own) if own else None

    def one(source: Path, written: Sequence[Path]) -> "Outcome":
        return work(source, out, _form(form_id), template=template, keep=written)

    return _each(sources, one, as_json)


@commands.command()
@SOURCES
@FORM
@JSON
def check(sources: Sequence[Path], form_id: str | None, as_json: bool) -> int:
    """只核对，不生成文件。"""

    def one(source: Path, _: Sequence[Path]) -> "Outcome":
        return selfeval_xl.examine(source, _form(form_id))

    return _each(sources, one, as_json, listing=True)


@commands.command()
@click.option(
    "--form", "form_id", default="hunan-2023", show_default=True, metavar="表样", help="用哪一种表样。"
)
@click.option("--year", type=int, metavar="年度", help="财政年度，四位数字，默认为表样的年度。")
@click.option("--projects", type=click.IntRange(1, 99), metavar="张数", help="预先做好几张附件3，默认 10。")
@click.option("--out", type=click.Path(path_type=Path), metavar="文件", help="写到哪里，默认写在当前文件夹。")
def template(form_id: str, year: int | None, projects: int | None, out: Path | None) -> int:
    """生成空白填报模板。"""
    from selfeval_xl.forms import load

    form = load(form_id, year)
    target = out or Path(f"{form.year}年度部门整体支出绩效自评填报模板.xlsx")
    _say(f"已生成填报模板：{selfeval_xl.write_template(form, target, projects=projects)}")
    return 0


@commands.command()
@click.argument("rule_id", required=False, metavar="[规则]")
def rules(rule_id: str | None) -> int:
    """列出全部核对规则，或说明其中一条，如 selfeval rules X-01。"""
    known = {rule.id: rule for rule in selfeval_xl.catalogue()}
    if rule_id is None:
        for rule in known.values():
            _say(f"{rule.id}  {rule.level}  {rule.title}")
        return 0
    if rule_id.upper() not in known:
        raise UserError(f"没有规则 {rule_id}；运行 selfeval rules 查看全部规则。")
    _say(telling.rule_page(known[rule_id.upper()]))
    return 0


@commands.command()
@JSON
def fields(as_json: bool) -> int:
    """列出 Word 报告模板可用的全部字段：用法、含义和示例。"""
    if as_json:
        _data(telling.fields_data())
    else:
        _say(telling.fields_page())
    return 0


def main(arguments: Sequence[str] | None = None) -> None:
    """Runs a command and ends the process with its exit code; no traceback reaches a user."""
    # A conversion makes half a million objects, most of which live to its end: looking for garbage costs 5 %.
    gc.set_threshold(100_000, 50, 50)
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.exit(_run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    try:
        return int(commands.main(arguments, prog_name="selfeval", standalone_mode=False) or 0)
    except UserError as error:
        _say(f"{error}", err=True)
        return error.exit_code
    except click.exceptions.Abort:
        _say("已中止。", err=True)
        return UNUSABLE
    except click.exceptions.NoArgsIsHelpError as help_page:
        _say(help_page.format_message())
        return UNUSABLE
    except click.ClickException as error:
        _say(f"命令写法有误：{_usage(error)}；运行 selfeval --help 查看用法。", err=True)
        return UNUSABLE
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  (Python flushes it once more at exit)
        return 0
    except UnicodeEncodeError:
        _say("系统的文件名编码不支持中文；请设置环境变量 PYTHONUTF8=1 后再运行。", err=True)
        return CannotWrite.exit_code
    except OSError as error:
        _say(f"结果无法显示（{error.strerror}）；已生成的文件不受影响。", err=True)
        return CannotWrite.exit_code
    except Exception:
        _say(f"程序出错，没有生成文件。请把 {_saved_traceback()} 发给维护人员。", err=True)
        return BUG


def _usage(error: click.ClickException) -> str:
    """What is wrong with the command, in the user's language."""
    match error:
        case click.MissingParameter(param=param) if param is not None:
            return f"缺少 {param.metavar or param.human_readable_name}"
        case click.NoSuchOption(option_name=name):
            return f"没有选项 {name}"
        case click.BadParameter(param=param) if param is not None:
            return f"{param.human_readable_name} 的值不对（{error.message}）"
    return error.format_message()


def _saved_traceback() -> Path:
    handle, name = tempfile.mkstemp(prefix="selfeval-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(traceback.format_exc())
    return Path(name)


def _form(form_id: str | None) -> "Form | None":
    if form_id is None:
        return None
    from selfeval_xl.forms import load

    return load(form_id)


def _each(
    sources: Sequence[Path],
    work: "Callable[[Path, Sequence[Path]], Outcome]",
    as_json: bool,
    listing: bool = False,
) -> int:
    """Every file in turn; one that cannot be used does not stop the others. The worst exit code counts."""
    worst, written = 0, list[Path]()
    for source in sources:
        try:
            outcome = work(source, written)
        except UserError as error:
            if len(sources) == 1:
                raise
            _say(f"{error}", err=True)
            worst = max(worst, error.exit_code)
            continue
        written += outcome.files
        _show(source, outcome, as_json, listing)
        worst = max(worst, 0 if outcome.conclusion.standing.reportable else WRONG)
    return worst


def _show(source: Path, outcome: "Outcome", as_json: bool, listing: bool) -> None:
    if as_json:
        _data(telling.outcome_data(outcome))
    else:
        _say(telling.outcome_page(source.name, outcome, LISTED if listing else 0))


def _data(data: object) -> None:
    """JSON is UTF-8, whatever the console speaks."""
    click.echo(json.dumps(data, ensure_ascii=False).encode("utf-8"))


def _say(text: str, err: bool = False) -> None:
    click.echo(text, err=err)
