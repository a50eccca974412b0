"""`?as_of=` on single records (issue 5, section 2)."""

from collections.abc import Callable
from datetime import timedelta

import time_machine

from riskctl import clock
from tests.api.caller import Caller
from tests.department import Department

AsUser = Callable[[str], Caller]


def test_a_record_as_of_a_day(as_user: AsUser, department: Department) -> None:
    with department.app.app_context():
        issue = department.issue()
        issue_id, registered = issue.id, clock.today()
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False), department.app.app_context():
        department.take("office", issue, "submit", not_clue=True)
    with time_machine.travel(clock.now() + timedelta(days=4), tick=False):
        office, path = as_user("office"), f"issues/{issue_id}"
        told = office.get(path, as_of=registered.isoformat()).json
        assert (told["as_of"], told["state"], told["state_label"]) == (
            registered.isoformat(),
            "draft",
            "登记",
        )
        assert told["title"] == issue.title
        assert told["risk_point_ids"] is None or told["risk_point_ids"] == []
        assert told["recorded_later"] == []
        assert not {"actions", "version"} & told.keys()
        assert office.get(path, as_of=clock.today().isoformat()).json["state"] == "verifying"
        before = office.get(path, as_of="2019-12-31")
        assert (before.status_code, "系统启用前" in before.json["detail"]) == (404, True)
        for given in ("2026-02-30", "1", "x" * 1000, "2999-01-01"):
            refused = office.get(path, as_of=given)
            assert (refused.status_code, refused.json["reasons"][0]["field"]) == (422, "as_of")
        assert as_user("dept_head_b").get(path, as_of=registered.isoformat()).status_code == 404
