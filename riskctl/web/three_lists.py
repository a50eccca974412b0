"""三清单 to print: of the issues that were ticked, or of all that the address leaves."""

from flask import Blueprint, render_template, request, url_for

from riskctl.errors import InvalidInput
from riskctl.services import three_lists
from riskctl.web import filters
from riskctl.web.access import current_actor, signed_in

pages = Blueprint("three_lists", __name__)


def ticked() -> list[int]:
    """The ids that the address or the form names; raises InvalidInput on what is none."""
    given = request.values.getlist("id")
    if not all(value.isascii() and value.isdecimal() and len(value) < 10 for value in given):
        raise InvalidInput("所选的记录有误，请回到台账重新勾选", field="id", code="id")
    return list(dict.fromkeys(int(value) for value in given))[: three_lists.MOST]


@pages.get("/issues/three-lists")
@signed_in
def show() -> str:
    """问题清单, 任务清单 and 责任清单 from one row an issue."""
    found = three_lists.of(current_actor(), filters.read("issue"), ticked())
    return render_template(
        "cases/three_lists.html",
        found=found,
        most=three_lists.MOST,
        back=url_for("cases.ledger", area="issues"),
    )
