"""What the forms about 整改问题 print up to its plan, all of it entered before: from the issue and its events."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from riskctl.extensions import db
from riskctl.models import Attachment, Issue, Notice, Unit
from riskctl.permissions import Role
from riskctl.services.document_facts.opinions import Acts, blank, by_office
from riskctl.workflows import dictionaries as words
from riskctl.workflows.notice import ORDERS

_SIGNED = ("signed", "sealed", "sent", "received", "replied", "archived")
# What the main head promises with his signature under the plan (domain 3.3).
_PROMISES = (
    "整改方案所列措施真实可行，本人亲自部署、亲自督促，对整改工作负总责。",
    "严格按照确定的时限完成整改，如实报告进展，所报材料和佐证真实、准确、完整。",
    "举一反三、标本兼治，不搞虚假整改、表面整改，整改结果经得起检查。",
)


def day(value: Any) -> str:
    """A day as tables print it; empty where there is none."""
    return value.isoformat() if value else ""


def _source(issue: Issue) -> str:
    # Units read the forms: nobody learns that someone complained (contract 5).
    return words.SOURCES["daily" if issue.source == "petition" else issue.source]


def _basis(clauses: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(
        f"《{c['document'].strip('《》')}》{c.get('number') or ''}{c.get('clause') or ''}"
        f"{'：' + c['text'] if c.get('text') else ''}"
        for c in clauses
    )


def numbered(lines: Sequence[str]) -> str:
    """Lines below one another, numbered when there are several."""
    return lines[0] if len(lines) == 1 else "\n".join(f"{n}.{line}" for n, line in enumerate(lines, 1))


def names_of(ids: Sequence[int]) -> list[str]:
    """The names of these files, in this order."""
    query = select(Attachment.id, Attachment.name).where(Attachment.id.in_(ids))
    found = {row.id: row.name for row in db.session.execute(query)}
    return [found[i] for i in ids if i in found]


def _order(issue: Issue) -> str:
    """The number of the notice in force by which the issue was ordered."""
    query = select(Notice.number).where(
        Notice.issues.any(Issue.id == issue.id), Notice.kind.in_(ORDERS), Notice.state.in_(_SIGNED)
    )
    return db.session.scalar(query.order_by(Notice.id.desc()).limit(1)) or ""


def head(issue: Issue) -> dict[str, Any]:
    """What every form about one issue begins with."""
    return {
        "unit": issue.unit.name, "resp_unit": issue.unit.name, "code": issue.code, "issue_code": issue.code,
        "title": issue.title, "source": _source(issue), "order": _order(issue), "on": "",
        "severity": words.SEVERITIES.get(issue.severity or "", ""), "standard": issue.acceptance_standard or "",
        "rectify_type": words.RECTIFY_TYPES.get(issue.rectify_type or "", ""), "due": _due(issue),
    }  # fmt: skip


def _due(issue: Issue) -> str:
    moved = issue.due_original and issue.due_original != issue.due_on
    return day(issue.due_on) + (f"（原定 {day(issue.due_original)}）" if moved else "")


def _verification(notice: Notice) -> dict[str, Any]:
    issue, acts = notice.issues[0], Acts(notice.issues[0])
    petition = issue.source == "petition"
    form = head(issue) | {
        "found_on": day(issue.found_on), "source_doc": "" if petition else issue.source_doc or "",
        "verbatim": issue.verbatim, "leader": issue.resp_leader_post or "", "post": issue.resp_post or "",
        "basis": _basis(issue.basis), "requirement": issue.requirement or "",
        "owner_level": words.OWNER_LEVELS[issue.owner_level],
        "screened": "已甄别，不属于问题线索" if acts.data("verify", "submit").get("not_clue") else "",
        "on": acts.day("verify"),
        "opinions": [
            acts.column("登记人", "submit"), acts.column("核定意见", "verify"), acts.column("负责人审批", "issue"),
        ],
    }  # fmt: skip
    return {"form": form}


def _problem_list(notice: Notice) -> dict[str, Any]:
    parent = db.session.get(Notice, notice.parent_id) if notice.parent_id else None
    rows = [
        [n, i.code, i.title, i.verbatim, i.requirement or "", day(i.due_on)]
        for n, i in enumerate(notice.issues, 1)
    ]
    number = (parent.number or parent.title) if parent else ""
    return {"form": {"unit": notice.unit.name, "parent": number, "problems": rows}}


def _objection(notice: Notice) -> dict[str, Any]:
    issue = notice.issues[0]
    acts = Acts(issue, since=("object",))
    answered = acts.of("uphold", "accept_objection")
    upheld = answered is not None and answered.event.trigger == "uphold"
    form = head(issue) | {
        "issued_on": day(issue.issued_on), "objected_on": acts.day("object"), "objected_by": acts.who("object"),
        "objection": acts.data("object").get("objection", ""),
        "enclosed": numbered(names_of(acts.data("object").get("attachments", ())) or [""]),
        "conclusion": "" if answered is None else "维持原认定" if upheld else "采纳异议，重新核定",
        "opinions": [acts.column("复核意见", "uphold", "accept_objection"), blank("负责人审批")],
    }  # fmt: skip
    return {"form": form}


def _plan(notice: Notice) -> dict[str, Any]:
    issues: list[Issue] = list(notice.issues)
    first, acts = issues[0], Acts(issues[0], since=("submit_plan",))
    form = head(first) | {
        "goal": _each(issues, "goal"), "standard": _each(issues, "acceptance_standard"),
        "on": acts.day("submit_plan"),
        "problems": [
            [n, i.code, _source(i), i.title, i.verbatim, words.SEVERITIES.get(i.severity or "", ""),
             words.RECTIFY_TYPES.get(i.rectify_type or "", "")]
            for n, i in enumerate(issues, 1)
        ],
        "tasks": _tasks(issues), "duties": _duties(issues),
        "opinions": [
            blank("责任单位主要负责人"), acts.told("单位纪委", _plan_agreed(acts, Role.UNIT_DISCIPLINE)),
            acts.column("审定意见", "approve_plan"),
        ],
    }  # fmt: skip
    return {"form": form}


def _plan_agreed(acts: Acts, role: Role) -> Any:
    return by_office(acts.agreed()).get(role)


def _each(issues: Sequence[Issue], name: str) -> str:
    texts = dict.fromkeys(getattr(issue, name) or "" for issue in issues)
    return numbered([text for text in texts if text] or [""])


def _tasks(issues: Sequence[Issue]) -> list[list[Any]]:
    measures = [(issue, measure) for issue in issues for measure in issue.measures]
    return [
        [n, i.code, m["text"], m.get("due_on") or day(i.due_on),
         "需提供" if m.get("evidence_required", True) else "不需要", (m.get("done_on") and f"{m['done_on']}完成") or ""]
        for n, (i, m) in enumerate(measures, 1)
    ]  # fmt: skip


def _duties(issues: Sequence[Issue]) -> list[list[Any]]:
    rows: list[list[Any]] = []
    for issue in issues:
        section = db.session.get(Unit, issue.section_id) if issue.section_id else None
        unit = f"{issue.unit.name} {section.name}" if section else issue.unit.name
        posts = dict.fromkeys([issue.resp_post or "", *(m.get("owner_post") or "" for m in issue.measures)])
        joint = "、".join(unit.name for unit in issue.joint_units)
        rows.append(
            [len(rows) + 1, issue.code, issue.resp_leader_post or "", unit, joint,
             "、".join(post for post in posts if post), day(issue.due_on)]
        )  # fmt: skip
    return rows


def _commitment(notice: Notice) -> dict[str, Any]:
    order = _order(notice.issues[0])
    about = f"依据{order}，我单位" if order else "我单位"
    titles = "、".join(f"“{issue.title}”" for issue in notice.issues)
    form = {
        "unit": notice.unit.name, "to": notice.issuer.name, "signer": "主要负责人签名", "promises": list(_PROMISES),
        "opening": f"{about}对{titles}问题制定了整改方案。本人作为整改第一责任人，",
    }  # fmt: skip
    return {"form": form}


FACTS = {
    "verification_form": _verification,
    "problem_list": _problem_list,
    "objection_opinion": _objection,
    "rectification_plan": _plan,
    "commitment": _commitment,
}
