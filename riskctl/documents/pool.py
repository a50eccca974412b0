"""Several documents at once: one process a core, each with its own prepared fonts and style sheets."""

import os
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

from riskctl.documents import render
from riskctl.errors import RenderingFailed

# A process needs a second or two to start: fewer documents are made where we are.
WORTH_IT = 8
_MOST_PROCESSES = 4
_AHEAD = 2 * _MOST_PROCESSES
_Task = TypeVar("_Task")
_Future = TypeVar("_Future", bound="Future[Any] | None")


def cores() -> int:
    """On how many cores documents are made."""
    return min(len(os.sched_getaffinity(0)), _MOST_PROCESSES)


@contextmanager
def rendering(count: int, *, processes: int | None = None) -> Iterator[Executor]:
    """Where about `count` documents are to be written; hand it `render.written` with finished HTML."""
    wanted = cores() if processes is None else processes
    executor: Executor
    if count < WORTH_IT or wanted == 0:
        executor = ThreadPoolExecutor(1)
    else:
        # Spawned: a fork would copy the locks of the other threads as they happen to stand.
        executor = ProcessPoolExecutor(wanted, mp_context=get_context("spawn"), initializer=_prepare)
    try:
        yield executor
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def ahead(tasks: Iterable[tuple[_Task, _Future]]) -> Iterator[tuple[_Task, _Future]]:
    """The tasks in their order, some of them begun before the first is waited for: no process stands still."""
    begun: deque[tuple[_Task, _Future]] = deque()
    for task in tasks:
        begun.append(task)
        if len(begun) > _AHEAD:
            yield begun.popleft()
    yield from begun


def error_of(future: Future[Any]) -> BaseException | None:
    """Why a document could not be made; raises RenderingFailed when it took its whole process along."""
    error = future.exception()
    if isinstance(error, BrokenProcessPool):
        raise RenderingFailed(
            "生成文书的进程意外退出，可能是内存不足：已生成的都已保存，请重新办理"
        ) from error
    return error


def _prepare() -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    render.prepare()


def _end_with_parent() -> None:
    # A worker that is killed cannot end its processes; they would wait for work for ever.
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
