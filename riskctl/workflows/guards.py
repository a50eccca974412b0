"""Named rules. A blocker reads record and facts; a check reads also what was filled in.

Facts are what needs a query or the clock; the service puts them in (services/facts.py says which).
"""

from riskctl.errors import Reason
from riskctl.workflows import indicator
from riskctl.workflows.engine import Data, Facts, Record

# --- issue ---------------------------------------------------------------------------------------


def is_verified(record: Record, facts: Facts) -> Reason | None:
    """An issue is signed only after its 核定."""
    if record.verified_at is None:
        return Reason("not_verified", "尚未核定：请先由未经办登记的机关纪委人员办理“核定”")
    return None


def is_notice_complete(record: Record, facts: Facts) -> Reason | None:
    """The 整改通知书 that is signed with the issue has all its parts."""
    if record.verified_at is not None and facts["missing_parts"]:
        return Reason("incomplete", f"整改通知书内容不全，缺少：{'、'.join(facts['missing_parts'])}")
    return None


def is_notice_printable(record: Record, facts: Facts) -> Reason | None:
    """Signing the issue signs its notice, which must be printable."""
    return is_printable(record, facts) if record.verified_at is not None else None


def is_small(record: Record, facts: Facts) -> Reason | None:
    """现场核销 is for 一般 and 立行立改 only (contract 4)."""
    if record.severity != "general" or record.rectify_type != "immediate":
        return Reason("not_small", "只有“一般”且“立行立改”的问题可以现场核销，其他问题请走申请销号")
    return None


def is_self_found(record: Record, facts: Facts) -> Reason | None:
    """即知即改 is for what a self-check or a branch check found and cured at once (contract 4)."""
    if record.source not in ("self_check", "branch_check"):
        return Reason("not_self_found", "只有自查自纠、支部检查中发现的问题可以即知即改", "source")
    return None


def is_general_or_unset(record: Record, facts: Facts) -> Reason | None:
    """即知即改 never settles a 较重 or 严重 issue."""
    if record.severity not in (None, "general"):
        return Reason("not_general", "只有“一般”问题可以即知即改", "severity")
    return None


def two_inspectors(record: Record, facts: Facts) -> Reason | None:
    """SOD-3: an acceptance needs two inspectors from outside; said when there are not two to choose."""
    if len(facts["inspectors"]) < 2:
        return Reason("no_inspectors", "责任单位以外可选的验收人不足两人：请安全管理员增补验收人员")
    return None


def publicity_over(record: Record, facts: Facts) -> Reason | None:
    """公示 lasts five working days; it ends on the day after the last of them."""
    if record.publicity_until is None or record.publicity_until < facts["today"]:
        return None
    until = record.publicity_until
    return Reason("publicity_running", f"公示期至{until.year}年{until.month}月{until.day}日，期满后方可办理")


def no_open_extension(record: Record, facts: Facts) -> Reason | None:
    """An application for a later date is settled before the issue moves on (architecture, section 6)."""
    if facts["open_extension"]:
        return Reason(
            "open_extension", f"延期申请 {facts['open_extension']} 尚未办结：请待批复，或先撤回申请"
        )
    return None


def asked_in_time(record: Record, facts: Facts) -> Reason | None:
    """延期 is asked some working days before the due date (domain 3.5); says the last day for it."""
    late: Reason | None = facts["asked_too_late"]
    return late


def may_archive(record: Record, facts: Facts) -> Reason | None:
    """Archived at once when small, else after a look-back found it 巩固, or six months after closing; never
    while a look-back runs (contract 4)."""
    if facts["lookback"] == "open":
        return Reason("lookback_open", "已抽中回头看，复查办结后方可归档")
    if facts["lookback"] == "consolidated":
        return None
    if record.severity == "general" or record.closed_on is None or facts["half_year_ago"] >= record.closed_on:
        return None
    return Reason("lookback_due", "较重以上问题须经回头看巩固，或销号满六个月且未被抽中后归档")


def covers_inspectors(record: Record, data: Data, facts: Facts) -> Reason | None:
    """The two inspectors are two people."""
    if len(set(data.get("inspectors", ()))) < 2:
        return Reason("two_inspectors", "验收人不得少于两人", "inspectors")
    return None


# --- risk point ----------------------------------------------------------------------------------


def is_unique(record: Record, facts: Facts) -> Reason | None:
    """No second point for the same unit, post, power and title."""
    if facts["duplicate"]:
        return Reason(
            "duplicate", f"与 {facts['duplicate']} 岗位、职权事项和风险点相同：请核对后退回或不予列入"
        )
    return None


def no_other_warning(record: Record, facts: Facts) -> Reason | None:
    """预警 is lifted when it is the last open one."""
    if facts["open_warnings"] > 1:
        return Reason("open_warnings", f"还有 {facts['open_warnings'] - 1} 项预警未解除")
    return None


def has_linkable_issue(record: Record, facts: Facts) -> Reason | None:
    """转入整改 needs an open issue to link."""
    if not facts["linkable_issues"]:
        return Reason("no_open_issue", "本单位没有整改中的问题可以关联：请先登记问题")
    return None


def issues_settled(record: Record, facts: Facts) -> Reason | None:
    """Back under watch when every linked issue is closed, sustaining, void or transferred."""
    if facts["unsettled_issues"]:
        return Reason("unsettled_issues", f"关联问题尚未办结：{'、'.join(facts['unsettled_issues'])}")
    return None


LEAVING = ("cancel", "merge")


def proposal_changes(record: Record, facts: Facts) -> Reason | None:
    """同意变更 is for a change after which the point stays in the ledger."""
    if facts["proposal_kind"] in LEAVING:
        return Reason("is_cancel", "申请的是移出台账：请办理“移出台账”")
    return None


def proposal_cancels(record: Record, facts: Facts) -> Reason | None:
    """移出台账 is for a proposal to take the point out, or to merge it into another."""
    if facts["proposal_kind"] not in LEAVING:
        return Reason("not_cancel", "申请的是变更内容：请办理“同意变更”或“不同意变更”")
    return None


def may_lower(record: Record, facts: Facts) -> Reason | None:
    """A level is lowered only after two clean cycles without an open issue (domain 2.3)."""
    if facts["proposal_lowers"] and facts["why_not_lower"]:
        return Reason("not_clean", f"现不能降级：{facts['why_not_lower']}")
    return None


def can_merge(record: Record, facts: Facts) -> Reason | None:
    """合并 needs a point of the same unit that takes this one over."""
    if facts["proposal_kind"] == "merge" and not facts["merge_targets"]:
        return Reason("no_successor", "本单位没有其他在册风险点可以并入")
    return None


def nothing_open(record: Record, facts: Facts) -> Reason | None:
    """A point leaves the ledger only without open issue and open warning (domain 2.3)."""
    if facts["unsettled_issues"] or facts["open_warnings"]:
        return Reason("still_open", "还有未办结的问题或未解除的预警，不能移出台账")
    return None


def threshold_is_kept(record: Record, data: Data, facts: Facts) -> Reason | None:
    """A threshold has as many places as are kept."""
    value = data.get("indicator_yellow")
    wrong = indicator.wrong_number(value) if value is not None else None
    return Reason("decimal", f"黄色预警阈值：{wrong}", "indicator_yellow") if wrong else None


# --- interview -----------------------------------------------------------------------------------


def is_talk(record: Record, facts: Facts) -> Reason | None:
    """函询 is written; there is no meeting to hold."""
    if record.kind == "inquiry":
        return Reason("is_inquiry", "函询不安排谈话：请办理“书面答复”")
    return None


def is_inquiry(record: Record, facts: Facts) -> Reason | None:
    """书面答复 belongs to 函询 only."""
    if record.kind != "inquiry":
        return Reason("not_inquiry", "只有函询办理书面答复")
    return None


def has_requirements(record: Record, facts: Facts) -> Reason | None:
    """报告整改 answers requirements, or a reply to a 函询 that was returned."""
    if not record.requirements and record.kind != "inquiry":
        return Reason("nothing_required", "本次约谈没有提出整改要求：可直接归档")
    return None


def requires_nothing(record: Record, facts: Facts) -> Reason | None:
    """A signed interview that required something is archived after its evaluation, as is a returned reply."""
    if record.requirements or record.kind == "inquiry":
        return Reason("report_due", "约谈提出了整改要求：须先报告整改并经评估")
    return None


def notified_in_time(record: Record, data: Data, facts: Facts) -> Reason | None:
    """The subject is told at least three working days before, or the urgent reason is written."""
    moment = data.get("scheduled_at")
    if moment and facts["local_date"](moment) < facts["in_three_days"] and not data.get("urgent_reason"):
        return Reason("too_soon", "通知距约谈不足3个工作日，须写明紧急理由", "urgent_reason")
    return None


def ends_after_start(record: Record, data: Data, facts: Facts) -> Reason | None:
    """A talk ends after it began."""
    start, end = data.get("held_from"), data.get("held_to")
    if start and end and end < start:
        return Reason("ends_before", "结束时间不能早于开始时间", "held_to")
    return None


# --- notice --------------------------------------------------------------------------------------


def is_complete(record: Record, facts: Facts) -> Reason | None:
    """A notice is signed with all its parts; says what is missing."""
    if facts["missing_parts"]:
        return Reason("incomplete", f"文书内容不全，缺少：{'、'.join(facts['missing_parts'])}")
    return None


def is_checked(record: Record, facts: Facts) -> Reason | None:
    """核稿 comes before 签发."""
    if record.checker_id is None:
        return Reason("not_checked", "尚未核稿：请先由拟稿人以外的人员办理“核稿通过”")
    return None


def problems_are_verified(record: Record, facts: Facts) -> Reason | None:
    """A paper is signed only while each of its problems stands as it was verified."""
    if facts["unverified_issues"]:
        return Reason(
            "not_verified", f"问题 {'、'.join(facts['unverified_issues'])} 尚未核定：核定后方可签发"
        )
    return None


def case_allows_receipt(record: Record, facts: Facts) -> Reason | None:
    """Receipt of a notice is the issue's receipt; an objected or recalled issue has none."""
    if facts["issues_elsewhere"]:
        return Reason("case_elsewhere", f"相关问题现不在“已交办”：{'、'.join(facts['issues_elsewhere'])}")
    return None


def is_printable(record: Record, facts: Facts) -> Reason | None:
    """Every character of the paper has a font (domain, fact 7); an empty box is never printed."""
    return Reason("unprintable", facts["unprintable"]) if facts["unprintable"] else None


def demands_are_printable(record: Record, data: Data, facts: Facts) -> Reason | None:
    """核定 fixes the wording of the notice, so it counts as its 核稿 in this too."""
    text = (
        f"{record.title}{record.verbatim}{data.get('requirement', '')}{data.get('acceptance_standard', '')}"
    )
    why = facts["why_unprintable"](text)
    return Reason("unprintable", why, "requirement") if why else None


def follows_its_issue(record: Record, facts: Facts) -> Reason | None:
    """The notice of a running issue is withdrawn through 撤回交办 on the issue."""
    if facts["running_issues"]:
        return Reason(
            "follows_issue",
            f"本文书随问题 {'、'.join(facts['running_issues'])} 办理：请在问题页面办理“撤回交办”",
        )
    return None


def reply_settled(record: Record, facts: Facts) -> Reason | None:
    """A notice with a reply due is archived after the reply or its waiver (domain 4.4)."""
    if record.state == "received" and record.reply_due is not None and not record.reply_waived:
        return Reason("reply_due", "本文书要求回复：收到回复后方可归档")
    return None
