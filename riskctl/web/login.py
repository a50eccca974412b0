"""Signing in and out, and the password."""

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, session, url_for
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from riskctl.errors import InvalidInput, NotSignedIn, TooManyAttempts
from riskctl.extensions import db, login
from riskctl.models import User
from riskctl.services import accounts
from riskctl.web.access import public, signed_in

pages = Blueprint("login", __name__)


@login.user_loader
def load(identity: str) -> User | None:
    """The user of a session, unless his password changed or he was signed out since."""
    user_id, _, key = identity.partition(":")
    user = db.session.get(User, int(user_id)) if user_id.isdecimal() else None
    return user if user and user.active and user.session_key == key else None


@pages.get("/login")
@public
def show() -> str:
    """The form."""
    return render_template("login/login.html", next=_safe(request.args.get("next")), error=None, username="")


@pages.post("/login")
@public
def enter() -> Response | tuple[str, int]:
    """Sign in, and go to where the person wanted to go."""
    username, wanted = request.form.get("username", "").strip(), _safe(request.form.get("next"))
    try:
        user = accounts.authenticate(username, request.form.get("password", ""))
    except (NotSignedIn, TooManyAttempts) as error:
        page = render_template("login/login.html", next=wanted, error=error.message, username=username)
        return page, error.status
    session.clear()
    session.permanent = True
    login_user(user)
    return redirect(wanted or url_for("home.todo"), 303)


@pages.post("/logout")
@signed_in
def leave() -> Response:
    """Sign out."""
    logout_user()
    session.clear()
    return redirect(url_for("login.show"), 303)


@pages.route("/password", methods=["GET", "POST"])
@signed_in
def password() -> str | Response | tuple[str, int]:
    """Change one's own password; forced at the first sign-in."""
    if request.method == "GET":
        return render_template("login/password.html", error=None)
    form = request.form
    try:
        if form.get("new_password") != form.get("again"):
            raise InvalidInput("两次输入的新密码不一致", field="again", code="differs")
        accounts.change_password(current_user, form.get("old_password", ""), form.get("new_password", ""))
    except InvalidInput as error:
        return render_template("login/password.html", error=error), 422
    login_user(current_user)
    return redirect(url_for("home.todo"), 303)


def _safe(wanted: str | None) -> str:
    """Only a path of our own: `//host` and `https://host` lead elsewhere."""
    parts = urlsplit(wanted or "")
    own = wanted and wanted.startswith("/") and not wanted.startswith(("//", "/\\"))
    return wanted if own and not parts.netloc and wanted else ""
