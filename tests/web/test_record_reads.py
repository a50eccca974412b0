"""查看记录: who opened what few may see; noted once an hour, for those who audit."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from sqlalchemy import select

from riskctl.extensions import db
from riskctl.models import RecordRead
from riskctl.services import interviews
from tests.department import Department
from tests.web.pages import PageClient

SignIn = Callable[[str], PageClient]
START = datetime(2026, 3, 20, 2, 10, tzinfo=UTC)


def _reads(department: Department) -> list[tuple[int, str, int]]:
    with department.app.app_context():
        query = select(RecordRead.user_id, RecordRead.case_type, RecordRead.case_id).order_by(RecordRead.id)
        return [(row.user_id, row.case_type, row.case_id) for row in db.session.execute(query)]


def test_openings_are_listed_once_an_hour_for_auditors(department: Department, sign_in: SignIn) -> None:
    with time_machine.travel(START, tick=False) as traveller:
        with department.app.app_context():
            data: dict[str, Any] = {
                "unit_id": department.unit("SK").id, "kind": "reminder", "subject_post": "科长", "reason": "苗头性问题。",
            }  # fmt: skip
            interview = interviews.create(department.actor("office"), data)
            clue, plain = department.issue("SK"), department.issue("SK")
            department.take("office", clue, "submit", not_clue=True)
            department.take("office2", clue, "transfer", reason_code="clue")
            opened = [f"/interviews/{interview.id}", f"/issues/{clue.id}", f"/issues/{plain.id}"]
            ids, code = (interview.id, clue.id), interview.code
            office, resident = department.actor("office").user_id, department.actor("resident").user_id
        clerk, guest = sign_in("office"), sign_in("post")
        for url in (opened[0], opened[0], opened[2]):
            clerk.open(url)
        header = {"Authorization": f"Bearer {department.token('office')}"}
        api = department.app.test_client().get(f"/api/v1/interviews/{ids[0]}", headers=header)
        assert api.status_code == 200
        assert _reads(department) == [(office, "interview", ids[0])], "the page and the API within an hour"
        for url in opened[:2]:
            guest.open(url, status=404)
        assert len(_reads(department)) == 1, "who may not see the record leaves no row"
        sign_in("resident").open(opened[1])
        traveller.shift(timedelta(hours=1))
        clerk = sign_in("office")  # an hour idle ends the session
        clerk.open(opened[0])
        assert _reads(department)[1:] == [(resident, "issue", ids[1]), (office, "interview", ids[0])]
        sign_in("post").open("/log/reads", status=403)
        listed = clerk.open(f"/log/reads?code={code}&person=office").text
        assert listed.count(code) >= 2
        assert "11:00" in listed
        assert "没有符合条件" in clerk.open("/log/reads?person=nobody").text
