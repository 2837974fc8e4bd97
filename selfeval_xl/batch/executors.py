"""The map over the workbooks: in this process, in several, or on a cluster; what comes of it is the same.

Whoever runs it may be interrupted: units in work are finished, none is begun.
"""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import connection
from typing import Any

from selfeval_xl.batch.records import Record
from selfeval_xl.batch.remembering import remember
from selfeval_xl.batch.working import BUG, Task, prepare, work
from selfeval_xl.errors import UserError

AHEAD = 2
"""So many tasks a worker wait in its queue: enough to keep it busy, few enough to know what broke it."""
CONNECTING = 20
"""Seconds."""
ENDS = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
"""What ends a process beside Ctrl-C, as far as the system has it."""


def cores() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(tasks: Sequence[Task], workers: int, cluster: str | None) -> Iterator[Record]:
    """The record of each task, as they are done. Raises UserError where the cluster cannot be reached."""
    if cluster:
        return _on_cluster(tasks, cluster)
    return _here(tasks) if workers == 1 or len(tasks) < 2 else _in_processes(tasks, workers)


def _here(tasks: Sequence[Task]) -> Iterator[Record]:
    prepare()
    with _finishing() as heard:
        for task in tasks:
            yield work(task)
            if heard:
                raise KeyboardInterrupt


def _in_processes(tasks: Sequence[Task], workers: int) -> Iterator[Record]:
    """A worker that dies is replaced; the tasks that it may have died of are then tried one by one."""
    waiting = list(reversed(tasks))
    with _finishing() as heard:
        while waiting:
            with _pool(min(workers, len(waiting))) as pool:
                suspects = yield from _flow(pool, waiting, workers * AHEAD, heard)
            for task in suspects:
                yield _alone(task)
            if heard:
                raise KeyboardInterrupt


def _flow(
    pool: Executor, waiting: list[Task], room: int, heard: Sequence[int]
) -> Generator[Record, None, list[Task]]:
    """Takes tasks from the end of `waiting`, and none once an end was `heard`; returns those that were in work when
    the pool broke."""
    running: dict[Future[Record], Task] = {}
    suspects: list[Task] = []
    while (waiting and not suspects and not heard) or running:
        for future in [future for future in running if heard and future.cancel()]:
            del running[future]
        try:
            while waiting and not suspects and not heard and len(running) < room:
                task = waiting.pop()
                running[pool.submit(work, task)] = task
        except BrokenProcessPool:
            suspects.append(task)
        done, _ = wait(running, return_when=FIRST_COMPLETED) if running else (set(), set())
        for future in done:
            task = running.pop(future)
            if isinstance(future.exception(), BrokenProcessPool):
                suspects.append(task)
            else:
                yield future.result()
    return suspects


def _alone(task: Task) -> Record:
    """In a process of its own: if that dies, it was this workbook."""
    try:
        with _pool(1) as pool:
            return pool.submit(work, task).result()
    except BrokenProcessPool:
        return _lost(task)


def _lost(task: Task) -> Record:
    trouble = (
        f"“{task.source.name}”使程序异常退出，未能处理；请用 Excel 或 WPS 打开后另存为 .xlsx，再重新运行。"
    )
    record = Record(task.source.name, task.work, trouble=trouble, exit_code=BUG)
    remember(task.memory, record)
    return record


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that do not hear Ctrl-C, not even while they still import: they finish what they have in hand."""
    pool = ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), _begin)
    try:
        with _deaf():
            pool.submit(os.getpid)  # this starts all of them, and they inherit the deafness
        yield pool
    finally:
        with _deaf():  # a second Ctrl-C would leave the workers waiting for ever
            pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    prepare()


def _end_with_parent() -> None:
    """Whoever is killed takes its workers along: none is left that waits for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(BUG)


@contextmanager
def as_ctrl_c() -> Iterator[None]:
    """What ends a process otherwise, a closed terminal or a shutdown, is heard as Ctrl-C meanwhile."""
    own = threading.current_thread() is threading.main_thread()
    taken = [number for number in ENDS if own and signal.getsignal(number) is signal.SIG_DFL]
    for number in taken:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in taken:
            signal.signal(number, signal.SIG_DFL)


@contextmanager
def _finishing() -> Iterator[list[int]]:
    """Ctrl-C, and what is heard as such, is only noted meanwhile: the units in hand are finished, and counted."""
    heard: list[int] = []
    if threading.current_thread() is not threading.main_thread():
        yield heard
        return
    ends = (number for number in ENDS if signal.getsignal(number) is signal.default_int_handler)
    before = {n: signal.signal(n, lambda number, _: heard.append(number)) for n in (signal.SIGINT, *ends)}
    try:
        yield heard
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _deaf() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _on_cluster(tasks: Sequence[Task], address: str) -> Iterator[Record]:
    client = _client(address)
    # Equal calls are not taken for one: pure=False.
    pool = client.get_executor(pure=False)
    try:
        futures = {pool.submit(work, task): task for task in tasks}
        while futures:
            done, _ = wait(futures, return_when=FIRST_COMPLETED)
            for future in done:
                task = futures.pop(future)
                yield _from_cluster(task, future)
    finally:
        pool.shutdown(wait=False)
        client.close()


def _from_cluster(task: Task, future: "Future[Record]") -> Record:
    match future.exception():
        case None:
            return future.result()
        case ImportError() as trouble:
            raise UserError(
                f"集群的机器上没有安装同一版本的 selfeval_xl（{trouble}）；请在每台机器上安装后再运行。"
            )
    return _lost(task)


def _client(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError:
        raise UserError(
            "没有安装集群组件；请先运行 pip install 'selfeval-xl[cluster]'，或去掉 --cluster。"
        ) from None
    connect: Callable[..., Any] = Client
    try:
        return connect(address, timeout=CONNECTING)
    except (OSError, ValueError, TimeoutError) as trouble:
        raise UserError(
            f"连不上集群 {address}（{type(trouble).__name__}）；请检查地址，如 tcp://10.0.0.5:8786，或去掉 --cluster。"
        ) from None
