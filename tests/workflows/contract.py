"""The tables as the contract (section 4) gives them, written down independently of the code.

A row: trigger, label, states that it leaves, states that it may lead to ("=" keeps the state).
"""

RISK_POINT_STATES = {
    "draft": "草稿", "unit_review": "单位审核", "grading": "定级", "publicizing": "公示", "active": "在册·动态监管",
    "warned": "预警中", "rectifying": "整改中", "review": "复核中", "change_pending": "变更审核",
    "cancelled": "已移出台账", "void": "不予列入",
}  # fmt: skip
RISK_POINT = (
    ("submit", "提交审核", "draft", "unit_review"),
    ("pass_unit", "单位审核通过", "unit_review", "grading"),
    ("send_back", "退回", "unit_review grading", "draft"),
    ("void", "不予列入", "draft unit_review grading", "void"),
    ("grade", "审定等级", "grading", "publicizing active"),
    ("uphold_objection", "公示异议成立", "publicizing", "grading"),
    ("register", "登记入账", "publicizing", "active"),
    ("warn", "发出预警", "active", "warned"),
    ("lift_warning", "解除预警", "warned", "active"),
    ("confirm_problem", "确认问题", "warned", "rectifying"),
    ("link_issue", "转入整改", "active", "rectifying"),
    ("resume", "恢复监管", "rectifying", "active"),
    ("affirm", "复核维持", "active warned rectifying", "="),
    ("open_review", "启动复核", "active", "review"),
    ("keep", "维持不变", "review", "active"),
    ("propose_change", "提出变更", "review", "change_pending"),
    ("approve_change", "同意变更", "change_pending", "active"),
    ("reject_change", "不同意变更", "change_pending", "active"),
    ("cancel", "移出台账", "change_pending", "cancelled"),
    # 会签 and 取回 of the contract, where the tables have them.
    ("agree", "同意", "grading change_pending", "="),
    ("take_back", "取回", "unit_review", "draft"),
    ("take_back", "取回", "change_pending", "review"),
)

ISSUE_STATES = {
    "draft": "登记", "verifying": "核定", "issued": "已交办", "objected": "异议复核", "planning": "制定方案",
    "plan_review": "方案审核", "rectifying": "整改中", "unit_check": "单位初审", "inspecting": "验收中",
    "sustaining": "阶段性完成·长期坚持", "publicizing": "公示", "approving": "待销号", "closed": "已销号",
    "archived": "已归档", "transferred": "已移送", "void": "不予列账",
}  # fmt: skip
ISSUE = (
    ("submit", "提交核定", "draft", "verifying"),
    ("send_back", "退回", "verifying", "draft"),
    ("void", "不予列账", "draft verifying", "void"),
    ("verify", "核定", "verifying", "="),
    ("issue", "签发交办", "verifying", "issued"),
    ("recall", "撤回交办", "issued planning objected", "verifying"),
    ("sign_receipt", "签收", "issued", "planning rectifying"),
    ("object", "提出异议", "issued planning", "objected"),
    ("uphold", "维持原认定", "objected", "planning"),
    ("accept_objection", "采纳异议", "objected", "verifying"),
    ("submit_plan", "报送方案", "planning", "plan_review"),
    ("return_plan", "退回方案", "plan_review", "planning"),
    ("approve_plan", "审定方案", "plan_review", "rectifying"),
    ("report_progress", "报告进展", "rectifying sustaining", "="),
    ("apply_closure", "申请销号", "rectifying", "unit_check"),
    ("pass_unit_check", "初审通过", "unit_check", "inspecting"),
    ("accept_directly", "现场核销", "rectifying", "approving"),
    ("record_done", "即知即改", "draft", "approving"),
    (
        "return_rectification",
        "退回整改",
        "unit_check inspecting publicizing approving sustaining",
        "rectifying",
    ),
    ("pass_inspection", "验收通过", "inspecting", "publicizing approving sustaining"),
    ("conclude", "年度评估通过", "sustaining", "approving"),
    ("end_publicity", "公示期满", "publicizing", "approving"),
    ("close", "销号", "approving", "closed"),
    ("reopen", "重新整改", "closed archived sustaining", "issued"),
    ("archive", "归档", "closed", "archived"),
    ("transfer", "移送", "verifying", "transferred"),
    ("return_from_transfer", "不予移送", "transferred", "verifying"),
    ("agree", "同意", "plan_review inspecting approving", "="),
    ("take_back", "取回", "verifying", "draft"),
    ("take_back", "取回", "plan_review", "planning"),
    ("take_back", "取回", "unit_check", "rectifying"),
)

INTERVIEW_STATES = {
    "proposed": "拟约谈", "approved": "已批准", "notified": "已通知", "held": "已谈话", "signed": "已核对签字",
    "followed_up": "已报整改情况", "evaluated": "已评估", "archived": "已归档", "cancelled": "已取消",
}  # fmt: skip
INTERVIEW = (
    ("approve", "批准", "proposed", "approved"),
    ("reject", "不同意", "proposed", "cancelled"),
    ("notify", "通知", "approved", "notified"),
    ("postpone", "改期", "notified", "approved"),
    ("hold", "谈话", "notified", "held"),
    ("reply", "书面答复", "notified", "followed_up"),
    ("sign", "核对签字", "held", "signed"),
    ("report", "报告整改", "signed", "followed_up"),
    ("return_report", "退回报告", "followed_up", "signed"),
    ("evaluate", "评估", "followed_up", "evaluated"),
    ("archive", "归档", "evaluated signed", "archived"),
    ("cancel", "取消", "proposed approved notified", "cancelled"),
    ("take_back", "取回", "followed_up", "signed notified"),
)

# Ours: an application for a later date beside the issue (domain 3.5, 4.2).
EXTENSION_STATES = {
    "draft": "拟申请", "asked": "已申请", "unit_checked": "单位纪委已审", "approved": "已批准", "rejected": "不同意",
    "withdrawn": "已撤回",
}  # fmt: skip
EXTENSION = (
    ("submit", "提交申请", "draft", "asked"),
    ("check", "审核通过", "asked", "unit_checked"),
    ("approve", "批准延期", "unit_checked", "approved"),
    ("reject", "不同意延期", "asked unit_checked", "rejected"),
    ("withdraw", "撤回申请", "draft asked unit_checked", "withdrawn"),
)

NOTICE_STATES = {
    "draft": "拟稿", "checking": "核稿", "signed": "已签发", "sealed": "已用印", "sent": "已送达",
    "received": "已签收", "replied": "已回复", "archived": "已归档", "withdrawn": "作废",
}  # fmt: skip
NOTICE = (
    ("submit", "送核", "draft", "checking"),
    ("send_back", "退回", "checking", "draft"),
    ("check", "核稿通过", "checking", "="),
    ("sign", "签发", "checking", "signed"),
    ("seal", "用印", "signed", "sealed"),
    ("send", "送达", "signed sealed", "sent"),
    ("receive", "签收", "signed sealed sent", "received"),
    ("reply", "回复", "received", "replied"),
    ("archive", "归档", "received replied", "archived"),
    ("withdraw", "撤销", "signed sealed sent received replied", "withdrawn"),
    # Ours: what the unit refused is left before a witness; scans of the signed paper.
    ("leave", "留置送达", "signed sealed sent", "received"),
    ("attach_scan", "上传签章扫描件", "signed sealed sent received replied", "="),
    # Ours: what becomes of a notice that is never signed (an issue that is not put on the ledger).
    ("discard", "不予签发", "draft checking", "withdrawn"),
    ("take_back", "取回", "checking", "draft"),
)

# Classes F and T: neither checked nor sealed nor served (contract 4).
NOTICE_FORM = (
    ("attach_scan", "上传签章扫描件", "signed", "="),
    ("sign", "签发", "draft", "signed"),
    ("archive", "归档", "signed", "archived"),
    ("withdraw", "撤销", "signed", "withdrawn"),
    ("discard", "不予签发", "draft", "withdrawn"),
)

ANNUAL_REVIEW_STATES = {"open": "待确认", "confirmed": "部门已确认", "countersigned": "已会签"}
ANNUAL_REVIEW = (
    ("confirm", "部门确认", "open", "confirmed"),
    ("countersign", "会签", "confirmed", "countersigned"),
    ("send_back", "退回", "confirmed", "open"),
    ("record_paper", "补录纸质复核表", "open", "countersigned"),
    ("take_back", "取回", "confirmed", "open"),
)

# Small parallel records (contract 4, last sentence; domain 3.7).
CAMPAIGN_STATES = {
    "draft": "拟定", "published": "已公布种子", "drawn": "复查中", "closed": "已办结", "cancelled": "已取消",
}  # fmt: skip
CAMPAIGN = (
    ("publish_seed", "公布种子", "draft", "published"),
    ("draw", "抽取", "published", "drawn"),
    ("close", "办结", "drawn", "closed"),
    ("cancel", "取消", "draft published", "cancelled"),
)
LOOKBACK_STATES = {
    "pending": "待指派", "assigned": "待复查", "rebounded": "待重新整改", "supplementing": "补充整改",
    "confirming": "待确认", "done": "已办结", "dropped": "不再复查",
}  # fmt: skip
LOOKBACK = (
    ("assign", "指派复查人", "pending assigned", "assigned"),
    ("check", "填报复查结果", "assigned", "done rebounded supplementing"),
    ("reopen", "重新整改", "rebounded", "done"),
    ("return_check", "退回复查", "rebounded", "assigned"),
    ("report_supplement", "报告补充整改", "supplementing", "confirming"),
    ("confirm", "补充整改到位", "confirming", "done"),
    ("return_supplement", "退回补充整改", "confirming", "supplementing"),
    ("drop", "不再复查", "pending assigned", "dropped"),
)
SELF_CHECK_STATES = {
    "asked": "待自查", "answered": "已反馈", "accepted": "已确认", "withdrawn": "已撤回",
}  # fmt: skip
SELF_CHECK = (
    ("answer", "反馈自查结果", "asked", "answered"),
    ("accept", "确认", "answered", "accepted"),
    ("return_answer", "退回", "answered", "asked"),
    ("withdraw", "撤回任务", "asked", "withdrawn"),
)

# Ours: the warning beside a point (domain 1.2, 1.3, 4.1; contract 4, small parallel records).
WARNING_STATES = {
    "proposed": "拟预警", "open": "已发出", "replied": "已反馈", "lifted": "已解除", "confirmed": "已转问题",
    "void": "不予发出",
}  # fmt: skip
WARNING = (
    ("approve", "同意发出", "proposed", "open"),
    ("reject", "不予发出", "proposed", "void"),
    ("reply", "反馈", "open", "replied"),
    ("return_reply", "退回反馈", "replied", "open"),
    ("lift", "解除预警", "open replied", "lifted"),
    ("confirm", "确认问题", "open replied", "confirmed"),
)
