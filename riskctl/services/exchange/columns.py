"""The words that offices use for columns, levels, categories, sources: a new word is one entry here."""

import re
import unicodedata
from collections.abc import Mapping

# field -> words; compared after normalise(), so line breaks, spaces and brackets do not matter
RISK_POINT_COLUMNS: dict[str, tuple[str, ...]] = {
    "sequence": ("序号", "顺序号"),
    "sheet_code": ("编号", "风险点编号", "风险编号", "台账编号"),
    "unit": ("单位/科室", "单位科室", "单位", "科室", "责任单位", "单位名称", "所属单位", "填报单位", "单位部门", "单位/部门"),
    "department": ("部门", "处室", "责任部门", "所在部门"),
    "post": ("岗位", "涉及岗位", "岗位名称", "风险岗位", "所在岗位"),
    "power_item": ("职权事项", "权力事项", "职权名称", "职权", "权力名称", "事项名称"),
    "process_step": ("环节", "重要环节", "涉及环节", "风险环节", "关键环节", "流程环节"),
    "category": ("风险类别", "风险类型", "类别", "风险分类"),
    "title": ("风险点", "风险点名称", "风险点描述", "廉政风险点", "风险名称", "廉洁风险点"),
    "manifestation": (
        "表现形式", "廉政风险主要内容及表现形式", "主要内容及表现形式", "风险表现形式", "风险表现", "具体表现", "风险内容",
        "主要表现形式", "廉政风险内容",
    ),
    "cause": ("成因", "风险成因", "原因分析"),
    "level": ("风险等级", "等级", "风险级别", "审定等级", "级别"),
    "likelihood": ("可能性", "发生可能性", "可能性评分"),
    "impact": ("影响程度", "影响", "危害程度", "影响评分"),
    "measures": ("防控措施", "防控要点及措施", "防范措施", "风险防控措施", "防控要点", "控制措施"),
    "resp_post": ("直接责任人", "直接责任岗位", "责任人", "责任岗位", "岗位责任人"),
    "dept_head_post": ("部门负责人", "部门责任人", "科室负责人", "部门责任岗位", "单位负责人"),
    "resp_leader_post": ("责任领导", "责任领导职务", "分管领导", "分管领导职务", "领导责任人"),
    "identified_on": ("识别日期", "排查日期", "排查时间"),
    "review_due": ("复核日期", "下次复核", "下次复核日期"),
}  # fmt: skip
ISSUE_COLUMNS: dict[str, tuple[str, ...]] = {
    "sequence": ("序号", "顺序号"),
    "sheet_code": ("编号", "问题编号", "台账编号"),
    "unit": ("责任单位", "单位", "整改单位", "牵头单位", "被检查单位", "单位名称", "责任单位/部门"),
    "source": ("问题来源", "来源", "发现途径", "问题线索来源"),
    "source_doc": ("来源文件", "文号", "反馈文件", "检查名称"),
    "title": ("问题", "问题标题", "问题名称", "主要问题", "问题概述"),
    "verbatim": ("问题内容", "问题描述", "存在问题", "存在的问题", "具体问题", "问题原文", "反馈问题", "具体表现"),
    "severity": ("严重程度", "问题性质", "程度"),
    "rectify_type": ("整改类型", "整改方式"),
    "requirement": ("整改要求", "工作要求"),
    "measures": ("整改措施", "措施", "具体措施", "任务清单"),
    "due_on": ("整改时限", "完成时限", "整改期限", "时限", "计划完成时间", "完成期限"),
    "resp_post": ("责任人", "整改责任人", "责任岗位", "直接责任人"),
    "resp_leader_post": ("责任领导", "牵头领导", "分管领导", "责任领导职务"),
    "progress": ("整改进展", "进展", "整改情况", "进展情况", "落实情况", "整改成效"),
    "outcome": ("整改结果", "状态", "整改状态", "是否完成", "完成情况", "是否整改", "销号情况"),
    "found_on": ("发现日期", "发现时间", "检查日期", "检查时间", "反馈日期", "反馈时间"),
    "issued_on": ("交办日期", "交办时间", "下发日期"),
    "closed_on": ("完成日期", "完成时间", "销号日期", "销号时间", "实际完成时间"),
}  # fmt: skip

_LEVELS = {
    "high": ("高", "一", "1", "I", "A", "重大"),
    "medium": ("中", "二", "2", "II", "B", "较大"),
    "low": ("低", "三", "3", "III", "C", "一般"),
}
_CATEGORIES = {
    "ideology": ("思想道德", "思想"),
    "duty": ("岗位职责", "岗位", "职责"),
    "process": ("业务流程", "流程", "业务"),
    "system": ("制度机制", "制度", "机制"),
    "environment": ("外部环境", "外部", "环境"),
}
_SOURCES = {
    "inspection_tour": ("巡视", "巡察"), "audit": ("审计",), "petition": ("信访", "举报"), "special_check": ("专项检查",),
    "duty_report": ("述责述廉", "述职述廉"), "evaluation": ("民主测评", "测评"),
    "branch_check": ("支部检查", "组织生活会", "党支部"), "suggestion": ("建议",), "instruction": ("批示",),
    "warning": ("预警",), "bulletin": ("通报",), "self_check": ("自查", "自纠"), "daily": ("日常监督", "日常检查", "监督检查"),
}  # fmt: skip
_SEVERITIES = {"general": ("一般", "轻微"), "serious": ("较重", "较大"), "grave": ("严重", "重大")}
_OUTCOMES = {
    "not_done": ("未整改", "未完成", "未销号", "否"),
    "ongoing": ("持续", "整改中", "进行中", "正在", "长期", "部分"),
    "done": ("已整改", "已完成", "完成", "已销号", "销号", "是", "办结"),
}
_RECTIFY_TYPES = {
    "immediate": ("立行立改", "立即"), "deadline": ("限期",), "staged": ("分阶段", "阶段"), "long_term": ("长期",),
}  # fmt: skip


def normalise(text: object) -> str:
    """A header or value without white space, brackets' content and differences of width."""
    folded = unicodedata.normalize("NFKC", str(text if text is not None else ""))
    without = re.sub(r"\([^)]*\)|【[^】]*】|\[[^\]]*\]", "", re.sub(r"\s+", "", folded))
    return without.strip(":：*·.。")


def field_of(header: object, columns: dict[str, tuple[str, ...]]) -> str | None:
    """The field that a header means, or None."""
    wanted = normalise(header)
    for field, words in columns.items():
        if wanted in {normalise(word) for word in words}:
            return field
    return None


def level_of(text: str) -> str | None:
    """high, medium or low for 高, 一级, Ⅰ级, 1级, 高风险, A级 …; None when it is none of them."""
    value = normalise(text).upper()
    value = re.sub(r"^(廉政|廉洁)?(风险)?(等级|级别)?[:：]?", "", value)
    value = re.sub(r"(等级|风险|级|度)+$", "", value)
    return next((level for level, words in _LEVELS.items() if value in words), None)


def _containing(text: str, dictionary: Mapping[str, tuple[str, ...]]) -> str | None:
    value = normalise(text)
    return next((k for k, words in dictionary.items() if any(word in value for word in words)), None)


def category_of(text: str) -> str | None:
    """The category of contract section 5 for 岗位职责风险, 流程 …"""
    return _containing(text, _CATEGORIES)


def source_of(text: str) -> str | None:
    """The source for 省委巡视, 内部审计 …"""
    return _containing(text, _SOURCES)


def severity_of(text: str) -> str | None:
    """The severity for 一般问题 …"""
    return _containing(text, _SEVERITIES)


def outcome_of(text: str) -> str | None:
    """The outcome for 已整改, 整改中, 未完成 …"""
    return _containing(text, _OUTCOMES)


def rectify_type_of(text: str) -> str | None:
    """The rectify type for 立行立改 …"""
    return _containing(text, _RECTIFY_TYPES)
