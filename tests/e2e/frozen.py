"""The service inside the test's own process, where its clock stands at the moment that the test says."""

import threading
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from zoneinfo import ZoneInfo

import time_machine
from flask import Flask
from playwright.sync_api import Browser
from werkzeug.serving import make_server

from riskctl.services import ticking
from tests.department import PASSWORD
from tests.e2e.desk import Desk

OFFICE = ZoneInfo("Asia/Shanghai")


class FrozenOffice:
    """One office whose time the test moves: `at("2027-01-04 09:00")`, then people at their desks."""

    def __init__(self, app: Flask, browser: Browser) -> None:
        self.app, self._browser = app, browser
        self._desks: dict[str, Desk] = {}
        self._time: Any = None
        # The browser's own clock does not travel: it would throw away a cookie that ended in its past.
        app.session_interface.get_expiration_time = lambda app, session: None  # type: ignore[method-assign]

    def __enter__(self) -> Self:
        self._server = make_server("127.0.0.1", 0, self.app, threaded=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rise()
        if self._time is not None:
            self._time.stop()
        self._server.shutdown()
        self._thread.join(10)

    def at(self, moment: str) -> None:
        """It is this moment on the office's wall clock; everybody signs in anew, as on another day."""
        self._rise()
        if self._time is not None:
            self._time.stop()
        self._time = time_machine.travel(datetime.fromisoformat(moment).replace(tzinfo=OFFICE), tick=True)
        self._time.start()

    def tick(self) -> str:
        """What the worker does every ten minutes."""
        with self.app.app_context():
            return ticking.tick()

    def sit(self, username: str) -> Desk:
        """The desk of this person, signed in."""
        if username not in self._desks:
            context = self._browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
            context.set_default_timeout(15_000)
            self._desks[username] = Desk(context.new_page(), self.url)
            self._desks[username].sign_in(username, PASSWORD)
        return self._desks[username]

    def _rise(self) -> None:
        for desk in self._desks.values():
            desk.is_content()
            desk.page.context.close()
        self._desks.clear()
