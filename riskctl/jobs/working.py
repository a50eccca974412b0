"""Working off what people asked for: one job after another, each by the service that its kind names."""

import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask

from riskctl.error_words import out_of_space
from riskctl.errors import FULL, RiskctlError
from riskctl.extensions import db
from riskctl.services import background, document_batches, freezing, ledger_prints, seal_book
from riskctl.services.background import Cancelled, Interrupted, Task
from riskctl.services.exchange import ledger_exports

log = logging.getLogger("riskctl.jobs")
Runner = Callable[[Task], Mapping[str, Any]]
RUNNERS: Mapping[str, Runner] = {
    "verify_audit": seal_book.verify_all,
    "export_ledger": ledger_exports.make,
    "documents": document_batches.make,
    "ledger_print": ledger_prints.make,
    "correct_snapshot": freezing.correct_asked,
}
_SECONDS = 1.0


def start(app: Flask, ended: threading.Event) -> threading.Thread:
    """Work in a thread of its own until the event is set; a job that runs then is left for the next worker."""

    def loop() -> None:
        while not ended.is_set():
            with app.app_context():
                busy = _work(ended)
            if not busy:
                ended.wait(_SECONDS)

    thread = threading.Thread(target=loop, name="jobs", daemon=True)
    thread.start()
    return thread


def _work(ended: threading.Event) -> bool:
    try:
        return work_once(ended)
    except Exception:  # a database that is away, or full, comes back: the thread must be there then
        log.exception("no job could be taken or ended")
        return False


def work_once(ended: threading.Event | None = None) -> bool:
    """Do the oldest job that waits; False when none does. One that runs is given back when `ended` is set."""
    task = background.claim(ended)
    if task is None:
        return False
    try:
        state, result = "done", RUNNERS[task.kind](task)
    except Interrupted:
        db.session.rollback()
        background.give_back(task)
        return True
    except Cancelled:
        db.session.rollback()
        state, result = "cancelled", {}
    except RiskctlError as error:
        db.session.rollback()
        state, result = "failed", {"lines": [error.message, *(reason.message for reason in error.reasons)]}
    except Exception as error:  # a fault in one job must not stop the others
        db.session.rollback()
        number = uuid.uuid4().hex[:8]
        log.exception("job %s failed, %s", task.id, number)
        said = FULL if out_of_space(error) else f"系统出错，编号 {number}：请把编号告诉系统管理员"
        state, result = "failed", {"lines": [said]}
    background.finish(task, state, result)
    return True
