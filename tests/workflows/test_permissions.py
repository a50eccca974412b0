"""On whom each duty falls, as data: an affiliated unit, a 处室, and what happens when posts are vacant."""

import pytest

from riskctl.ladders import LADDERS, Duty, Holder, rung
from riskctl.permissions import ADMINISTRATORS, BUSINESS, GRANTS, Actor, Permission, Role, allowed

R, D = Role, Duty
EVERYBODY = [Holder(number, role) for number, role in enumerate(BUSINESS, 1)]
NUMBER = {holder.role: holder.user_id for holder in EVERYBODY}

# duty: who has it in an affiliated unit with every post filled; then the order in which it rises
TRUTH: dict[Duty, tuple[str, ...]] = {
    D.RISK_POINT_SUBMIT: ("post dept_head commissioner office", "unit_discipline"),
    D.RISK_POINT_REVIEW: ("unit_discipline", "office", "office_head"),
    D.RISK_POINT_GRADE_LOW: ("unit_discipline", "office", "office_head"),
    D.RISK_POINT_GRADE_MEDIUM: ("leader", "secretary", "office_head"),
    D.RISK_POINT_GRADE_HIGH: ("secretary", "leader", "office_head"),
    D.RISK_POINT_MANAGE: ("office", "office_head"),
    D.RISK_POINT_WARN: ("unit_discipline office resident", "office_head"),
    D.WARNING_FORMAL: ("office resident", "office_head"),
    D.WARNING_REPLY: ("post dept_head", "unit_discipline", "office"),
    D.RISK_POINT_AFFIRM: ("dept_head", "unit_discipline", "office"),
    D.ISSUE_SUBMIT: ("commissioner unit_discipline office resident auditor", "office_head"),
    D.ISSUE_VERIFY: ("office", "office_head"),
    D.ISSUE_VERIFY_UNIT: ("unit_discipline", "office", "office_head"),
    D.ISSUE_SIGN: ("office_head", "office"),
    D.ISSUE_SIGN_UNIT: ("unit_discipline", "office_head", "office"),
    D.ISSUE_RECEIVE: ("dept_head", "unit_discipline", "office"),
    D.ISSUE_ANSWER: ("office", "office_head"),
    D.ISSUE_RECTIFY: ("dept_head", "unit_discipline", "office"),
    D.ISSUE_PROGRESS: ("post dept_head", "unit_discipline", "office"),
    D.EXTENSION_APPROVE: ("leader", "secretary", "office_head"),
    D.EXTENSION_APPROVE_PARTY: ("secretary", "leader", "office_head"),
    D.EXTENSION_APPROVE_UNIT: ("office", "office_head"),
    D.ISSUE_PLAN_APPROVE: ("leader", "secretary", "office_head"),
    D.ISSUE_PLAN_APPROVE_GRAVE: ("secretary", "leader", "office_head"),
    D.ISSUE_UNIT_CHECK: ("unit_discipline", "office", "office_head"),
    D.ISSUE_INSPECT: ("office", "office_head"),
    D.ISSUE_INSPECT_UNIT: ("unit_discipline", "office", "office_head"),
    D.ISSUE_CLOSE_UNIT: ("unit_discipline", "office_head", "office"),
    D.ISSUE_CLOSE_GENERAL: ("office_head", "leader", "secretary"),
    D.ISSUE_CLOSE_SERIOUS: ("leader", "secretary", "office_head"),
    D.ISSUE_CLOSE_GRAVE: ("secretary", "leader", "office_head"),
    D.ISSUE_REOPEN: ("office resident", "office_head"),
    D.ISSUE_ARCHIVE: ("office", "office_head"),
    D.LOOKBACK_MANAGE: ("office resident", "office_head"),
    D.LOOKBACK_CHECK: ("office resident auditor", "office_head"),
    D.SELF_CHECK_ANSWER: ("dept_head commissioner", "unit_discipline", "office"),
    D.SELF_CHECK_REVIEW: ("office", "office_head"),
    D.SELF_CHECK_REVIEW_UNIT: ("unit_discipline", "office", "office_head"),
    D.CLUE_HANDLE: ("office office_head resident",),
    D.INTERVIEW_APPROVE_SECTION: ("unit_discipline", "office_head", "leader", "secretary"),
    D.INTERVIEW_APPROVE_DIVISION: ("leader", "secretary", "office_head"),
    D.INTERVIEW_APPROVE_HEAD: ("secretary", "leader", "office_head"),
    D.INTERVIEW_CONDUCT: ("unit_discipline office office_head resident",),
    D.INTERVIEW_ARCHIVE: ("office", "office_head"),
    D.NOTICE_HANDLE: ("office", "office_head"),
    D.NOTICE_HANDLE_UNIT: ("unit_discipline", "office", "office_head"),
    D.NOTICE_SEAL: ("unit_discipline office office_head resident",),
    D.NOTICE_HANDLE_RESIDENT: ("office resident", "office_head"),
    D.NOTICE_SIGN: ("office_head", "office"),
    D.NOTICE_SIGN_UNIT: ("unit_discipline", "office_head", "office"),
    D.NOTICE_SIGN_PARTY: ("secretary", "leader", "office_head"),
    D.NOTICE_SIGN_RESIDENT: ("resident", "office_head"),
    D.NOTICE_RECEIVE: ("dept_head", "unit_discipline", "office"),
    D.ANNUAL_REVIEW_CONFIRM: ("dept_head", "unit_discipline", "office"),
    D.ANNUAL_REVIEW_COUNTERSIGN: ("commissioner", "unit_discipline", "office", "office_head"),
    D.ANNUAL_REVIEW_PAPER: ("unit_discipline", "office", "office_head"),
}
# And then, where separation of duties leaves nobody of these.
LAST_RESORT = ("office", "office_head", "leader", "secretary")
# Where the unit's 纪委 would act, a 处室 has its branch's 纪检委员 (contract 2).
REVIEWS = (
    D.RISK_POINT_REVIEW, D.RISK_POINT_GRADE_LOW, D.RISK_POINT_AFFIRM, D.ISSUE_RECEIVE, D.ISSUE_RECTIFY,
    D.ISSUE_PROGRESS, D.WARNING_REPLY, D.ISSUE_UNIT_CHECK, D.NOTICE_RECEIVE, D.RISK_POINT_SUBMIT,
    D.ANNUAL_REVIEW_CONFIRM,
)  # fmt: skip


def _rungs(duty: Duty) -> tuple[str, ...]:
    named = " ".join(TRUTH[duty]).split()
    # A clue is handled by those who may know of it, or by nobody.
    rest = () if duty is D.CLUE_HANDLE else LAST_RESORT
    return (*TRUTH[duty], *(role for role in rest if role not in named))


def _roles(holders: list[Holder]) -> set[str]:
    return {holder.role.value for holder in holders}


@pytest.mark.parametrize("duty", Duty)
def test_a_duty_falls_on_its_rungs_one_after_the_other(duty: Duty) -> None:
    barred: set[int] = set()
    for expected in _rungs(duty):
        assert _roles(rung(duty, EVERYBODY, barred=barred)) == set(expected.split())
        barred |= {NUMBER[Role(role)] for role in expected.split()}
    assert rung(duty, EVERYBODY, barred=barred) == []


@pytest.mark.parametrize("duty", REVIEWS)
def test_in_a_department_the_commissioner_stands_for_the_units_discipline(duty: Duty) -> None:
    words = " ".join(_rungs(duty)).replace("unit_discipline", "commissioner").split()
    found: list[str] = []
    barred: set[int] = set()
    while here := rung(duty, EVERYBODY, barred=barred, in_department=True):
        found += sorted(_roles(here))
        barred |= {holder.user_id for holder in here}
    assert set(found) == set(words)
    assert "unit_discipline" not in found or duty is D.RISK_POINT_SUBMIT


@pytest.mark.parametrize("duty", [duty for duty in Duty if not duty.startswith(("clue", "interview"))])
def test_a_vacant_post_never_leaves_a_case_waiting_for_nobody(duty: Duty) -> None:
    office = [Holder(1, R.OFFICE), Holder(2, R.OFFICE_HEAD), Holder(3, R.LEADER), Holder(4, R.SECRETARY)]
    assert rung(duty, office)
    assert rung(duty, office, in_department=True)


def test_a_ladder_has_every_duty_and_business_roles_only() -> None:
    assert set(LADDERS) == set(Duty) == set(TRUTH)
    assert all(roles <= BUSINESS for ladder in LADDERS.values() for roles in ladder)


def test_every_permission_is_granted_to_somebody() -> None:
    assert set(GRANTS) == set(Permission)
    assert all(GRANTS.values())


@pytest.mark.parametrize("permission", Permission)
def test_administrators_see_no_business(permission: Permission) -> None:
    technical = {
        Permission.ORGANIZATION_VIEW, Permission.ACCOUNT_MANAGE, Permission.ROLE_GRANT, Permission.AUDIT_VIEW,
        Permission.CALENDAR_MANAGE, Permission.DELIVERY_MANAGE, Permission.ISSUER_MANAGE,
        Permission.TEMPLATE_MANAGE,  # on sample data: a record is refused to them
    }  # fmt: skip
    if permission not in technical:
        assert not GRANTS[permission] & ADMINISTRATORS


def test_what_an_actor_may_where() -> None:
    units = frozenset({7, 8})
    actor = Actor(1, "纪检委员", ((R.COMMISSIONER, units), (R.POST, frozenset({9}))))
    assert actor.roles == {R.COMMISSIONER, R.POST}
    assert allowed(actor, Permission.ISSUE_REGISTER, 7)
    assert not allowed(actor, Permission.ISSUE_REGISTER, 9)
    assert allowed(actor, Permission.ISSUE_REGISTER)
    assert not allowed(actor, Permission.ISSUE_IMPORT)
    assert actor.units(Permission.CASE_VIEW) == {7, 8, 9}
    office = Actor(2, "机关纪委", ((R.OFFICE, None),))
    assert office.units(Permission.ISSUE_IMPORT) is None
    assert allowed(office, Permission.ISSUE_IMPORT, 12345)
