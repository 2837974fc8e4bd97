"""Each piece of work in a process of its own, under limits: whatever a file does there, it does to that process alone.

Where the system can fork, the process is new for each piece, from one that has imported and computed what all need;
elsewhere (Windows) workers are used again, and replaced when they fail.
"""

import asyncio
import multiprocessing
import os
import queue
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, NoReturn

from msgspec import Struct

from selfeval_xl.errors import CannotWrite, UserError
from selfeval_xl.serving import limits

FORKS = sys.platform != "win32"
Call = tuple[Callable[..., Any], tuple[Any, ...]]


class Unserved(Exception):
    """A sentence for the user: why nothing came of it. `status`: of HTTP."""

    def __init__(self, said: str, status: int, trace: str = "") -> None:
        super().__init__(said)
        self.status, self.trace = status, trace


FULL = "现在同时上传的人太多，请过一分钟再试；文件没有保存。"
SLOW = "处理超时（超过 {} 秒），已停止；请删去无关的工作表、图片后另存为 .xlsx 再试。文件没有保存。"
DIED = "处理这份文件时内存不足或程序异常退出；请用 Excel 或 WPS 打开后另存为 .xlsx 再试。文件没有保存。"
NO_ROOM = "服务器上无法写入文件（磁盘已满或没有权限）；请告诉管理员。"
BUG = "程序出错，没有完成；请把出错的时间告诉管理员。"


class Bounds(Struct, frozen=True):
    """Of one piece of work: seconds, bytes of address space, bytes of a file that it writes."""

    seconds: float = limits.SECONDS
    memory: int = limits.MEMORY
    written: int = limits.MOST_WRITTEN


class Workers:
    """So many processes at once, so many pieces of work in them and waiting (`room`)."""

    def __init__(self, size: int, bounds: Bounds, room: int = limits.QUEUE) -> None:
        self.bounds, self.room = bounds, room
        self.inside = 0
        self._context = _context()
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="worker")
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()

    async def do(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """What `work` gives; it and its arguments travel to another process. Raises Unserved, UserError."""
        if self.inside >= self.room:
            raise Unserved(FULL, 503)
        self.inside += 1
        try:
            return await asyncio.wrap_future(self._threads.submit(self._one, (work, arguments)))
        finally:
            self.inside -= 1

    def beside(self, work: Callable[..., Any], *arguments: Any) -> None:
        """A process that goes on beside the server until the server ends; begun at leisure, since the first process
        waits for all that is imported."""
        process = self._context.Process(target=work, args=arguments, daemon=True)
        threading.Thread(target=process.start, daemon=True).start()

    def close(self) -> None:
        """What is in work is stopped within its limits."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        with suppress(queue.Empty):
            while True:
                self._idle.get_nowait().end()

    def _one(self, call: Call) -> Any:
        try:
            worker = self._idle.get_nowait()
        except queue.Empty:
            worker = _Worker(self._context, self.bounds)
        kept = False
        try:
            answer = worker.ask(call, self.bounds.seconds)
            kept = not FORKS
        finally:
            if kept:
                self._idle.put(worker)
            else:
                worker.end()
        return _judged(answer)


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, context: Any, bounds: Bounds) -> None:
        self._pipe, other = context.Pipe()
        self._process: BaseProcess = context.Process(target=_serve, args=(other, bounds), daemon=True)
        self._process.start()
        other.close()

    def ask(self, call: Call, seconds: float) -> tuple[str, Any]:
        """Raises Unserved: no answer in time, or none at all."""
        try:
            self._pipe.send(call)
            if not self._pipe.poll(seconds):
                raise Unserved(SLOW.format(f"{seconds:g}"), 503)
            answer: tuple[str, Any] = self._pipe.recv()
            return answer
        except (EOFError, OSError):
            raise Unserved(DIED, 422) from None

    def end(self) -> None:
        """With all that it started itself."""
        self._pipe.close()
        if FORKS and self._process.pid:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()
        self._process.close()


def _judged(answer: tuple[str, Any]) -> Any:
    kind, value = answer
    match kind:
        case "done":
            return value
        case "user":
            raise UserError(value)
        case "room":
            raise Unserved(NO_ROOM, 507)
        case "memory":
            raise Unserved(DIED, 422)
    raise Unserved(BUG, 500, value)


def _context() -> Any:
    if not FORKS:
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    # The command itself is named, too: each child would import it anew as its main module.
    context.set_forkserver_preload(["selfeval_xl.cli", "selfeval_xl.serving.warm"])
    return context


def _serve(pipe: "connection.Connection[Any, Any]", bounds: Bounds) -> None:
    """What the process does."""
    _begin(bounds)
    with suppress(EOFError, OSError):
        while True:
            work, arguments = pipe.recv()
            pipe.send(_answer(work, arguments))


def _answer(work: Callable[..., Any], arguments: tuple[Any, ...]) -> tuple[str, Any]:
    try:
        return "done", work(*arguments)
    except CannotWrite:
        return "room", None
    except UserError as error:
        return "user", f"{error}"
    except MemoryError:
        return "memory", None
    except Exception as error:
        return "bug", _trace(error)


def _trace(error: Exception) -> str:
    """Where our own bug is, without a word of what the file holds."""
    frames = traceback.extract_tb(error.__traceback__)[-3:]
    return " < ".join(
        [type(error).__name__, *(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(frames))]
    )


def _begin(bounds: Bounds) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if FORKS:
        import resource

        os.setpgid(0, 0)
        cpu = int(bounds.seconds) + 1
        for limit, most in (
            (resource.RLIMIT_AS, bounds.memory),
            (resource.RLIMIT_FSIZE, bounds.written),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_CPU, cpu),
        ):
            with suppress(OSError, ValueError):  # macOS takes no limit of memory
                resource.setrlimit(limit, (most, most))
        os.umask(0o077)


def _end_with_parent() -> NoReturn:
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
    os._exit(1)
