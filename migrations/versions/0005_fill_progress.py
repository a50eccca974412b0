"""Work progress and the next milestone out of the measures that are there.

Revision ID: 0005
Revises: 0004
"""

from datetime import date

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_AT_ONCE = 1000
_issue = sa.table(
    "issue",
    sa.column("id", sa.Integer),
    sa.column("measures", sa.JSON),
    sa.column("progress", sa.Integer),
    sa.column("milestone_due", sa.Date),
)


def upgrade() -> None:
    connection = op.get_bind()
    fill = (
        sa.update(_issue)
        .where(_issue.c.id == sa.bindparam("issue_id"))
        .values(progress=sa.bindparam("share"), milestone_due=sa.bindparam("first"))
    )
    query = sa.select(_issue.c.id, _issue.c.measures).order_by(_issue.c.id).limit(_AT_ONCE)
    last = 0
    while rows := connection.execute(query.where(_issue.c.id > last)).all():
        last = rows[-1].id
        found = [_derived(row.id, row.measures) for row in rows if row.measures]
        if found:
            connection.execute(fill, found)


def _derived(issue_id: int, measures: list[dict[str, str]]) -> dict[str, object]:
    days = [m["due_on"] for m in measures if m.get("due_on") and not m.get("done_on")]
    done = sum(1 for m in measures if m.get("done_on"))
    first = date.fromisoformat(min(days)) if days else None
    return {"issue_id": issue_id, "share": 100 * done // len(measures), "first": first}


def downgrade() -> None:
    """The columns go with the revision that brought them."""
