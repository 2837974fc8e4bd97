"""What a command says and how it ends: the only file that prints and that knows exit codes.

0: 可报送 or 需说明; 1: 未填完 or 有错误, or not to be published; 2: the file or the command is not usable;
3: cannot write; 4: our bug.
"""

import atexit
import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TextIO, cast

import click
from msgspec import to_builtins

from selfeval_xl import telling
from selfeval_xl.errors import CannotWrite, UserError
from selfeval_xl.file_names import readable
from selfeval_xl.given_files import system_says

if TYPE_CHECKING:
    from selfeval_xl import Audited, Outcome
    from selfeval_xl.batch.running import Plan, Ran, Settings
    from selfeval_xl.forms import Overlay

WRONG, UNUSABLE, BUG = 1, 2, 4
NO_MEMORY = "内存不足，没有完成；请关闭其他程序后重试，或换一台内存大的计算机。"
LEAST_MEMORY = 160 * 2**20
"""Bytes of address space; a conversion takes 190 MB."""
NO_ROOM = ("failed to map segment", "Cannot allocate memory", "not enough memory")
LISTED = 30
"""`check` prints so many findings; the workbook has them all."""


def leave(code: int) -> NoReturn:
    """Ends the process with this exit code.

    Half a million objects are not taken down one by one, which takes 0.03 s: every file is closed by now, and what
    libraries wanted done at the end is done. Only what works with other processes (a batch) ends in the usual order.
    """
    if "multiprocessing" in sys.modules:
        sys.exit(code)
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):  # closed, full, or none at all
            stream.flush()
    os._exit(code)


def run(commands: click.Group, arguments: Sequence[str] | None = None) -> int:
    """Runs a command and gives its exit code; no traceback reaches a user."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        return int(commands.main(arguments, prog_name="selfeval", standalone_mode=False) or 0)
    except UserError as error:
        say(f"{error}", err=True)
        return error.exit_code
    except click.exceptions.Abort:
        say("已中止。", err=True)
        return UNUSABLE
    except click.exceptions.NoArgsIsHelpError as help_page:
        say(help_page.format_message())
        return UNUSABLE
    except click.ClickException as error:
        say(f"命令写法有误：{_usage(error)}；运行 selfeval --help 查看用法。", err=True)
        return UNUSABLE
    except UnicodeEncodeError:
        say("系统的文件名编码不支持中文；请设置环境变量 PYTHONUTF8=1 后再运行。", err=True)
        return CannotWrite.exit_code
    except Unheard as error:
        say(f"结果无法显示（{error}）；已生成的文件不受影响。", err=True)
        return CannotWrite.exit_code
    except OSError as error:
        what = f"读写文件时系统报错：{system_says(error)}{_named(error)}"
        say(f"{what}；请检查磁盘、权限和文件名后重试。", err=True)
        return CannotWrite.exit_code
    except MemoryError:
        say(NO_MEMORY, err=True)
        return CannotWrite.exit_code
    except Exception as error:
        if _is_memory(error):
            say(NO_MEMORY, err=True)
            return CannotWrite.exit_code
        say(f"程序出错，没有生成文件。请把 {_saved_traceback()} 发给维护人员。", err=True)
        return BUG


def _named(error: OSError) -> str:
    return f"（{readable(os.path.basename(str(error.filename)))}）" if error.filename else ""


def _is_memory(error: Exception) -> bool:
    """A library that there was no room to load, which says so in the system's words."""
    return isinstance(error, ImportError) and any(word in f"{error}" for word in NO_ROOM)


def _usage(error: click.ClickException) -> str:
    """What is wrong with the command, in the user's language."""
    match error:
        case click.MissingParameter(param=param) if param is not None:
            return f"缺少 {param.metavar or param.human_readable_name}"
        case click.NoSuchOption(option_name=name):
            return f"没有选项 {name}"
        case click.BadParameter(param=param) if param is not None:
            return f"{param.opts[0]} 的值不对{_wanted(param.type)}"
    return error.format_message()


def _wanted(kind: object) -> str:
    """What should stand there; click says it in English."""
    if isinstance(kind, click.IntRange):
        return f"，应为 {kind.min} 到 {kind.max} 的整数"
    return "，应为整数" if kind is click.INT else ""


def _saved_traceback() -> Path:
    handle, name = tempfile.mkstemp(prefix="selfeval-", suffix=".txt")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(traceback.format_exc())
    return Path(name)


def require_memory() -> None:
    """Below this numpy's own library ends the process with words of its own. Raises MemoryError."""
    with suppress(ImportError):  # Windows has no such limit
        import resource

        limit, _ = resource.getrlimit(resource.RLIMIT_AS)
        if limit != resource.RLIM_INFINITY and limit < LEAST_MEMORY:
            raise MemoryError


def each(
    sources: Sequence[Path],
    work: "Callable[[Path, Sequence[Path]], Outcome]",
    as_json: bool,
    listing: bool = False,
    alone: bool = True,
) -> int:
    """Every file in turn; one that cannot be used does not stop the others. The worst exit code counts. `alone`: nothing
    else was given."""
    require_memory()
    worst, written = 0, list[Path]()
    for source in sources:
        try:
            outcome = work(source, written)
        except UserError as error:
            if alone and len(sources) == 1:
                raise
            say(f"{error}", err=True)
            worst = max(worst, error.exit_code)
            continue
        written += outcome.files
        _show(source, outcome, as_json, listing)
        worst = max(worst, 0 if outcome.conclusion.standing.reportable else WRONG)
    return worst


def each_report(
    sources: Sequence[Path], work: "Callable[[Path], Audited]", as_json: bool, alone: bool = True
) -> int:
    """Every report in turn; one that cannot be used does not stop the others. The worst exit code counts. `alone`:
    nothing else was given."""
    worst = 0
    for source in sources:
        try:
            audited = work(source)
        except UserError as error:
            if alone and len(sources) == 1:
                raise
            say(f"{error}", err=True)
            worst = max(worst, error.exit_code)
            continue
        if as_json:
            data(telling.audit_data(audited))
        else:
            say(telling.audit_page(readable(source.name), audited, LISTED))
        worst = max(worst, WRONG if audited.audit.wrong else 0)
    return worst


def _show(source: Path, outcome: "Outcome", as_json: bool, listing: bool) -> None:
    if as_json:
        data(telling.outcome_data(outcome))
    else:
        say(telling.outcome_page(readable(source.name), outcome, LISTED if listing else 0))


def batch(folder: Path, settings: "Settings", as_json: bool) -> int:
    """A folder of workbooks, with a bar of its progress. The worst exit code counts."""
    require_memory()
    from selfeval_xl.batch import running
    from selfeval_xl.batch.executors import as_ctrl_c

    plan = running.plan(folder, settings)
    tally = telling.Tally()
    try:
        with as_ctrl_c():
            _convert(plan, settings, tally)
            ran = running.finish(plan, settings)
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is heard; another would only spoil the last words
        say(telling.interrupted(tally.done, len(plan.tasks)), err=True)
        return UNUSABLE
    if as_json:
        data(telling.batch_data(ran))
    else:
        say(telling.batch_page(ran))
    return _batch_code(ran)


def prefill_many(
    folder: Path, shared: Sequence[Path], out: Path, form: "str | Overlay", year: int | None, as_json: bool
) -> int:
    """A template for each unit of a folder; a line as each is done."""
    from selfeval_xl.prefilling.many import Unit
    from selfeval_xl.prefilling.many import prefill_many as work

    if not folder.is_dir():
        raise UserError(f"“{readable(folder.name)}”不是文件夹；请写放有各单位子文件夹的文件夹。")

    def tell(unit: Unit) -> None:
        say(telling.prefilled_line(unit), err=as_json)

    many = work(folder, shared, out, form, year, tell)
    if as_json:
        data({"list": str(many.list_file), "units": [to_builtins(unit) for unit in many.units]})
    else:
        written = sum(bool(unit.file) for unit in many.units)
        say(f"共 {len(many.units)} 个单位，生成 {written} 份；缺什么见 {many.list_file}。")
    return 0 if any(unit.file for unit in many.units) else UNUSABLE


def _convert(plan: "Plan", settings: "Settings", tally: "telling.Tally") -> None:
    from selfeval_xl.batch import running

    def said(counts: str | None) -> str | None:
        return counts

    with click.progressbar(
        length=len(plan.tasks),
        label="正在核对",
        show_pos=True,
        width=16,
        file=cast("TextIO", _Patient()),
        item_show_func=said,
    ) as bar:
        running.convert(plan, settings, lambda record: bar.update(1, tally.add(record)))


class Unheard(Exception):
    """Standard output takes nothing: full, or closed."""


class _Patient:
    """Standard error for the bar: where it takes nothing any more, the work goes on unseen."""

    @staticmethod
    def write(text: str) -> int:
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(text)
        return len(text)

    @staticmethod
    def flush() -> None:
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.flush()

    @staticmethod
    def isatty() -> bool:
        return sys.stderr is not None and sys.stderr.isatty()


def _batch_code(ran: "Ran") -> int:
    from selfeval_xl.checking.concluding import Standing

    codes = (record.exit_code for record in ran.desk.records)
    ready = all(Standing(record.verdict).reportable for record in ran.desk.latest)
    return max(*codes, 0 if ready else WRONG)


def data(content: object) -> None:
    """JSON is UTF-8, whatever the console speaks; a file name that is no text keeps its readable part."""
    _echo(json.dumps(content, ensure_ascii=False).encode("utf-8", "replace"))


def say(text: str, err: bool = False) -> None:
    """On standard error nothing more can be done where that takes nothing either; the exit code still tells."""
    with suppress(Unheard) if err else nullcontext():
        _echo(text, err)


def _echo(text: str | bytes, err: bool = False) -> None:
    """Who reads no further (`| head`) has what he wanted: the work goes on, and its exit code stands."""
    try:
        click.echo(text, err=err)
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115  (Python flushes it once more at exit)
    except OSError as trouble:
        raise Unheard(system_says(trouble)) from trouble
