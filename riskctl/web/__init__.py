"""HTML pages: parse, call one service, present."""

from flask import Flask


def register(app: Flask) -> None:
    """Put every area's pages on the application."""
