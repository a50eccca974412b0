"""The queue of the background jobs: huey on a file beside the data, or in the PostgreSQL database.

Nothing more to run than `riskctl worker`. Several workers may run at once, on several machines: every job
is safe to run twice.
"""

import logging
import threading

import psycopg
from huey import Huey, PostgresHuey, SqliteHuey

from riskctl.config import Settings

# Made by the first migration: the application's role need not make tables beside the records.
SCHEMA = "riskctl_jobs"
# A job that is not done by then is taken up again by the next worker.
_SECONDS_TO_END = 10


def open_queue(settings: Settings) -> Huey:
    """The queue of this installation; results are not kept, nobody asks for them."""
    if settings.database_url.startswith("postgresql"):
        address = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
        return PostgresHuey(
            "riskctl",
            results=False,
            connection=lambda: psycopg.connect(address, options=f"-c search_path={SCHEMA}"),
        )
    return SqliteHuey("riskctl", results=False, filename=str(settings.data_dir / "jobs.db"))


def run() -> None:
    """Work until SIGTERM, which lets a running job end, or SIGINT, which does not wait for it."""
    from riskctl import create_app
    from riskctl.jobs import tasks, working

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    app = create_app()
    queue = open_queue(app.extensions["riskctl.settings"])
    tick = tasks.register(queue, app)
    tick()  # at the start too: what fell due while no worker ran
    ended = threading.Event()
    jobs = working.start(app, ended)
    try:
        queue.create_consumer(graceful_signal="TERM", max_delay=5).run()
    finally:
        ended.set()
        jobs.join(_SECONDS_TO_END)
