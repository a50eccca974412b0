"""Each named rule, both ways: it refuses with the words that the user reads, and it lets pass."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from riskctl.errors import Reason
from riskctl.workflows import annual_review, campaign, guards, lookback
from tests.workflows.records import TODAY, facts, record

YESTERDAY, TOMORROW = date(2026, 11, 23), date(2026, 11, 25)
# guard, kind, what is so when it refuses, what is so when it lets pass, a word of the refusal
BLOCKERS: tuple[tuple[Any, str, dict[str, Any], dict[str, Any], str], ...] = (
    (guards.is_verified, "issue", {"verified_at": None}, {}, "尚未核定"),
    (guards.is_notice_complete, "issue", {"missing_parts": ["认定依据"]}, {}, "认定依据"),
    (guards.is_notice_printable, "issue", {"unprintable": "没有字体：𪜀"}, {}, "𪜀"),
    (guards.is_small, "issue", {"severity": "serious", "rectify_type": "immediate"}, {"rectify_type": "immediate"}, "现场核销"),
    (guards.is_small, "issue", {"rectify_type": "deadline"}, {"rectify_type": "immediate"}, "现场核销"),
    (guards.is_self_found, "issue", {"source": "audit"}, {"source": "branch_check"}, "即知即改"),
    (guards.is_general_or_unset, "issue", {"severity": "grave"}, {"severity": None}, "一般"),
    (guards.two_inspectors, "issue", {"inspectors": [(1, "甲")]}, {}, "不足两人"),
    (guards.publicity_over, "issue", {"publicity_until": TODAY}, {"publicity_until": YESTERDAY}, "11月24日"),
    (guards.publicity_over, "issue", {"publicity_until": TOMORROW}, {"publicity_until": None}, "期满后"),
    (guards.may_archive, "issue", {"severity": "serious", "closed_on": date(2026, 5, 25)},
     {"severity": "serious", "closed_on": date(2026, 5, 24)}, "回头看"),
    (guards.may_archive, "issue", {"severity": "grave", "closed_on": TODAY}, {"severity": "general", "closed_on": TODAY}, "满六个月"),
    (guards.no_open_extension, "issue", {"open_extension": "YQ-1"}, {}, "YQ-1"),
    (guards.asked_in_time, "extension", {"asked_too_late": Reason("too_late", "最迟应于12月9日申请")}, {}, "12月9日"),
    (guards.may_archive, "issue", {"severity": "general", "lookback": "open"}, {"severity": "general"}, "复查办结"),
    (guards.may_archive, "issue", {"severity": "grave", "closed_on": TODAY, "lookback": "rebound"},
     {"severity": "grave", "closed_on": TODAY, "lookback": "consolidated"}, "回头看"),
    (campaign.scope_not_empty, "campaign", {"candidates": 0}, {"candidates": 1}, "没有可以复查"),
    (campaign.share_enough, "campaign", {"share": 29}, {"share": 30}, "不得低于30%"),
    (campaign.list_untouched, "campaign", {"draw_faults": ["清单的摘要不同"]}, {}, "摘要"),
    (campaign.items_over, "campaign", {"open_items": 2}, {}, "2 项复查"),
    (lookback.issue_closed, "lookback", {"issue_closed": False}, {}, "不再复查"),
    (guards.is_unique, "risk_point", {"duplicate": "LF-1"}, {}, "LF-1"),
    (guards.no_other_warning, "risk_point", {"open_warnings": 2}, {"open_warnings": 1}, "1 项预警"),
    (guards.has_linkable_issue, "risk_point", {"linkable_issues": []}, {}, "没有整改中的问题"),
    (guards.issues_settled, "risk_point", {"unsettled_issues": ["WT-1"]}, {}, "WT-1"),
    (guards.proposal_changes, "risk_point", {"proposal_kind": "cancel"}, {}, "移出台账"),
    (guards.proposal_changes, "risk_point", {"proposal_kind": "merge"}, {"proposal_kind": "split"}, "移出台账"),
    (guards.proposal_cancels, "risk_point", {"proposal_kind": "change"}, {"proposal_kind": "cancel"}, "变更内容"),
    (guards.proposal_cancels, "risk_point", {"proposal_kind": "split"}, {"proposal_kind": "merge"}, "变更内容"),
    (guards.may_lower, "risk_point", {"proposal_lowers": True, "why_not_lower": "近12个月内有预警"},
     {"proposal_lowers": True}, "近12个月内有预警"),
    (guards.may_lower, "risk_point", {"proposal_lowers": True, "why_not_lower": "在册不满12个月"},
     {"why_not_lower": "在册不满12个月"}, "在册不满"),
    (guards.can_merge, "risk_point", {"proposal_kind": "merge", "merge_targets": ()}, {"proposal_kind": "merge"}, "没有其他"),
    (guards.can_merge, "risk_point", {"proposal_kind": "merge", "merge_targets": ()}, {"merge_targets": ()}, "没有其他"),
    (guards.nothing_open, "risk_point", {"open_warnings": 1}, {}, "未解除的预警"),
    (guards.nothing_open, "risk_point", {"unsettled_issues": ["WT-1"]}, {}, "未办结"),
    (annual_review.has_signers, "annual_review", {"confirmers": ()}, {}, "补齐岗位"),
    (annual_review.has_signers, "annual_review", {"countersigners": ()}, {}, "补齐岗位"),
    (guards.is_talk, "interview", {"kind": "inquiry"}, {"kind": "reminder"}, "书面答复"),
    (guards.is_inquiry, "interview", {"kind": "reminder"}, {"kind": "inquiry"}, "函询"),
    (guards.has_requirements, "interview", {"requirements": []}, {"requirements": [{}]}, "没有提出整改要求"),
    (guards.has_requirements, "interview", {"requirements": []}, {"requirements": [], "kind": "inquiry"}, "直接归档"),
    (guards.requires_nothing, "interview", {"requirements": [{}]}, {"requirements": []}, "报告整改"),
    (guards.requires_nothing, "interview", {"kind": "inquiry"}, {"kind": "routine"}, "须先报告整改"),
    (guards.is_complete, "notice", {"missing_parts": ["主送单位"]}, {}, "主送单位"),
    (guards.is_printable, "notice", {"unprintable": "缺少字体"}, {}, "缺少字体"),
    (guards.is_checked, "notice", {"checker_id": None}, {}, "核稿"),
    (guards.problems_are_verified, "notice", {"unverified_issues": ["WT-1"]}, {}, "WT-1"),
    (guards.case_allows_receipt, "notice", {"issues_elsewhere": ["WT-1"]}, {}, "WT-1"),
    (guards.follows_its_issue, "notice", {"running_issues": ["WT-1"]}, {}, "撤回交办"),
)  # fmt: skip


def _ask(guard: Any, kind: str, so: dict[str, Any]) -> Any:
    of_facts = {name: value for name, value in so.items() if name in facts()}
    return guard(record(kind, "x", **{n: v for n, v in so.items() if n not in of_facts}), facts(**of_facts))


@pytest.mark.parametrize(("guard", "kind", "refusing", "passing", "word"), BLOCKERS)
def test_a_rule_refuses_and_lets_pass(
    guard: Any, kind: str, refusing: dict[str, Any], passing: dict[str, Any], word: str
) -> None:
    reason = _ask(guard, kind, refusing)
    assert reason is not None
    assert word in reason.message
    assert _ask(guard, kind, passing) is None


def test_an_issue_that_is_not_verified_says_only_that() -> None:
    case = record("issue", "verifying", verified_at=None)
    assert guards.is_notice_complete(case, facts(missing_parts=["问题"])) is None
    assert guards.is_notice_printable(case, facts(unprintable="缺少字体")) is None


@pytest.mark.parametrize(
    ("state", "reply_due", "waived", "refused"),
    [
        ("received", TOMORROW, False, True),
        ("received", TOMORROW, True, False),
        ("received", None, False, False),
        ("replied", TOMORROW, False, False),
    ],
)
def test_a_notice_is_archived_after_its_reply(
    state: str, reply_due: date | None, waived: bool, refused: bool
) -> None:
    case = record("notice", state, reply_due=reply_due, reply_waived=waived)
    assert (guards.reply_settled(case, facts()) is not None) is refused


CHECKS: tuple[tuple[Any, str, dict[str, Any], dict[str, Any], str], ...] = (
    (guards.covers_inspectors, "issue", {"inspectors": [1, 1]}, {"inspectors": [1, 2]}, "inspectors"),
    (guards.covers_inspectors, "issue", {}, {"inspectors": [1, 2, 3]}, "inspectors"),
    (guards.notified_in_time, "interview", {"scheduled_at": datetime(2026, 11, 26, 1, tzinfo=UTC)},
     {"scheduled_at": datetime(2026, 11, 27, 1, tzinfo=UTC)}, "urgent_reason"),
    (guards.notified_in_time, "interview", {"scheduled_at": datetime(2026, 11, 25, 1, tzinfo=UTC)},
     {"scheduled_at": datetime(2026, 11, 25, 1, tzinfo=UTC), "urgent_reason": "汛情紧急"}, "urgent_reason"),
    (guards.ends_after_start, "interview",
     {"held_from": datetime(2026, 11, 24, 3, tzinfo=UTC), "held_to": datetime(2026, 11, 24, 2, tzinfo=UTC)},
     {"held_from": datetime(2026, 11, 24, 2, tzinfo=UTC), "held_to": datetime(2026, 11, 24, 2, tzinfo=UTC)}, "held_to"),
    (guards.ends_after_start, "interview",
     {"held_from": datetime(2026, 11, 24, 3, tzinfo=UTC), "held_to": datetime(2026, 11, 23, 2, tzinfo=UTC)}, {}, "held_to"),
)  # fmt: skip


@pytest.mark.parametrize(("guard", "kind", "refused", "passing", "field"), CHECKS)
def test_a_check_names_its_field(
    guard: Any, kind: str, refused: dict[str, Any], passing: dict[str, Any], field: str
) -> None:
    case = record(kind, "x")
    reason = guard(case, refused, facts())
    assert reason is not None
    assert reason.field == field
    assert guard(case, passing, facts()) is None


def test_demands_that_no_font_has_are_refused_at_their_verification() -> None:
    case = record("issue", "verifying", title="甲", verbatim="乙")
    asked: list[str] = []

    def why(text: str) -> str | None:
        asked.append(text)
        return "下列字符没有字体" if "丁" in text else None

    given = facts(why_unprintable=why)
    assert guards.demands_are_printable(case, {"requirement": "丙"}, given) is None
    assert guards.demands_are_printable(case, {"requirement": "丙", "acceptance_standard": "丁"}, given)
    assert asked == ["甲乙丙", "甲乙丙丁"]


def test_a_step_collects_every_reason_at_once() -> None:
    from riskctl.workflows.risk_point import RISK_POINT

    step = RISK_POINT.step(record("risk_point", "change_pending"), "cancel")
    reasons = step.blocked_by(
        record("risk_point", "change_pending"), facts(proposal_kind="change", unsettled_issues=["WT-1"])
    )
    assert [reason.code for reason in reasons] == ["not_cancel", "still_open"]


def test_a_notice_is_signed_by_its_issuers_head() -> None:
    from riskctl.ladders import Duty
    from riskctl.workflows.notice import sign_duty

    assert sign_duty(SimpleNamespace(issuer=SimpleNamespace(signer_role="office_head"))) is Duty.NOTICE_SIGN
    own = SimpleNamespace(issuer=SimpleNamespace(signer_role="unit_discipline"))
    assert sign_duty(own) is Duty.NOTICE_SIGN_UNIT
