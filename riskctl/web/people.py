"""人员账号: who has an account and which offices; opened by 系统管理员, roles granted by 安全管理员."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from riskctl.errors import InvalidInput, NotAllowed, NotFound
from riskctl.permissions import ROLE_LABELS, Permission
from riskctl.services import account_admin, handovers
from riskctl.web.access import current_actor, needs

pages = Blueprint("people", __name__)


@pages.get("/people")
@needs(Permission.ORGANIZATION_VIEW)
def listing() -> str:
    """The accounts, with search and paging."""
    return _listing()


def _listing(error: InvalidInput | None = None) -> str:
    text, given = request.args.get("q", "").strip()[:50], request.args.get("after", "")
    after = int(given) if given.isdecimal() and len(given) < 10 else 0
    found, following = account_admin.listing(text, after=after)
    return render_template(
        "organization/people.html", people=found, following=following, q=text, role_labels=ROLE_LABELS,
        error=error, form=request.form,
    )  # fmt: skip


@pages.post("/people")
@needs(Permission.ACCOUNT_MANAGE)
def create() -> str | tuple[str, int]:
    """Open an account; its one-time password is shown this once."""
    form = request.form
    try:
        user, password = account_admin.open_account(
            current_actor(),
            username=form.get("username", "").strip(),
            name=form.get("name", "").strip(),
            unit_code=form.get("unit_code", "").strip(),
        )
    except (InvalidInput, NotFound) as error:
        return _listing(error if isinstance(error, InvalidInput) else InvalidInput(error.message)), 422
    return _person(user.id, password=password)


@pages.get("/people/<int:user_id>")
@needs(Permission.ORGANIZATION_VIEW)
def person(user_id: int) -> str:
    """One account and its offices."""
    return _person(user_id)


def _person(user_id: int, *, password: str = "", error: str = "") -> str:
    return render_template(
        "organization/person.html", person=account_admin.get(user_id), password=password, error=error,
        role_labels=ROLE_LABELS, form=request.form,
    )  # fmt: skip


@pages.post("/people/<int:user_id>/password")
@needs(Permission.ACCOUNT_MANAGE)
def reset(user_id: int) -> str:
    """A new one-time password, shown this once."""
    return _person(user_id, password=account_admin.reset(current_actor(), user_id))


@pages.post("/people/<int:user_id>/email")
@needs(Permission.ACCOUNT_MANAGE)
def set_email(user_id: int) -> Response | tuple[str, int]:
    """Where the account's digest goes."""
    try:
        account_admin.set_email(current_actor(), user_id, request.form.get("email", ""))
    except InvalidInput as error:
        return _person(user_id, error=error.message), 422
    return redirect(url_for("people.person", user_id=user_id), 303)


@pages.post("/people/<int:user_id>/active")
@needs(Permission.ACCOUNT_MANAGE)
def activate(user_id: int) -> Response | tuple[str, int]:
    """Close the account or open it again."""
    try:
        account_admin.set_active(current_actor(), user_id, active=request.form.get("active") == "1")
    except InvalidInput as error:
        return _person(user_id, error=error.message), 422
    return redirect(url_for("people.person", user_id=user_id), 303)


@pages.post("/people/<int:user_id>/roles")
@needs(Permission.ROLE_GRANT)
def grant(user_id: int) -> Response | tuple[str, int]:
    """Give a role over a unit."""
    form = request.form
    try:
        account_admin.grant(
            current_actor(), user_id, role=form.get("role", ""), unit_code=form.get("unit_code", "").strip()
        )
    except (InvalidInput, NotFound) as error:
        return _person(user_id, error=error.message), 422
    return redirect(url_for("people.person", user_id=user_id), 303)


@pages.post("/people/<int:user_id>/roles/<int:grant_id>/revoke")
@needs(Permission.ROLE_GRANT)
def revoke(user_id: int, grant_id: int) -> Response | tuple[str, int]:
    """Take a role away."""
    try:
        account_admin.revoke(current_actor(), user_id, grant_id)
    except (InvalidInput, NotFound) as error:
        return _person(user_id, error=error.message), 422
    return redirect(url_for("people.person", user_id=user_id), 303)


@pages.route("/people/<int:user_id>/handover", methods=["GET", "POST"])
@needs(Permission.ROLE_GRANT)
def handover(user_id: int) -> str | tuple[str, int]:
    """Give a leaver's tasks to his successor; what became of each is shown this once and kept in the log."""
    if request.method == "GET":
        return _handover(user_id)
    form = request.form
    try:
        done = handovers.hand_over(
            current_actor(), user_id, form.get("to", "").strip(),
            grant="grant" in form, reason=form.get("reason", ""),
        )  # fmt: skip
    except (InvalidInput, NotAllowed) as error:
        return _handover(user_id, error=error.message), error.status
    return _handover(user_id, done=done)


def _handover(user_id: int, *, done: handovers.Handover | None = None, error: str = "") -> str:
    return render_template(
        "organization/handover.html", person=account_admin.get(user_id), done=done, error=error,
        role_labels=ROLE_LABELS, form=request.form,
    )  # fmt: skip
