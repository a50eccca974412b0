"""The jobs; each calls one service."""

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask
from huey import Huey, crontab

from riskctl.services import ticking

log = logging.getLogger("riskctl.jobs")


def register(queue: Huey, app: Flask) -> Callable[..., Any]:
    """Put the jobs on the queue; returns the tick, which also runs every ten minutes by itself."""

    @queue.periodic_task(crontab(minute="*/10"))
    def tick() -> None:
        with app.app_context():
            log.info("tick: %s", ticking.tick())

    enqueue: Callable[..., Any] = tick
    return enqueue
