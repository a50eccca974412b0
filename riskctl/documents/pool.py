"""Several documents at once: one process a core, each with its own prepared fonts and style sheets."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process

from riskctl.documents import render

# A process needs a second or two to start: fewer documents are made where we are.
WORTH_IT = 8
_MOST_PROCESSES = 4


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


def _prepare() -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    render.prepare()


def _end_with_parent() -> None:
    # A worker that is killed cannot end its processes; they would wait for work for ever.
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
