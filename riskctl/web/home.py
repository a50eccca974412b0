"""工作台: the inbox and the board."""

from itertools import groupby

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from riskctl.permissions import ADMINISTRATORS
from riskctl.services import (
    board as boards,
    grading,
    interview_suggestions,
    people,
    todo as inbox,
    zero_reports,
)
from riskctl.web.access import current_actor, signed_in
from riskctl.web.cases import url_of
from riskctl.workflows import dictionaries as words

pages = Blueprint("home", __name__)


@pages.get("/")
@signed_in
def start() -> Response:
    """Everybody starts at his inbox, administrators, who have none, at the organisation."""
    administers = current_actor().roles & ADMINISTRATORS
    return redirect(url_for("organization.units" if administers else "home.todo"), 303)


@pages.get("/todo")
@signed_in
def todo() -> str:
    """待办, by the day it is due."""
    actor = current_actor()
    tasks = inbox.tasks(actor)
    groups = [(name, list(found)) for name, found in groupby(tasks, key=lambda task: task.group)]
    names = people.names({task.sender_id for task in tasks if task.sender_id})
    return render_template(
        "home/todo.html", groups=groups, url_of=url_of, names=names,
        suggestions=interview_suggestions.waiting(actor), zero_reports=zero_reports.open_for(actor),
    )  # fmt: skip


@pages.get("/board")
@signed_in
def board() -> str:
    """看板: every figure leads to its list."""
    return render_template(
        "home/board.html", board=boards.board(current_actor()), level_of=grading.level_of,
        grading_rule=grading.in_words(grading.rule_on()),
        likelihoods=words.LIKELIHOODS[::-1], impacts=words.IMPACTS,
    )  # fmt: skip
