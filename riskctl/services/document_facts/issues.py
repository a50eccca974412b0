"""What the documents about 整改问题 tell beside their problems."""

from typing import Any

from riskctl import clock
from riskctl.models import Notice
from riskctl.services import supervision


def _supervision_letter(notice: Notice) -> dict[str, Any]:
    day = notice.issued_on or clock.today()
    return {"supervised": [supervision.state_of_play(issue, day) for issue in notice.issues]}


def _clue_transfer(notice: Notice) -> dict[str, Any]:
    # The case's own number and nothing of its content (domain 4.5).
    return {"clue": {"code": "、".join(issue.code for issue in notice.issues)}}


FACTS = {"supervision_letter": _supervision_letter, "clue_transfer": _clue_transfer}
