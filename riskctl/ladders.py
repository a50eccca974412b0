"""On whom a workflow step falls: duties, and the ladder of each.

A *duty* is answered by the lowest rung of its ladder on which somebody qualified is left: a vacant
post's tasks rise to the unit's 纪委, then to 机关纪委, so that no case ever waits for nobody. Pure.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

from riskctl.permissions import GRANTS, Permission, Role

_P, _R = Permission, Role


@dataclass(frozen=True)
class Holder:
    """One person who holds a role over the unit of a case; `home` is the unit he belongs to."""

    user_id: int
    role: Role
    home: int | None = None


class Duty(StrEnum):
    """Who must do a step; the ladder below says on whom it falls."""

    RISK_POINT_SUBMIT = "risk_point_submit"
    RISK_POINT_REVIEW = "risk_point_review"
    RISK_POINT_GRADE_LOW = "risk_point_grade_low"
    RISK_POINT_GRADE_MEDIUM = "risk_point_grade_medium"
    RISK_POINT_GRADE_HIGH = "risk_point_grade_high"
    RISK_POINT_MANAGE = "risk_point_manage"
    RISK_POINT_WARN = "risk_point_warn"
    RISK_POINT_AFFIRM = "risk_point_affirm"
    WARNING_FORMAL = "warning_formal"
    WARNING_REPLY = "warning_reply"
    ISSUE_SUBMIT = "issue_submit"
    ISSUE_VERIFY = "issue_verify"
    ISSUE_VERIFY_UNIT = "issue_verify_unit"
    ISSUE_SIGN = "issue_sign"
    ISSUE_SIGN_UNIT = "issue_sign_unit"
    ISSUE_RECEIVE = "issue_receive"
    ISSUE_ANSWER = "issue_answer"
    ISSUE_RECTIFY = "issue_rectify"
    ISSUE_PROGRESS = "issue_progress"
    EXTENSION_APPROVE = "extension_approve"
    EXTENSION_APPROVE_PARTY = "extension_approve_party"
    EXTENSION_APPROVE_UNIT = "extension_approve_unit"
    ISSUE_PLAN_APPROVE = "issue_plan_approve"
    ISSUE_PLAN_APPROVE_GRAVE = "issue_plan_approve_grave"
    ISSUE_UNIT_CHECK = "issue_unit_check"
    ISSUE_INSPECT = "issue_inspect"
    ISSUE_INSPECT_UNIT = "issue_inspect_unit"
    ISSUE_CLOSE_UNIT = "issue_close_unit"
    ISSUE_CLOSE_GENERAL = "issue_close_general"
    ISSUE_CLOSE_SERIOUS = "issue_close_serious"
    ISSUE_CLOSE_GRAVE = "issue_close_grave"
    ISSUE_REOPEN = "issue_reopen"
    ISSUE_ARCHIVE = "issue_archive"
    LOOKBACK_MANAGE = "lookback_manage"
    LOOKBACK_CHECK = "lookback_check"
    SELF_CHECK_ANSWER = "self_check_answer"
    SELF_CHECK_REVIEW = "self_check_review"
    SELF_CHECK_REVIEW_UNIT = "self_check_review_unit"
    CLUE_HANDLE = "clue_handle"
    INTERVIEW_APPROVE_SECTION = "interview_approve_section"
    INTERVIEW_APPROVE_DIVISION = "interview_approve_division"
    INTERVIEW_APPROVE_HEAD = "interview_approve_head"
    INTERVIEW_CONDUCT = "interview_conduct"
    INTERVIEW_ARCHIVE = "interview_archive"
    NOTICE_HANDLE = "notice_handle"
    NOTICE_HANDLE_UNIT = "notice_handle_unit"
    NOTICE_SEAL = "notice_seal"
    NOTICE_HANDLE_RESIDENT = "notice_handle_resident"
    NOTICE_SIGN = "notice_sign"
    NOTICE_SIGN_UNIT = "notice_sign_unit"
    NOTICE_SIGN_PARTY = "notice_sign_party"
    NOTICE_SIGN_RESIDENT = "notice_sign_resident"
    NOTICE_RECEIVE = "notice_receive"
    ANNUAL_REVIEW_CONFIRM = "annual_review_confirm"
    ANNUAL_REVIEW_COUNTERSIGN = "annual_review_countersign"
    ANNUAL_REVIEW_PAPER = "annual_review_paper"


# 单位纪委 for an affiliated unit, the branch's 纪检委员 for a 处室, which has no 纪委 of its own (contract 2).
UNIT_REVIEW = frozenset({_R.UNIT_DISCIPLINE, _R.COMMISSIONER})
_OFFICE = frozenset({_R.OFFICE})
_HEAD = frozenset({_R.OFFICE_HEAD})
_DISCIPLINE = (_OFFICE, _HEAD)
_UNIT_THEN_OFFICE = (UNIT_REVIEW, _OFFICE, _HEAD)
_DEPARTMENT = (frozenset({_R.DEPT_HEAD}), UNIT_REVIEW, _OFFICE)
_STAFF = (frozenset({_R.POST, _R.DEPT_HEAD}), UNIT_REVIEW, _OFFICE)
_LEADER = (frozenset({_R.LEADER}), frozenset({_R.SECRETARY}), _HEAD)
_PARTY = (frozenset({_R.SECRETARY}), frozenset({_R.LEADER}), _HEAD)

LADDERS: dict[Duty, tuple[frozenset[Role], ...]] = {
    Duty.RISK_POINT_SUBMIT: (frozenset({_R.POST, _R.DEPT_HEAD, _R.COMMISSIONER, _R.OFFICE}), UNIT_REVIEW),
    Duty.RISK_POINT_REVIEW: _UNIT_THEN_OFFICE,
    Duty.RISK_POINT_GRADE_LOW: _UNIT_THEN_OFFICE,
    Duty.RISK_POINT_GRADE_MEDIUM: _LEADER,
    Duty.RISK_POINT_GRADE_HIGH: _PARTY,
    Duty.RISK_POINT_MANAGE: _DISCIPLINE,
    Duty.RISK_POINT_WARN: (frozenset({_R.UNIT_DISCIPLINE, _R.OFFICE, _R.RESIDENT}), _HEAD),
    Duty.RISK_POINT_AFFIRM: _DEPARTMENT,
    Duty.WARNING_FORMAL: (frozenset({_R.OFFICE, _R.RESIDENT}), _HEAD),
    Duty.WARNING_REPLY: _STAFF,
    Duty.ISSUE_SUBMIT: (GRANTS[_P.ISSUE_REGISTER], _HEAD),
    Duty.ISSUE_VERIFY: _DISCIPLINE,
    Duty.ISSUE_VERIFY_UNIT: (frozenset({_R.UNIT_DISCIPLINE}), _OFFICE, _HEAD),
    Duty.ISSUE_SIGN: (_HEAD, _OFFICE),
    Duty.ISSUE_SIGN_UNIT: (frozenset({_R.UNIT_DISCIPLINE}), _HEAD, _OFFICE),
    Duty.ISSUE_RECEIVE: _DEPARTMENT,
    Duty.ISSUE_ANSWER: _DISCIPLINE,
    Duty.ISSUE_RECTIFY: _DEPARTMENT,
    Duty.ISSUE_PROGRESS: _STAFF,
    Duty.EXTENSION_APPROVE: _LEADER,
    Duty.EXTENSION_APPROVE_PARTY: _PARTY,
    Duty.EXTENSION_APPROVE_UNIT: _DISCIPLINE,
    Duty.ISSUE_PLAN_APPROVE: _LEADER,
    Duty.ISSUE_PLAN_APPROVE_GRAVE: _PARTY,
    Duty.ISSUE_UNIT_CHECK: _UNIT_THEN_OFFICE,
    Duty.ISSUE_INSPECT: _DISCIPLINE,
    Duty.ISSUE_INSPECT_UNIT: (frozenset({_R.UNIT_DISCIPLINE}), *_DISCIPLINE),
    Duty.ISSUE_CLOSE_UNIT: (frozenset({_R.UNIT_DISCIPLINE}), _HEAD, _OFFICE),
    Duty.ISSUE_CLOSE_GENERAL: (_HEAD, *_LEADER[:2]),
    Duty.ISSUE_CLOSE_SERIOUS: _LEADER,
    Duty.ISSUE_CLOSE_GRAVE: _PARTY,
    Duty.ISSUE_REOPEN: (frozenset({_R.OFFICE, _R.RESIDENT}), _HEAD),
    Duty.ISSUE_ARCHIVE: _DISCIPLINE,
    Duty.LOOKBACK_MANAGE: (GRANTS[_P.CAMPAIGN_MANAGE], _HEAD),
    Duty.LOOKBACK_CHECK: (frozenset({_R.OFFICE, _R.RESIDENT, _R.AUDITOR}), _HEAD),
    Duty.SELF_CHECK_ANSWER: (frozenset({_R.DEPT_HEAD, _R.COMMISSIONER}), UNIT_REVIEW, _OFFICE),
    Duty.SELF_CHECK_REVIEW: _DISCIPLINE,
    Duty.SELF_CHECK_REVIEW_UNIT: (frozenset({_R.UNIT_DISCIPLINE}), *_DISCIPLINE),
    Duty.CLUE_HANDLE: (frozenset({_R.OFFICE, _R.OFFICE_HEAD, _R.RESIDENT}),),
    Duty.INTERVIEW_APPROVE_SECTION: (frozenset({_R.UNIT_DISCIPLINE}), _HEAD, *_LEADER[:2]),
    Duty.INTERVIEW_APPROVE_DIVISION: _LEADER,
    Duty.INTERVIEW_APPROVE_HEAD: _PARTY,
    Duty.INTERVIEW_CONDUCT: (frozenset({_R.UNIT_DISCIPLINE, _R.OFFICE, _R.OFFICE_HEAD, _R.RESIDENT}),),
    Duty.INTERVIEW_ARCHIVE: _DISCIPLINE,
    Duty.NOTICE_HANDLE: _DISCIPLINE,
    Duty.NOTICE_HANDLE_UNIT: (frozenset({_R.UNIT_DISCIPLINE}), *_DISCIPLINE),
    Duty.NOTICE_SEAL: (frozenset({_R.UNIT_DISCIPLINE, _R.OFFICE, _R.OFFICE_HEAD, _R.RESIDENT}),),
    Duty.NOTICE_HANDLE_RESIDENT: (frozenset({_R.RESIDENT, _R.OFFICE}), _HEAD),
    Duty.NOTICE_SIGN: (_HEAD, _OFFICE),
    Duty.NOTICE_SIGN_UNIT: (frozenset({_R.UNIT_DISCIPLINE}), _HEAD, _OFFICE),
    Duty.NOTICE_SIGN_PARTY: _PARTY,
    Duty.NOTICE_SIGN_RESIDENT: (frozenset({_R.RESIDENT}), _HEAD),
    Duty.NOTICE_RECEIVE: _DEPARTMENT,
    Duty.ANNUAL_REVIEW_CONFIRM: _DEPARTMENT,
    Duty.ANNUAL_REVIEW_COUNTERSIGN: (
        frozenset({_R.COMMISSIONER}),
        frozenset({_R.UNIT_DISCIPLINE}),
        *_DISCIPLINE,
    ),
    Duty.ANNUAL_REVIEW_PAPER: (frozenset({_R.UNIT_DISCIPLINE}), *_DISCIPLINE),
}

# Where separation of duties leaves nobody on a ladder: no case ever waits for nobody.
_LAST_RESORT = (_OFFICE, _HEAD, frozenset({_R.LEADER}), frozenset({_R.SECRETARY}))


def ladder(duty: Duty) -> tuple[frozenset[Role], ...]:
    """The rungs of a duty, lowest first. A clue is handled by those who may know of it, or by nobody."""
    return LADDERS[duty] if duty is Duty.CLUE_HANDLE else (*LADDERS[duty], *_LAST_RESORT)


def rung(
    duty: Duty, holders: Iterable[Holder], *, barred: Collection[int] = (), in_department: bool = False
) -> list[Holder]:
    """The people on whom the duty falls now: the lowest rung with somebody who is not barred.

    `in_department` says that the unit is a 处室 of the department itself, whose unit reviews its
    branch's 纪检委员 does; elsewhere a 纪检委员 never stands in for the unit's 纪委.
    """
    present = [holder for holder in holders if holder.user_id not in barred]
    reviewer = Role.COMMISSIONER if in_department else Role.UNIT_DISCIPLINE
    for roles in ladder(duty):
        wanted = frozenset({reviewer}) if roles is UNIT_REVIEW else roles
        found = [holder for holder in present if holder.role in wanted]
        if found:
            return found
    return []
