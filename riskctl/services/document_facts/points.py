"""What the documents about 风险点 tell."""

from typing import Any

from riskctl.models import Notice
from riskctl.services import warning_notices


def _warning_notice(notice: Notice) -> dict[str, Any]:
    warning = warning_notices.of_notice(notice)
    return {} if warning is None else {"warned": warning_notices.told_of(warning)}


FACTS = {"warning_notice": _warning_notice}
