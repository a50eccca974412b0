"""The office's word for each field, and which facts a record's page shows, in order."""

LABELS = {
    "unit_id": "责任单位", "department": "部门", "post": "岗位", "power_item": "职权事项", "power_type": "职权类别",
    "process_step": "环节", "category": "风险类别", "title": "标题", "manifestation": "表现形式", "cause": "成因",
    "likelihood": "可能性", "impact": "影响程度", "discretion": "自由裁量", "computed_level": "计算等级",
    "level": "审定等级", "level_reason": "等级理由", "measures": "措施", "resp_post": "直接责任岗位",
    "dept_head_post": "部门责任岗位", "resp_leader_post": "责任领导", "review_due": "下次复核",
    "identified_on": "识别日期", "approved_on": "审定日期", "minute_no": "会议纪要号", "publicity_until": "公示至",
    "sheet_code": "原台账编号", "cancel_document": "移出依据",
    "rule_hits": "强制高等级情形", "suggested_level": "建议等级", "suggested_reason": "低定理由", "successor": "并入",
    "year": "年度", "confirmed_by_id": "部门确认人", "confirmed_on": "确认日期",
    "countersigned_by_id": "会签人", "countersigned_on": "会签日期", "on_paper": "纸质补录", "split_from": "拆分自",
    "source": "问题来源", "source_doc": "来源文件", "verbatim": "问题原文", "domain": "问题领域",
    "severity": "严重程度", "rectify_type": "整改类型", "found_on": "发现日期", "due_original": "原定期限",
    "due_on": "整改期限", "basis": "认定依据", "requirement": "整改要求", "acceptance_standard": "验收标准",
    "goal": "整改目标", "section_id": "责任科室", "owner_level": "台账级别", "joint_unit_ids": "配合单位",
    "outcome": "整改结果", "amount_involved": "涉及金额（元）", "amount_recovered": "挽回金额（元）",
    "amount_returned": "退还金额（元）", "reopen_count": "重新整改次数", "return_count": "退回次数", "issued_on": "交办/成文日期",
    "received_on": "签收日期", "closed_on": "销号日期", "closure_no": "销号编号", "backfilled": "补录",
    "kind": "类型", "subject_post": "被约谈人", "subject_rank": "职级", "reason": "理由", "approval": "批准文号",
    "scheduled_at": "约谈时间", "place": "地点", "interviewers": "约谈人", "recorder": "记录人",
    "materials": "需准备材料", "contact": "联系人", "held_from": "开始时间", "held_to": "结束时间",
    "present": "在场人员", "content": "谈话内容", "statement": "本人说明", "attitude": "本人态度",
    "requirements": "要求", "subject_opinion": "被约谈人意见", "refusal": "拒签说明", "signed_on": "签字日期",
    "reply": "书面答复", "report": "整改情况", "report_due": "报告期限", "conclusion": "评估结论",
    "evaluation": "评估意见",
    "issuer_id": "发文机关", "main_to": "主送", "copy_to": "抄送", "plan_due": "方案期限",
    "rectify_due": "整改期限", "drafter_id": "拟稿", "checker_id": "核稿", "signer_id": "签发", "number": "文号",
    "reply_due": "回复期限", "replied_on": "回复日期", "sealed_on": "用印日期", "sha256": "文本摘要",
    "verification_code": "验证码", "phone": "电话",
    "programme": "方案要点", "questions": "复查问题", "closed_from": "销号起期", "closed_to": "销号止期",
    "share": "其余问题抽取比例（%）", "seed": "抽取种子", "seed_source": "种子出处", "candidate_count": "清单问题数",
    "obligatory_count": "其中必查", "candidate_digest": "清单摘要", "drawn_count": "抽中问题数", "drawn_on": "抽取日期",
    "check_due": "复查期限", "summary": "总体情况", "answers": "问题核对", "checked_on": "复查日期",
    "supplement": "补充整改要求", "supplement_due": "补充整改期限", "supplement_report": "补充整改情况",
    "reopened_on": "重新整改日期", "campaign_title": "所属回头看", "answer_due": "反馈期限",
    "answer": "自查情况",
    "ground": "建议依据", "interview": "约谈", "count": "件数", "email": "邮件地址",
    # what steps collect
    "opinion": "意见", "note": "进展情况", "finding": "核查意见", "self_check": "自查情况", "result": "情况说明",
    "objection": "异议内容", "reason_code": "原因", "redo_on": "重新完成期限", "inspectors": "验收人",
    "inspected_on": "验收日期", "method": "方式", "receiver": "签收人", "meeting_record": "会议或互查记录",
    "measure": "涉及措施", "done_on": "完成日期", "colour": "预警等级", "facts": "情形", "servers": "送达人",
    "step_due_old": "原环节期限", "step_due_new": "现环节期限", "rules_at": "适用规则",
    "issue_id": "问题", "ordinal": "第几次", "workdays": "延期（工作日）", "milestones": "新的措施时限",
    "due_before": "延期前期限", "due_asked": "申请延至", "due_granted": "批准延至", "decided_on": "批复日期",
    "extension": "延期申请",
    "deputy": "代收理由", "mail_no": "邮件号", "witness": "见证人", "left_on": "留置日期", "service": "送达", "copies": "副本份数", "pdf_sha256": "文件摘要",
    "urgent_reason": "紧急理由", "sent_on": "送达日期", "quarter": "所报季度", "accepted_before": "原验收人",
    "yellow_count": "黄牌次数", "until": "有效至", "sham_found_on": "认定虚假整改日期", "evaluation_due": "年度评估期限",
    "indicator_name": "监测指标",
    "indicator_source": "数据来源", "indicator_unit": "计量单位", "indicator_direction": "预警方向",
    "indicator_yellow": "黄色预警阈值", "indicator_frequency": "报送频率", "settled_on": "办结日期",
    "problem_title": "问题标题", "problem": "问题原文", "text": "检查情况",
    "on_behalf": "代填对象", "paper": "纸质审批", "urged": "催办对象", "asked": "请谁会签", "voided": "会签失效",
    "parts": "正文内容", "enclosures": "附件", "from_user": "原办理人", "to_user": "转给",
}  # fmt: skip
# The same name in another kind of case.
_OWN = {
    ("notice", "rectify_due"): "办理期限",
    ("lookback", "result"): "复查结果", ("lookback", "finding"): "复查情况", ("self_check", "finding"): "自查结果",
    ("lookback", "inspectors"): "复查人", ("self_check", "content"): "自查要求", ("campaign", "unit_id"): "范围", ("campaign", "severity"): "限于严重程度",
    ("campaign", "source"): "限于来源", ("campaign", "domain"): "限于领域",
    ("notice", "refusal"): "拒收情况", ("notice", "problem"): "退出的问题",
    ("warning", "requirement"): "防控要求", ("warning", "reply_due"): "反馈期限", ("warning", "reply"): "反馈情况",
    ("warning", "replied_on"): "反馈日期", ("warning", "result"): "核查结论", ("warning", "attachments"): "附件",
}  # fmt: skip


def label(case_type: str, name: str) -> str:
    """The office's word for a field of this kind of case."""
    return _OWN.get((case_type, name)) or LABELS[name]


FACTS = {
    "risk_point": (
        "unit_id", "department", "post", "power_item", "process_step", "category", "manifestation", "cause",
        "likelihood", "impact", "resp_post", "dept_head_post", "resp_leader_post", "identified_on",
        "approved_on", "publicity_until", "review_due", "sheet_code", "cancel_document",
    ),
    "annual_review": (
        "unit_id", "year", "confirmed_by_id", "confirmed_on", "countersigned_by_id", "countersigned_on",
    ),
    "issue": (
        "unit_id", "section_id", "joint_unit_ids", "source", "source_doc", "found_on", "verbatim", "domain",
        "severity", "rectify_type", "owner_level", "resp_leader_post", "resp_post", "requirement",
        "acceptance_standard", "goal", "due_original", "due_on", "rules_at", "issued_on", "received_on", "publicity_until",
        "outcome", "amount_involved", "amount_recovered", "amount_returned", "evaluation_due", "sham_found_on", "closed_on", "closure_no", "sheet_code",
    ),
    "interview": (
        "unit_id", "kind", "subject_post", "subject_rank", "reason", "basis", "approval", "scheduled_at", "place",
        "interviewers", "recorder", "materials", "contact", "held_from", "held_to", "present", "content",
        "statement", "attitude", "report_due", "signed_on", "subject_opinion", "refusal", "reply", "report",
        "conclusion", "evaluation",
    ),
    "extension": (
        "issue_id", "unit_id", "ordinal", "workdays", "due_original", "due_before", "due_asked", "due_granted",
        "reason_code", "reason", "milestones", "decided_on",
    ),
    "notice": (
        "number", "kind", "issuer_id", "main_to", "copy_to", "requirements", "rectify_due", "reply_due",
        "replied_on", "drafter_id", "checker_id", "signer_id", "issued_on", "sealed_on", "service", "contact", "phone",
        "verification_code", "sha256",
    ),
    "campaign": (
        "unit_id", "kind", "closed_from", "closed_to", "severity", "source", "domain", "share", "programme",
        "questions", "seed", "seed_source", "candidate_digest", "drawn_on", "check_due", "summary",
    ),
    "lookback": (
        "campaign_title", "unit_id", "inspectors", "check_due", "checked_on", "result", "finding", "answers",
        "supplement", "supplement_due", "supplement_report", "reopened_on",
    ),
    "self_check": ("unit_id", "content", "answer_due", "finding", "answer"),
    "warning": (
        "unit_id", "kind", "colour", "facts", "requirement", "reply_due", "reply", "replied_on", "result",
        "settled_on",
    ),
}  # fmt: skip
