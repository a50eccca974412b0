"""The jobs; each calls one service."""

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask
from huey import Huey, crontab

from riskctl.services import delivery, schema, ticking
from riskctl.services.schema import Migrating

log = logging.getLogger("riskctl.jobs")


def register(queue: Huey, app: Flask) -> Callable[..., Any]:
    """Put the jobs on the queue; returns the tick, which also runs every ten minutes by itself."""

    @queue.periodic_task(crontab(minute="*/10"))
    def tick() -> None:
        with app.app_context():
            try:
                log.info("tick: %s", ticking.tick())
            except Migrating as error:
                log.warning("tick: %s", error.message)

    @queue.periodic_task(crontab())
    def deliver() -> None:
        with app.app_context():
            try:
                schema.require_current()
            except Migrating:
                return
            if sent := delivery.deliver():
                log.info("delivered: %s", sent)

    enqueue: Callable[..., Any] = tick
    return enqueue
