"""What the page of an application for a later date says where a field is no word of its own."""

from collections.abc import Mapping
from typing import Any

from riskctl.models import Extension

# Fields that its events need not repeat: the page tells them in words.
UNTOLD = frozenset({"issue_id", "milestones"})


def in_words(extension: Extension, name: str, value: Any) -> Any:
    """The field as people read it; what needs no other words stays as it is."""
    issue = extension.issue
    if name == "issue_id":
        return f"{issue.code} {issue.title}"
    if name == "milestones":
        return [{"text": _milestone(issue.measures, item)} for item in extension.milestones]
    return value


def _milestone(measures: list[dict[str, Any]], item: Mapping[str, Any]) -> str:
    number, day = item["measure"], item.get("due_on") or "随整改期限"
    return f"第{number}项 {measures[number - 1]['text']}：{day}"
