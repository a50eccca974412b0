"""站内消息: writing them. A message says that something waits and until when, never what it is about."""

from collections.abc import Iterable

from riskctl import clock
from riskctl.models import Case, Message
from riskctl.services.once import insert_new


def post(
    user_ids: Iterable[int], *, key: str, text: str, case: Case | None = None, urgent: bool = False
) -> int:
    """Tell each of these people once under this key; how many had not been told. No commit.

    The text carries no content of a case (domain 8): "您有1件整改事项将于12月14日到期".
    """
    values = {
        "key": key, "text": text, "urgent": urgent, "at": clock.now(),
        "case_type": case.CASE_TYPE if case else None, "case_id": case.id if case else None,
    }  # fmt: skip
    return sum(insert_new(Message, {**values, "user_id": user_id}) for user_id in dict.fromkeys(user_ids))
