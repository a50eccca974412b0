"""Who may do what: roles and the permissions of each. On whom a workflow step falls says ladders.py.

Source: domain 1.2 (permission matrix) and 1.3 (separation of duties). Pure: no Flask, no SQLAlchemy.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The offices that a person can hold in a unit."""

    POST = "post"
    DEPT_HEAD = "dept_head"
    COMMISSIONER = "commissioner"
    UNIT_DISCIPLINE = "unit_discipline"
    LEADER = "leader"
    SECRETARY = "secretary"
    OFFICE = "office"
    OFFICE_HEAD = "office_head"
    RESIDENT = "resident"
    AUDITOR = "auditor"
    SYSADMIN = "sysadmin"
    SECADMIN = "secadmin"
    AUDITADMIN = "auditadmin"


ROLE_LABELS = {
    Role.POST: "经办人",
    Role.DEPT_HEAD: "部门负责人",
    Role.COMMISSIONER: "支部纪检委员",
    Role.UNIT_DISCIPLINE: "单位纪委",
    Role.LEADER: "分管领导",
    Role.SECRETARY: "党组书记",
    Role.OFFICE: "机关纪委",
    Role.OFFICE_HEAD: "机关纪委书记",
    Role.RESIDENT: "驻厅纪检监察组",
    Role.AUDITOR: "巡察/审计",
    Role.SYSADMIN: "系统管理员",
    Role.SECADMIN: "安全管理员",
    Role.AUDITADMIN: "审计管理员",
}

# SOD-7: the three administrators exclude each other and hold no business role.
ADMINISTRATORS = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN})
BUSINESS = frozenset(Role) - ADMINISTRATORS


class Permission(StrEnum):
    """What a route needs; a step needs a Duty instead."""

    CASE_VIEW = "case_view"
    RISK_POINT_CREATE = "risk_point_create"
    RISK_POINT_EDIT = "risk_point_edit"
    RISK_POINT_IMPORT = "risk_point_import"
    RISK_POINT_IMPORT_IN_FORCE = "risk_point_import_in_force"
    CHANGE_DECIDE = "change_decide"
    ISSUE_REGISTER = "issue_register"
    ISSUE_EDIT = "issue_edit"
    ISSUE_CORRECT = "issue_correct"
    ISSUE_IMPORT = "issue_import"
    CAMPAIGN_MANAGE = "campaign_manage"
    SELF_CHECK_SEND = "self_check_send"
    INTERVIEW_PROPOSE = "interview_propose"
    INTERVIEW_EDIT = "interview_edit"
    INTERVIEW_VIEW = "interview_view"
    NOTICE_DRAFT = "notice_draft"
    MONITORING_KEEP = "monitoring_keep"
    CHECK_RECORD = "check_record"
    INSPECTION_RECORD = "inspection_record"
    WARNING_OPEN = "warning_open"
    WARNING_OPEN_FORMAL = "warning_open_formal"
    WARNING_PROPOSE = "warning_propose"
    CLUE_VIEW = "clue_view"
    DRAFT_VIEW = "draft_view"
    ORGANIZATION_VIEW = "organization_view"
    ACCOUNT_MANAGE = "account_manage"
    ROLE_GRANT = "role_grant"
    AUDIT_VIEW = "audit_view"
    CALENDAR_MANAGE = "calendar_manage"
    RULE_MANAGE = "rule_manage"
    TEMPLATE_MANAGE = "template_manage"
    ZERO_REPORT_ANSWER = "zero_report_answer"
    SUGGESTION_DECIDE = "suggestion_decide"
    DELIVERY_MANAGE = "delivery_manage"
    CHANGE_REPORT = "change_report"
    ANNUAL_LEDGER_CORRECT = "annual_ledger_correct"
    COLOUR_OVERRIDE = "colour_override"
    LEDGER_EXPORT = "ledger_export"
    MINUTES_RECORD = "minutes_record"
    VIEW_SHARE = "view_share"
    BASIS_MANAGE = "basis_manage"
    ISSUER_MANAGE = "issuer_manage"


_P = Permission
_R = Role
GRANTS: dict[Permission, frozenset[Role]] = {
    _P.CASE_VIEW: BUSINESS,
    _P.RISK_POINT_CREATE: frozenset({_R.POST, _R.DEPT_HEAD, _R.COMMISSIONER, _R.OFFICE}),
    _P.RISK_POINT_EDIT: frozenset({_R.POST, _R.DEPT_HEAD, _R.COMMISSIONER, _R.OFFICE}),
    _P.RISK_POINT_IMPORT: frozenset({_R.POST, _R.DEPT_HEAD, _R.COMMISSIONER, _R.UNIT_DISCIPLINE, _R.OFFICE}),
    _P.RISK_POINT_IMPORT_IN_FORCE: frozenset({_R.OFFICE}),
    _P.CHANGE_DECIDE: frozenset({_R.OFFICE}),
    _P.MONITORING_KEEP: frozenset({_R.POST, _R.DEPT_HEAD, _R.COMMISSIONER, _R.UNIT_DISCIPLINE, _R.OFFICE}),
    # A post checks itself; whoever inspects it comes from beside or above.
    _P.CHECK_RECORD: frozenset(
        {_R.POST, _R.DEPT_HEAD, _R.COMMISSIONER, _R.UNIT_DISCIPLINE, _R.OFFICE, _R.OFFICE_HEAD, _R.RESIDENT}
    ),
    _P.INSPECTION_RECORD: frozenset(
        {_R.COMMISSIONER, _R.UNIT_DISCIPLINE, _R.OFFICE, _R.OFFICE_HEAD, _R.RESIDENT}
    ),
    _P.WARNING_OPEN: frozenset({_R.UNIT_DISCIPLINE, _R.OFFICE, _R.OFFICE_HEAD, _R.RESIDENT}),
    _P.WARNING_OPEN_FORMAL: frozenset({_R.OFFICE, _R.OFFICE_HEAD, _R.RESIDENT}),
    _P.WARNING_PROPOSE: frozenset(
        {_R.COMMISSIONER, _R.UNIT_DISCIPLINE, _R.OFFICE, _R.OFFICE_HEAD, _R.RESIDENT}
    ),
    _P.ISSUE_REGISTER: frozenset({_R.COMMISSIONER, _R.UNIT_DISCIPLINE, _R.OFFICE, _R.RESIDENT, _R.AUDITOR}),
    _P.ISSUE_EDIT: frozenset(
        {_R.POST, _R.DEPT_HEAD, _R.COMMISSIONER, _R.UNIT_DISCIPLINE, _R.OFFICE, _R.RESIDENT, _R.AUDITOR}
    ),
    _P.ISSUE_CORRECT: frozenset({_R.OFFICE}),
    _P.ISSUE_IMPORT: frozenset({_R.OFFICE}),
    _P.CAMPAIGN_MANAGE: frozenset({_R.OFFICE, _R.RESIDENT}),
    _P.SELF_CHECK_SEND: frozenset({_R.OFFICE, _R.UNIT_DISCIPLINE}),
    _P.INTERVIEW_PROPOSE: frozenset(
        {_R.COMMISSIONER, _R.UNIT_DISCIPLINE, _R.LEADER, _R.SECRETARY, _R.OFFICE, _R.RESIDENT}
    ),
    _P.INTERVIEW_EDIT: frozenset({_R.COMMISSIONER, _R.UNIT_DISCIPLINE, _R.OFFICE, _R.RESIDENT}),
    _P.INTERVIEW_VIEW: frozenset(
        {_R.UNIT_DISCIPLINE, _R.LEADER, _R.SECRETARY, _R.OFFICE, _R.OFFICE_HEAD, _R.RESIDENT, _R.AUDITOR}
    ),
    _P.NOTICE_DRAFT: frozenset({_R.OFFICE, _R.UNIT_DISCIPLINE, _R.RESIDENT}),
    _P.CLUE_VIEW: frozenset({_R.OFFICE, _R.OFFICE_HEAD, _R.RESIDENT}),
    _P.DRAFT_VIEW: frozenset(
        {_R.COMMISSIONER, _R.UNIT_DISCIPLINE, _R.LEADER, _R.SECRETARY, _R.OFFICE, _R.OFFICE_HEAD, _R.RESIDENT}
    ),
    _P.ORGANIZATION_VIEW: frozenset(Role),
    _P.ACCOUNT_MANAGE: frozenset({_R.SYSADMIN}),
    _P.ROLE_GRANT: frozenset({_R.SECADMIN}),
    _P.AUDIT_VIEW: frozenset({_R.AUDITOR, _R.AUDITADMIN, _R.OFFICE, _R.OFFICE_HEAD, _R.RESIDENT}),
    _P.CALENDAR_MANAGE: frozenset({_R.SYSADMIN, _R.OFFICE}),
    _P.RULE_MANAGE: frozenset({_R.OFFICE, _R.OFFICE_HEAD}),
    # 系统管理员 keeps the templates, 机关纪委 their wording.
    _P.TEMPLATE_MANAGE: frozenset({_R.SYSADMIN, _R.OFFICE, _R.OFFICE_HEAD}),
    _P.ZERO_REPORT_ANSWER: frozenset({_R.DEPT_HEAD, _R.COMMISSIONER, _R.UNIT_DISCIPLINE}),
    _P.SUGGESTION_DECIDE: frozenset({_R.OFFICE, _R.OFFICE_HEAD}),
    _P.DELIVERY_MANAGE: frozenset({_R.SYSADMIN}),
    # 机关纪委 for a unit whose post is vacant.
    _P.CHANGE_REPORT: frozenset({_R.DEPT_HEAD, _R.UNIT_DISCIPLINE, _R.OFFICE}),
    _P.ANNUAL_LEDGER_CORRECT: frozenset({_R.OFFICE, _R.OFFICE_HEAD}),
    _P.COLOUR_OVERRIDE: frozenset({_R.OFFICE, _R.OFFICE_HEAD}),
    _P.LEDGER_EXPORT: BUSINESS - {_R.POST},
    _P.MINUTES_RECORD: frozenset({_R.OFFICE}),
    # Who looks over the whole department shares how he looks at it.
    _P.VIEW_SHARE: frozenset({_R.OFFICE, _R.OFFICE_HEAD, _R.RESIDENT, _R.AUDITOR}),
    _P.BASIS_MANAGE: frozenset({_R.OFFICE, _R.OFFICE_HEAD}),
    _P.ISSUER_MANAGE: frozenset({_R.SYSADMIN, _R.OFFICE, _R.OFFICE_HEAD}),
}


@dataclass(frozen=True)
class Actor:
    """Who is acting: his id, and each role with the ids of the units that it covers (None: all)."""

    user_id: int
    name: str
    grants: tuple[tuple[Role, frozenset[int] | None], ...] = ()

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(role for role, _ in self.grants)

    def units(self, permission: Permission) -> frozenset[int] | None:
        """The units over which the actor has the permission; None means all of them."""
        return self.units_of(GRANTS[permission])

    def units_of(self, roles: Collection[Role]) -> frozenset[int] | None:
        """The units that these roles of the actor cover; None means all of them."""
        covered: set[int] = set()
        for role, units in self.grants:
            if role in roles:
                if units is None:
                    return None
                covered |= units
        return frozenset(covered)


def allowed(actor: Actor, permission: Permission, unit_id: int | None = None) -> bool:
    """Whether the actor has the permission over the unit, or, without a unit, over any."""
    units = actor.units(permission)
    if units is None:
        return True
    return bool(units) if unit_id is None else unit_id in units
