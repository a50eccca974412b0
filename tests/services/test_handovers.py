"""人员交接: a leaver's tasks go over at once; separation of duties still sees what he did (issue 3, section 6)."""

from typing import Any

import pytest

from riskctl.errors import InvalidInput, NotAllowed
from riskctl.extensions import db
from riskctl.models import Event
from riskctl.permissions import Role
from riskctl.services import accounts, audit, desk, desk_acts, directory, handovers, interviews, transitions
from riskctl.services.transitions import CaseRef
from tests.department import Department
from tests.services.looking_back import closed, drawn, items


@pytest.fixture(autouse=True)
def _in_context(session: Any) -> None:
    """Every test reads and acts in one application context."""


@pytest.fixture
def heir(department: Department) -> str:
    """A new colleague in 机关纪委 who has an account and no office yet."""
    unit = department.unit("SLT")
    accounts.create_user(username="office3", name="机关纪委干部丙", unit=unit)
    db.session.commit()
    return "office3"


def _id(username: str) -> int:
    return accounts.find(username).id


def _hand_over(department: Department, to: str, *, grant: bool = True, **changes: Any) -> handovers.Handover:
    data = {"reason": "退休", **changes}
    return handovers.hand_over(department.actor("secadmin"), _id("office2"), to, grant=grant, **data)


def _waiting(case: Any) -> set[int]:
    return {int(str(user["id"])) for entry in transitions.waits_for(case) for user in entry.users}


def test_everything_in_his_own_name_goes_over_and_is_on_record(department: Department, heir: str) -> None:
    assigned = department.issue(by="commissioner", source="self_check")
    department.take("commissioner", assigned, "submit", not_clue=True)
    ref = CaseRef("issue", assigned.id)
    desk_acts.hand_over(
        department.actor("office"), ref, _id("office2"), reason="出差", version=assigned.version
    )
    asked = department.planned()
    department.apply(asked)
    department.check(asked)
    ids = [_id("office2"), _id("resident")]
    desk_acts.ask_agreement(
        department.actor("office"), CaseRef("issue", asked.id), ids, version=asked.version
    )
    talk = interviews.create(
        department.actor("resident"),
        {
            "unit_id": department.unit("SK").id, "kind": "reminder", "subject_post": "科长", "subject_rank": "section",
            "reason": "苗头性问题", "interviewers": [_id("office2"), _id("resident")], "recorder": _id("office"),
        },
    )  # fmt: skip
    found = _hand_over(department, heir)
    assert found.granted == ["机关纪委（锦川省水利厅）"]
    assert found.refused == []
    assert [line.split(" ")[0] for line in found.done][:3] == [assigned.code, asked.code, talk.code]
    assert _waiting(assigned) == {_id(heir)}
    assert [row.user_id for row in desk.desk().sign_offs(asked)] == [_id("resident"), _id(heir)]
    assert talk.interviewers == [_id(heir), _id("resident")]
    assert audit.history("interview", talk.id)[-1].event.trigger == "handover"
    told = (
        db.session.query(Event).filter_by(case_type="user", case_id=_id("office2"), trigger="handover").one()
    )
    assert told.changes["data"]["to_user"] == _id(heir)
    accounts.change(accounts.find("office2"), active=False)
    directory.forget()
    department.take(heir, assigned, "verify", **department.verified())


def test_what_he_did_still_keeps_apart_and_what_the_heir_may_not_is_listed(department: Department) -> None:
    issue = department.issue()
    department.take("office", issue, "submit", not_clue=True)
    found = _hand_over(department, "office", grant=False)  # who submitted it does not verify it
    assert [line for line in found.refused if line.startswith(issue.code)] == [f"{issue.code} 核定"]
    assert found.granted == found.lacking == []
    accounts.grant(accounts.find("office2"), Role.OFFICE_HEAD, department.unit("SLT"))
    department.take("office2", issue, "verify", **department.verified())
    with pytest.raises(NotAllowed, match="职责分离"):
        department.take("office2", issue, "issue")


def test_without_the_roles_the_tasks_stay_and_are_listed(department: Department, heir: str) -> None:
    issue = department.issue(by="commissioner", source="self_check")
    department.take("commissioner", issue, "submit", not_clue=True)
    ref = CaseRef("issue", issue.id)
    desk_acts.hand_over(department.actor("office"), ref, _id("office2"), reason="出差", version=issue.version)
    talk = interviews.create(
        department.actor("resident"),
        {
            "unit_id": department.unit("SK").id, "kind": "reminder", "subject_post": "科长", "subject_rank": "section",
            "reason": "苗头性问题", "recorder": _id("office2"),
        },
    )  # fmt: skip
    planned = department.planned()
    department.apply(planned)
    department.check(planned)
    ids = [_id("office2"), _id("resident")]
    desk_acts.ask_agreement(
        department.actor("office"), CaseRef("issue", planned.id), ids, version=planned.version
    )
    found = _hand_over(department, heir, grant=False)
    assert found.lacking == ["机关纪委（锦川省水利厅）"]
    codes = {line.split(" ")[0] for line in found.refused}
    assert {issue.code, talk.code, planned.code} <= codes
    assert _waiting(issue) == {_id("office2")}
    assert talk.recorder == _id("office2")


@pytest.mark.parametrize(
    ("to", "reason", "field"),
    [("nobody", "退休", "to"), ("office2", "退休", "to"), ("office", " ", "reason")],
)
def test_a_handover_of_the_wrong_form_is_refused(
    department: Department, to: str, reason: str, field: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        _hand_over(department, to, reason=reason)
    assert refused.value.reasons[0].field == field


def test_only_the_security_administrator_hands_over_and_never_his_own(department: Department) -> None:
    for username in ("sysadmin", "office_head"):
        with pytest.raises(NotAllowed):
            handovers.hand_over(
                department.actor(username), _id("office2"), "office", grant=False, reason="退休"
            )
    with pytest.raises(NotAllowed, match="自己"):
        _hand_over(department, "secadmin")


def test_roles_that_exclude_each_other_hand_nothing_over(department: Department) -> None:
    issue = department.issue(by="commissioner", source="self_check")
    department.take("commissioner", issue, "submit", not_clue=True)
    ref = CaseRef("issue", issue.id)
    desk_acts.hand_over(department.actor("office"), ref, _id("office2"), reason="出差", version=issue.version)
    with pytest.raises(InvalidInput):  # SOD-7
        _hand_over(department, "auditadmin")
    assert _waiting(issue) == {_id("office2")}


def test_what_he_was_to_look_at_again_goes_over_unless_the_heir_accepted_it(
    department: Department, heir: str
) -> None:
    first, second = closed(department, 2, severity="grave")
    second.acted = {**second.acted, "pass_inspection": [_id(heir)]}
    campaign = drawn(department)
    for item in items(campaign):
        ids = [_id("office2"), _id("resident")]
        department.take("office", item, "assign", inspectors=ids, check_due=item.check_due.isoformat())
    done = _hand_over(department, heir)
    named = {item.issue_id: item.inspectors for item in items(campaign)}
    assert named[first.id] == [_id(heir), _id("resident")]
    assert named[second.id] == [_id("office2"), _id("resident")]
    codes = {item.issue_id: item.code for item in items(campaign)}
    assert f"{codes[first.id]} 复查人" in done.done
    assert f"{codes[second.id]} 复查人" in done.refused
