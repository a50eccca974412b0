"""The service as ./scripts/demo starts it, and people at their browsers."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.department import PASSWORD
from tests.e2e.desk import Desk

_CHROMIUM = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=list(_CHROMIUM))
        yield browser
        browser.close()


@dataclass(frozen=True)
class Service:
    """A running service and its command line."""

    url: str
    data_dir: Path
    environment: dict[str, str]

    def riskctl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run the command as an administrator at the console would."""
        command = [str(Path(sys.executable).with_name("riskctl")), *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One service for all journeys, with demo data, on a free port of the loopback."""
    data_dir = tmp_path_factory.mktemp("service")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    keys = {f"RISKCTL_{name}_KEY": secrets.token_urlsafe(24) for name in ("SECRET", "FIELD", "AUDIT")}
    environment = {
        **os.environ, **keys, "RISKCTL_DATA_DIR": str(data_dir), "RISKCTL_DEMO_PASSWORD": PASSWORD,
        "RISKCTL_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }  # fmt: skip
    found = Service(f"http://127.0.0.1:{port}", data_dir, environment)
    for command in (("init-db",), ("seed-demo", "--risk-points", "60", "--issues", "10")):
        done = found.riskctl(*command)
        assert done.returncode == 0, done.stderr
    log = (data_dir / "service.log").open("wb")
    command = [str(Path(sys.executable).with_name("riskctl")), "serve", "--port", str(port), "--workers", "1"]
    process = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _await(found.url, process)
        yield found
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)
        log.close()


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        assert process.poll() is None, "the service ended at its start"
        try:
            with urllib.request.urlopen(f"{url}/readyz"):
                return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError("the service did not become ready")


@pytest.fixture
def sit_down(
    browser: Browser, service: Service, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Desk]]:
    """Sign a person in at a desk of his own: `sit_down("office")`; the same desk when he comes back.

    The parameter False takes JavaScript away.
    """
    scripts = getattr(request, "param", True)
    desks: dict[str, Desk] = {}

    def sit(username: str) -> Desk:
        if username not in desks:
            context = browser.new_context(
                viewport={"width": 1366, "height": 768},
                locale="zh-CN",
                accept_downloads=True,
                java_script_enabled=scripts,
            )
            context.set_default_timeout(15_000)
            desks[username] = Desk(context.new_page(), service.url)
            desks[username].sign_in(username, PASSWORD)
        return desks[username]

    yield sit
    for desk in desks.values():
        desk.page.context.close()
