"""What the data of a template mean, for those who edit it: name, word, and an example of each."""

from collections.abc import Iterator, Mapping
from typing import Any

WORDS = {
    "head": "发文机关标志", "issuer": "发文机关", "number": "发文字号", "title": "标题", "main_to": "主送单位", "copy_to": "抄送",
    "found_on": "发现日期", "source": "问题来源", "problems": "存在的问题", "verbatim": "问题原文", "basis": "依据条款",
    "document": "文件名称", "clause": "条款", "text": "内容", "requirement": "要求", "acceptance_standard": "整改标准",
    "reopen_reason": "重新整改的原因", "plan_term": "报送方案的工作日数", "rectify_due": "办理期限", "enclosures": "附件", "annexes": "附表",
    "issued_on": "成文日期", "printed_by": "印发机关", "contact": "联系人", "phone": "联系电话",
    "verification_code": "验证码", "supervised": "督办的问题", "code": "编号", "due": "期限", "owed": "办理情况",
    "overdue": "逾期工作日数", "warned": "预警的风险点", "level": "等级", "colour": "颜色", "facts": "情形", "form": "本表数据",
    "unit": "单位", "on": "日期", "until": "截止日期", "rows": "各行", "total": "总数", "paper": "纸张", "post": "岗位",
    "label": "栏目", "by": "办理人", "note": "说明",
}  # fmt: skip
# What the page around the template uses.
_HIDDEN = ("kind", "verify_url")
_LONGEST_EXAMPLE = 60


def rows(data: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str, str]]:
    """Name, word and example of everything that a template may use; what is in a list under its first item."""
    for name, value in data.items():
        if name in _HIDDEN and not within:
            continue
        full = f"{within}{name}"
        if isinstance(value, Mapping):
            yield full, WORDS.get(name, ""), "下列各项"
            yield from rows(value, f"{full}.")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            yield full, WORDS.get(name, ""), f"{len(value)}项，每项有"
            yield from rows(value[0], f"{full}[ ].")
        else:
            yield full, WORDS.get(name, ""), _example(value)


def _example(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return f"{len(value)}项" + (f"，如 {_example(value[0])}" if value else "")
    text = "（空）" if value in ("", None) else str(value).replace("\n", " ")
    return text if len(text) <= _LONGEST_EXAMPLE else text[:_LONGEST_EXAMPLE] + "…"
