"""The fixed dictionaries of contract section 5: stored value -> the office's word."""

SOURCES = {
    "inspection_tour": "巡视巡察",
    "audit": "审计",
    "petition": "信访举报",
    "daily": "日常监督",
    "special_check": "专项检查",
    "duty_report": "述责述廉",
    "evaluation": "民主测评",
    "branch_check": "支部检查",
    "suggestion": "纪检监察建议",
    "instruction": "领导批示",
    "warning": "风险预警转入",
    "bulletin": "上级通报",
    "self_check": "自查自纠",
}
SEVERITIES = {"general": "一般", "serious": "较重", "grave": "严重"}
RECTIFY_TYPES = {"immediate": "立行立改", "deadline": "限期整改", "staged": "分阶段", "long_term": "长期坚持"}
OWNER_LEVELS = {"department": "厅级台账", "unit": "单位台账"}
OUTCOMES = {"done": "已整改", "ongoing": "持续整改", "not_done": "未整改"}
DOMAINS = {
    "bidding": "招投标",
    "funds": "资金",
    "approval": "审批",
    "enforcement": "执法",
    "sand": "采砂",
    "resettlement": "移民",
    "materials": "物资",
    "personnel": "人事",
    "conduct": "作风",
    "party": "党建",
    "other": "其他",
}
RETURN_REASONS = {
    "measures_open": "措施未完成",
    "evidence_thin": "佐证不足",
    "evidence_off": "佐证与问题不符",
    "no_inference": "未举一反三",
    "no_mechanism": "未建立长效机制",
    "rebound": "问题反弹",
    "not_signed": "未经责任领导签字",
    "copied": "内容雷同（疑似套用模板）",
}
REOPEN_REASONS = {
    "rebound": "反弹",
    "sham": "虚假整改",
    "new_evidence": "新证据",
    "recurrence": "同类复发",
}
# Domain 3.5.
EXTENSION_REASONS = {
    "objective": "客观原因",
    "litigation": "司法诉讼",
    "historical": "历史遗留",
    "joint": "跨部门",
}
TRANSFER_REASONS = {"clue": "疑似问题线索", "duty_crime": "疑似职务违法犯罪", "superior": "属上级管理权限"}

CATEGORIES = {
    "ideology": "思想道德",
    "duty": "岗位职责",
    "process": "业务流程",
    "system": "制度机制",
    "environment": "外部环境",
}
LIKELIHOODS = ((1, "罕见"), (2, "偶发"), (3, "可能"), (4, "易发"), (5, "频发"))
IMPACTS = ((1, "轻微"), (2, "一般"), (3, "较重"), (4, "严重"), (5, "特别严重"))
LEVELS = {"high": "高", "medium": "中", "low": "低"}
POWER_TYPES = {
    "license": "行政许可",
    "penalty": "行政处罚",
    "coercion": "行政强制",
    "levy": "行政征收",
    "payment": "行政给付",
    "inspection": "行政检查",
    "confirmation": "行政确认",
    "reward": "行政奖励",
    "people": "内部管理（人）",
    "money": "内部管理（财）",
    "goods": "内部管理（物）",
    "project": "内部管理（项目）",
    "other": "其他",
}
MEASURE_KINDS = {
    "education": "教育",
    "system": "制度",
    "supervision": "监督",
    "process": "流程",
    "technology": "技术",
}
CHANGE_KINDS = {
    "new": "新增",
    "change": "变更内容",
    "upgrade": "升级",
    "downgrade": "降级",
    "owner": "责任人调整",
    "merge": "合并",
    "split": "拆分",
    "cancel": "移出台账",
}
COLOURS = {"green": "绿", "blue": "蓝", "yellow": "黄", "orange": "橙", "red": "红"}

INTERVIEW_KINDS = {
    "routine": "工作约谈",
    "reminder": "提醒约谈",
    "warning": "警示约谈",
    "inquiry": "函询",
    "admonition": "诫勉谈话",
    "collective": "集体约谈",
    "pre_appointment": "任前廉政谈话",
}
# 零报告: what a unit says of a quarter.
ZERO_ANSWERS = {"none": "本季度无新增", "has": "本季度有新增"}
# Why the system suggests an interview (domain 3.4, 3.6), and of which kind.
SUGGESTION_GROUNDS = {
    "red": "逾期转为红色",
    "returned": "第三次退回整改",
    "reopened": "两次以上重新整改",
    "sham": "认定虚假整改",
}
SUBJECT_RANKS = {"section": "科级及以下", "division": "处级", "unit_head": "单位主要负责人"}
CONCLUSIONS = {"accepted": "采信", "not_accepted": "不采信", "again": "再约谈", "clue": "转问题线索处置"}
SERVICE_METHODS = {
    "direct": "直接送达",
    "leave": "留置送达",
    "mail": "邮寄送达",
    "electronic": "电子送达",
}
CAMPAIGN_KINDS = {"lookback": "回头看", "special": "专项整治“回头看”"}
LOOKBACK_RESULTS = {"consolidated": "巩固", "rebound": "反弹", "sham": "虚假", "partial": "部分"}
SELF_CHECK_FINDINGS = {"found": "有", "none": "无", "not_applicable": "不适用"}
# How a 建议书 is called, and the kinds of 通报 (domain 6.1).
SUGGESTIONS = {
    "discipline": "纪律检查建议",
    "supervision": "监察建议",
    "both": "纪检监察建议",
}
BULLETIN_SORTS = {"case": "典型案例", "progress": "整改进度", "lookback": "回头看"}


def choices(dictionary: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """A dictionary as the choices of an input."""
    return tuple(dictionary.items())
