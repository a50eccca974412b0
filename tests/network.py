"""The network and mail are closed to every test; the loopback stays open to what a test starts itself."""

import smtplib
import socket
from typing import Any

import pytest

_OURS = ("127.0.0.1", "localhost", "::1")


@pytest.fixture(autouse=True)
def closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail whoever reaches for the network or sends mail."""
    connect = socket.socket.connect

    def only_loopback(self: socket.socket, address: Any) -> Any:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in _OURS:
            raise AssertionError(f"a test reached for the network: {address}")
        return connect(self, address)

    def no_mail(*args: Any, **kwargs: Any) -> Any:
        raise AssertionError("a test sent mail")

    monkeypatch.setattr(socket.socket, "connect", only_loopback)
    monkeypatch.setattr(smtplib, "SMTP", no_mail)
