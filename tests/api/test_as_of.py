"""`?as_of=` on single records (issue 5, section 2)."""

from collections.abc import Callable
from datetime import timedelta

import time_machine

from riskctl import clock
from riskctl.extensions import db
from riskctl.services import organization
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


def test_a_ledger_as_of_a_day(as_user: AsUser, department: Department) -> None:
    with department.app.app_context():
        made = [department.issue(source=source) for source in ("audit", "daily", "audit")]
        ids, day = [issue.id for issue in made], clock.today().isoformat()
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False), department.app.app_context():
        department.take("office", made[0], "submit", not_clue=True)
        department.issue(source="audit")
    with time_machine.travel(clock.now() + timedelta(days=4), tick=False):
        office, today = as_user("office"), clock.today().isoformat()

        def listed(**args: object) -> list[int]:
            return [item["id"] for item in office.get("issues", **args).json["items"]]

        assert listed(as_of=day) == ids[::-1]
        assert listed(as_of=day, source="audit", state="draft") == [ids[2], ids[0]]
        assert listed(as_of=today, source="audit", state="draft")[1:] == [ids[2]]
        assert listed(as_of=today, state="verifying", overdue="false") == [ids[0]]
        first = office.get("issues", as_of=day, limit=2).json
        assert first["next"]
        assert listed(as_of=day, limit=2, after=first["next"]) == [ids[0]]
        (item,) = office.get("issues", as_of=day, after=str(ids[1])).json["items"]
        assert (item["as_of"], item["state_label"], item["recorded_later"]) == (day, "登记", False)
        assert "version" not in item
        for args, field in (
            ({"q": "委托"}, "q"), ({"sort": "due_on"}, "sort"), ({"resp_post": "科长"}, "resp_post"),
            ({"state": "gone"}, "state"), ({"after": "x"}, "after"), ({"count": "true"}, "count"), ({"risk_point": 1}, "risk_point"),
        ):  # fmt: skip
            refused = office.get("issues", as_of=day, **args)
            assert (refused.status_code, refused.json["reasons"][0]["field"]) == (422, field)
        assert office.get("issues", as_of="2019-12-31").status_code == 404
        assert office.get("notices", as_of=day).json["reasons"][0]["field"] == "as_of"
        assert office.get("interviews", as_of=day).json == {"items": [], "next": None}
        assert as_user("dept_head_b").get("issues", as_of=day).json["items"] == []


def test_a_unit_as_of_a_day(as_user: AsUser, department: Department) -> None:
    with department.app.app_context():
        unit, day = department.unit("SK"), clock.today().isoformat()
        unit_id, name, parent = unit.id, unit.name, unit.parent
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False), department.app.app_context():
        organization.change_unit(department.unit("SK"), "水库运行处", unit.kind, parent)
        db.session.commit()
    with time_machine.travel(clock.now() + timedelta(days=4), tick=False):
        office, path = as_user("office"), f"units/{unit_id}"
        then = office.get(path, as_of=day).json
        assert (then["name"], then["code"], then["as_of"]) == (name, "SK", day)
        assert office.get(path, as_of=clock.today().isoformat()).json["name"] == "水库运行处"
        assert office.get(path).json["name"] == "水库运行处"
        assert office.get(path, as_of="2019-12-31").status_code == 404
        assert office.get(path, as_of="2026-02-30").json["reasons"][0]["field"] == "as_of"
