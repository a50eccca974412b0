"""The id of the request being served, for events and logs; empty outside a request."""

from contextvars import ContextVar

current: ContextVar[str] = ContextVar("request_id", default="")
