"""The demo department as tests use it: who is who, and cases brought into a state by real steps."""

import io
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import Case, Issue, RiskPoint, Unit
from riskctl.permissions import Actor
from riskctl.services import accounts, attachments, audit, check_cycles, issues, numbers, transitions
from riskctl.services.transitions import CaseRef
from riskctl.services.workdays import add_workdays

PASSWORD = "Test-only-2026"  # plainly marked, for test databases only
BASIS = [{"document": "廉政风险防控管理办法", "clause": "第十二条"}]


class Department:
    """Reads and acts in the application context that is open; a test with a client opens its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def actor(self, username: str) -> Actor:
        return accounts.actor_of(accounts.find(username))

    def unit(self, code: str) -> Unit:
        return db.session.scalars(select(Unit).where(Unit.code == code)).one()

    def token(self, username: str) -> str:
        """An API token; opens a context of its own."""
        with self.app.app_context():
            return accounts.create_token(accounts.find(username))

    def issue(self, unit: str = "SK", by: str = "office", **fields: Any) -> Issue:
        """A registered issue."""
        data = {
            "unit_id": self.unit(unit).id, "source": "special_check", "title": "小额项目未经比选直接委托",
            "verbatim": "检查发现4项小额项目未经比选直接委托同一单位实施。",
            "found_on": clock.today() - timedelta(days=3), **fields,
        }  # fmt: skip
        return issues.create(self.actor(by), data)

    def point(self, unit: str = "SK", level: str = "medium", **fields: Any) -> RiskPoint:
        """A point in the ledger, as an import leaves it."""
        office, own = self.actor("office").user_id, self.unit(unit)
        scores = {"high": (4, 4), "medium": (3, 3), "low": (1, 2)}[level]
        values = {
            "title": "小额项目直接指定", "post": "维修养护岗", "power_item": "维修养护项目发包", "category": "process",
            "manifestation": "直接指定", "measures": [{"text": "限额以下比选"}], "resp_post": "维养岗",
            "resp_leader_post": "分管领导", "likelihood": scores[0], "impact": scores[1], **fields,
        }  # fmt: skip
        point = RiskPoint(
            **values, unit=own, code=numbers.case_codes("LF", own)[0], state="active", level=level,
            computed_level=level, created_by_id=office, acted={"create": [office]},
        )  # fmt: skip
        check_cycles.schedule(point, clock.today())
        db.session.add(point)
        db.session.flush()
        audit.append_founding([point], trigger="import", actor_id=office)
        db.session.commit()
        return point

    def watched(self, point: RiskPoint) -> Mapping[str, Any]:
        """What 单位审核通过 collects of the first indicator: a 中 or 高 point must have one (domain 4.1)."""
        low = point.computed_level == "low"
        return {} if low else {"indicator_name": "投诉数", "indicator_yellow": "3"}

    def take(self, username: str, case: Case, trigger: str, **data: Any) -> Any:
        """Take a step as this person."""
        ref = CaseRef(case.CASE_TYPE, case.id)
        return transitions.fire(self.actor(username), ref, trigger, data, version=case.version)

    def verified(self, **changes: Any) -> Mapping[str, Any]:
        """What 核定 collects."""
        return {
            "severity": "general", "rectify_type": "deadline",
            "due_on": add_workdays(clock.today(), 30).on.isoformat(), "basis": BASIS,
            "requirement": "查明原因，逐项整改，完善制度。", "acceptance_standard": "问题逐项纠正，制度执行到位。",
            "resp_leader_post": "单位主要负责人", "not_clue": True, **changes,
        }  # fmt: skip

    def issued(self, unit: str = "SK", **changes: Any) -> Issue:
        """An issue whose 整改通知书 was signed."""
        issue = self.issue(unit)
        self.take("office", issue, "submit", not_clue=True)
        self.take("office2", issue, "verify", **self.verified(**changes))
        self.take("office_head", issue, "issue")
        return issue

    def closed(self, unit: str = "SK", **changes: Any) -> Issue:
        """An issue that was rectified, accepted and closed by those whose duty it is (SK only)."""
        today = clock.today().isoformat()
        issue = self.issued(unit, **changes)
        self.take("dept_head", issue, "sign_receipt", receiver="主要负责人", received_on=today)
        measure = {"text": "修订制度", "owner_post": "科长", "due_on": today, "evidence_required": False}
        self.take("dept_head", issue, "submit_plan", goal="整改到位", measures=[measure], commitment=True)
        self.take("leader", issue, "approve_plan")
        affirmed = ("measures_done", "violations_handled", "result_meets", "same_kind_fixed", "mechanism_set")
        self.take(
            "dept_head",
            issue,
            "apply_closure",
            self_check="已完成",
            leader_signed=True,
            **dict.fromkeys(affirmed, True),
        )
        self.take("unit_discipline", issue, "pass_unit_check", opinion="同意", no_conflict=True)
        inspectors = [self.actor(name).user_id for name in ("office", "office2")]
        self.take(
            "office", issue, "pass_inspection", inspectors=inspectors, inspected_on=today, method="on_site",
            finding="属实", no_conflict=True,
        )  # fmt: skip
        self.take("office_head", issue, "close")
        return issue

    def evidence(self, username: str) -> list[int]:
        """An uploaded file of this person, as the ids that an input takes."""
        stored = attachments.store(self.actor(username).user_id, "佐证.pdf", io.BytesIO(b"%PDF-1.7\n%%EOF\n"))
        return [stored.id]

    def receive(self, issue: Issue, by: str = "dept_head", **data: Any) -> Any:
        """签收 today."""
        today = clock.today().isoformat()
        return self.take(by, issue, "sign_receipt", received_on=today, receiver="主要负责人", **data)

    def planned(self, **changes: Any) -> Issue:
        """An issue whose plan 分管领导 approved; its one measure asks for evidence."""
        issue = self.issued(**changes)
        self.receive(issue)
        measure = {"text": "修订制度", "owner_post": "科长", "due_on": clock.today().isoformat()}
        self.take("dept_head", issue, "submit_plan", goal="整改到位", measures=[measure], commitment=True)
        self.take("secretary" if issue.severity == "grave" else "leader", issue, "approve_plan")
        return issue

    def apply(self, issue: Issue, by: str = "dept_head") -> Any:
        """申请销号, with the five standards and evidence where it is asked for."""
        standards = (
            "measures_done",
            "violations_handled",
            "result_meets",
            "same_kind_fixed",
            "mechanism_set",
        )
        needed = {
            f"evidence_{n}": self.evidence(by)
            for n, m in enumerate(issue.measures, 1)
            if not m.get("evidence")
        }
        data = {**dict.fromkeys(standards, True), "self_check": "已完成", "leader_signed": True, **needed}
        return self.take(by, issue, "apply_closure", **data)

    def check(self, issue: Issue, by: str = "unit_discipline") -> Any:
        """初审通过."""
        return self.take(by, issue, "pass_unit_check", opinion="情况属实", no_conflict=True)

    def inspect(
        self, issue: Issue, by: str = "office", inspectors: tuple[str, str] = ("resident", "auditor")
    ) -> Any:
        """验收通过 by two named inspectors."""
        ids = [self.actor(username).user_id for username in inspectors]
        today = clock.today().isoformat()
        found = {"inspected_on": today, "method": "on_site", "finding": "整改到位", "no_conflict": True}
        return self.take(by, issue, "pass_inspection", inspectors=ids, **found)
