"""Deny by default: a page without a declaration of who may call it answers nobody."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, current_app, g, redirect, request, session, url_for
from flask_login import current_user

from riskctl.errors import NotAllowed
from riskctl.extensions import csrf
from riskctl.permissions import Actor, Permission, allowed
from riskctl.services import accounts

View = TypeVar("View", bound=Callable[..., Any])
PUBLIC = "public"
SIGNED_IN = "signed_in"


def public(view: View) -> View:
    """Anybody may call it."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def signed_in(view: View) -> View:
    """Whoever is signed in may call it; the service decides on the record."""
    view.access = SIGNED_IN  # type: ignore[attr-defined]
    return view


def needs(permission: Permission) -> Callable[[View], View]:
    """Who holds the permission over any unit may call it."""

    def mark(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]
        return view

    return mark


def access_of(endpoint: str) -> str | Permission | None:
    """What the endpoint declares: PUBLIC, SIGNED_IN, a permission, or None."""
    view = current_app.view_functions.get(endpoint)
    return getattr(view, "access", None)


def current_actor() -> Actor:
    """The signed-in person as an actor, read once a request."""
    if "actor" not in g:
        g.actor = accounts.actor_of(current_user)
    actor: Actor = g.actor
    return actor


# Served by the framework or by app_setup; the API checks its token itself.
_OPEN = ("static", "bootstrap.static", "healthz", "readyz", "metrics")


def guard(app: Flask) -> None:
    """Check every page request before its view runs."""

    @app.before_request
    def _check() -> Any:
        endpoint = request.endpoint
        if endpoint is None or endpoint in _OPEN or request.path.startswith("/api/"):
            return None
        if request.method == "POST":
            csrf.protect()
            session.pop("inbox", None)  # whatever is done may change what waits
        declared = access_of(endpoint)
        if declared == PUBLIC:
            return None
        if not current_user.is_authenticated:
            return redirect(url_for("login.show", next=_wanted()), 303)
        if current_user.must_change_password and endpoint not in ("login.password", "login.leave"):
            return redirect(url_for("login.password"), 303)
        if declared is None or (isinstance(declared, Permission) and not allowed(current_actor(), declared)):
            raise NotAllowed("您的岗位不能打开此页面", code="no_permission")
        return None


def _wanted() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else (request.referrer or "/")
