"""长期坚持 that was accepted before has its first quarter's report due at the end of this quarter.

Until now the long past term of the issue stood there, which would show as a missed report.

Revision ID: 0012
Revises: 0011
"""

from datetime import date, timedelta

import sqlalchemy as sa
from alembic import op

from riskctl import clock

revision = "0012"
down_revision = "0011"

_issue = sa.table("issue", sa.column("state", sa.String), sa.column("step_due_on", sa.Date))


def upgrade() -> None:
    year, quarter = clock.today().year, (clock.today().month - 1) // 3
    following = date(year + 1, 1, 1) if quarter == 3 else date(year, quarter * 3 + 4, 1)
    sustained = sa.update(_issue).where(_issue.c.state == "sustaining")
    op.execute(sustained.values(step_due_on=following - timedelta(days=1)))


def downgrade() -> None:
    """Nothing: the term of the issue stands beside it."""
