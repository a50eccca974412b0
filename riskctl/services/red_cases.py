"""红: what turned red by lateness gets a 督办函 draft and an interview suggested (domain 3.6, 8), once a due date.

It goes by the colour and not by a stage of the reminders: a late receipt is 黄 however late, while an imported
issue, or one whose plan took longer than its whole term, arrives late without having passed any stage.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import case, exists, or_, select
from sqlalchemy.orm import joinedload

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import InterviewSuggestion, Issue
from riskctl.services import colours, interview_suggestions, supervision
from riskctl.services.reminders import UNITS_TURN, spell_of
from riskctl.services.workdays import is_workday
from riskctl.workflows.colours import VERY_LATE

_BATCH = 200


def propose(at: datetime) -> int:
    """One round: how many issues an interview was suggested for. Quiet on days off."""
    if not is_workday(clock.local(at).date()):
        return 0
    done = 0
    while issues := _new():
        for issue in issues:
            supervision.draft(issue, spell_of(issue))
            day = issue.evaluation_due if issue.state == "sustaining" else issue.due_on
            done += interview_suggestions.suggest(issue, "red", str(day))
        db.session.commit()
    return done


def _new() -> Sequence[Issue]:
    # 长期坚持 alone has a day of evaluation, and then no other term (workflows/colours.py).
    day = case((Issue.state == "sustaining", Issue.evaluation_due), else_=Issue.due_on)
    mark = colours.marks()[VERY_LATE]
    suggested = exists().where(
        InterviewSuggestion.issue_id == Issue.id, InterviewSuggestion.ground == "red", InterviewSuggestion.at > day
    )  # fmt: skip
    query = (
        select(Issue)
        .where(colours.running(Issue), Issue.state.in_(UNITS_TURN))
        .where(or_(Issue.due_on < mark, Issue.evaluation_due < mark), day < mark, ~suggested)
        .order_by(Issue.id)
        .limit(_BATCH)
        .options(joinedload(Issue.unit))
    )
    return db.session.scalars(query).all()
