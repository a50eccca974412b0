"""JSON under /api/v1."""

from flask import Flask


def register(app: Flask) -> None:
    """Put every resource on the application."""
