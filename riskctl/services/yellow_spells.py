"""黄牌: how often an issue turned yellow. The second one within a case asks for 专函督办 (domain 3.6)."""

from datetime import datetime

from sqlalchemy import exists, func, select, update

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Issue, YellowSpell
from riskctl.services import audit, colours, supervision, system_account
from riskctl.services.once import insert_new
from riskctl.services.workdays import is_workday

# 二次黄: each second spell brings one letter.
SPELLS_A_LETTER = 2


def yellow_count(issue: Issue) -> int:
    """How often the issue was yellow, each unbroken spell once."""
    query = select(func.count(YellowSpell.id)).where(YellowSpell.issue_id == issue.id)
    return db.session.scalar(query) or 0


def note(at: datetime) -> int:
    """A round of the tick on a working day: end the spells of what is yellow no more, begin those of what has
    become so, and draft the letter at the second. How many began."""
    if not is_workday(clock.today()):
        return 0
    _end_spells()
    running = exists().where(YellowSpell.issue_id == Issue.id, YellowSpell.ended_on.is_(None))
    query = select(Issue.id).where(colours.is_one_of(Issue, ("yellow",)), ~running).order_by(Issue.id)
    return sum(_begin(issue_id) for issue_id in db.session.scalars(query).all())


def _end_spells() -> None:
    yellow = select(Issue.id).where(Issue.id == YellowSpell.issue_id, colours.is_one_of(Issue, ("yellow",)))
    over = update(YellowSpell).where(YellowSpell.ended_on.is_(None), ~yellow.exists())
    db.session.execute(over.values(ended_on=clock.today()), execution_options={"synchronize_session": False})
    db.session.commit()


def _begin(issue_id: int) -> bool:
    # Locked: the event takes the next number of a chain to which somebody may be writing.
    query = select(Issue).where(Issue.id == issue_id).with_for_update(of=Issue)
    issue = db.session.scalars(query.execution_options(populate_existing=True)).one()
    begun = colours.colour_of(issue) == "yellow" and insert_new(
        YellowSpell, {"issue_id": issue_id, "started_on": clock.today()}
    )
    if begun:
        count = yellow_count(issue)
        row = colours.computed(issue)
        audit.append_for(
            "issue", issue_id, "turn_yellow", actor_id=system_account.user_id(),
            changes={"fields": {}, "data": {"yellow_count": count, "result": row.why if row else ""}},
            states=(issue.state, issue.state),
        )  # fmt: skip
        if count % SPELLS_A_LETTER == 0:
            supervision.draft(issue, f"yellow-{count}")
    db.session.commit()
    return begun
