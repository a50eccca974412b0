"""What each letter needs beside its records: the inputs of its short form, which are also what it may lack.

COLUMNS are kept in the columns of Notice of those names, all others in `Notice.parts`.
"""

from collections.abc import Mapping

from riskctl.workflows import dictionaries as words
from riskctl.workflows.engine import Input

# What of a form is a column of Notice, and stands in every context anyway.
COLUMNS = frozenset({"requirements", "rectify_due"})
_LINES = "每行一条"
_MATTER = Input(
    "matter", "反映的方面", required=False, max_length=64, hint="例：工程招投标；不写反映人和反映的具体内容"
)


def _due(label: str, *, required: bool = True) -> Input:
    return Input("rectify_due", label, "date", required=required)


def _text(name: str, label: str, *, required: bool = True, hint: str = "") -> Input:
    return Input(name, label, required=required, hint=hint)


def _count(name: str, label: str) -> Input:
    return Input(name, label, "integer", min=0, max=99999)


_ORDER = (_text("requirements", "整改要求"), _due("整改期限"))
_OTHER = _text("requirements", "其他要求", required=False)

PARTS: Mapping[str, tuple[Input, ...]] = {
    "rectification_notice": _ORDER,
    "immediate_notice": _ORDER,
    "renewed_notice": _ORDER,
    "warning_notice": (_text("requirements", "防控要求", hint=_LINES), _due("反馈期限")),
    "supervision_letter": (_OTHER, _due("办理期限")),
    "extension_reply": (_text("requirements", "批复正文"),),
    "inspection_suggestion": (
        Input("suggestion", "建议名称", "choice", choices=words.choices(words.SUGGESTIONS)),
        _text("origin", "问题来源或起因", required=False, hint="不填则按所附问题的来源写"),
        _text("situation", "存在的问题", required=False, hint="所附问题以外的，在此填写"),
        _text("cause", "原因分析"),
        _text("requirements", "建议措施", hint=_LINES),
        _due("回复期限"),
    ),
    "interview_notice": (_OTHER,),
    "inquiry_notice": (_MATTER, _OTHER, _due("书面说明期限")),
    "reminder_letter": (
        _MATTER,
        _text("situation", "需要提醒的情况"),
        _text("requirements", "提醒要求", hint=_LINES),
        _due("反馈期限"),
    ),
    "admonition": (_OTHER, _due("书面检查期限")),
    "bulletin": (
        Input("sort", "通报类型", "choice", choices=words.choices(words.BULLETIN_SORTS)),
        _text("origin", "通报事由"),
        _text("situation", "基本情况", hint="典型案例不写姓名等可以识别个人的信息"),
        _text("cause", "原因分析", required=False),
        _text("handling", "处理情况或排名", required=False),
        _text("requirements", "工作要求", hint=_LINES),
    ),
    "clue_transfer": (Input("pages", "材料页数", "integer", min=1, max=99999),),
    "evaluation_report": (
        Input("event", "测评事项", max_length=100, hint="例：2026年度述责述廉民主测评"),
        Input("held_on", "测评日期", "date"),
        _count("expected", "应到人数"),
        _count("issued", "发放测评表（份）"),
        _count("returned", "收回（份）"),
        _count("valid", "有效票（份）"),
        _text("results", "测评结果", hint="逐项写明各等次的票数和比例"),
        _text("situation", "反映的主要问题", required=False),
        _text("requirements", "工作要求", hint=_LINES),
        _due("报送整改措施期限", required=False),
    ),
    "revocation_notice": (_text("requirements", "撤销原因", required=False),),
}  # fmt: skip
