"""Working off what people asked for: one job after another, each by the service that its kind names."""

import logging
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask

from riskctl.errors import RiskctlError
from riskctl.extensions import db
from riskctl.services import background, seal_book
from riskctl.services.background import Cancelled, Task

log = logging.getLogger("riskctl.jobs")
Runner = Callable[[Task], Mapping[str, Any]]
RUNNERS: Mapping[str, Runner] = {
    "verify_audit": seal_book.verify_all,
}
_SECONDS = 1.0


def start(app: Flask, ended: threading.Event) -> threading.Thread:
    """Work in a thread of its own until the event is set; a job that runs then is left for the next worker."""

    def loop() -> None:
        while not ended.is_set():
            with app.app_context():
                busy = work_once()
            if not busy:
                ended.wait(_SECONDS)

    thread = threading.Thread(target=loop, name="jobs", daemon=True)
    thread.start()
    return thread


def work_once() -> bool:
    """Do the oldest job that waits; False when none does."""
    task = background.claim()
    if task is None:
        return False
    try:
        state, result = "done", RUNNERS[task.kind](task)
    except Cancelled:
        db.session.rollback()
        state, result = "cancelled", {}
    except RiskctlError as error:
        db.session.rollback()
        state, result = "failed", {"lines": [error.message, *(reason.message for reason in error.reasons)]}
    except Exception:  # a fault in one job must not stop the others
        db.session.rollback()
        number = uuid.uuid4().hex[:8]
        log.exception("job %s failed, %s", task.id, number)
        state, result = "failed", {"lines": [f"系统出错，编号 {number}：请把编号告诉系统管理员"]}
    background.finish(task, state, result)
    return True
