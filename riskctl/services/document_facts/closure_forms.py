"""What the forms from 验收 on print: acceptance, closing, look-back, and beside them 延期 and 移送."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from riskctl.documents.sheets import Cell, shared
from riskctl.extensions import db
from riskctl.models import Extension, Issue, Lookback, Notice
from riskctl.permissions import Role
from riskctl.services.document_facts.issue_forms import day, head, names_of, numbered
from riskctl.services.document_facts.opinions import Acts, blank, by_office
from riskctl.workflows import dictionaries as words
from riskctl.workflows.issue_inputs import STANDARDS

_METHODS = {"on_site": "现场核查", "documents": "资料核查"}


def _inspection(notice: Notice) -> dict[str, Any]:
    issue = notice.issues[0]
    acts = Acts(issue, since=("apply_closure",))
    step = ("pass_inspection", "accept_directly")
    data, passed = acts.data(*step), acts.of(*step)
    people = data.get("inspectors") or ([passed.event.actor_id] if passed else [])
    form = head(issue) | {
        "inspected_on": data.get("inspected_on", ""), "inspected_on_iso": data.get("inspected_on", ""),
        "method": _METHODS.get(data.get("method", ""), "现场核查" if passed else ""),
        "measures": _evidence_rows(issue), "sample_note": data.get("sample_note") or "",
        "photos": numbered(names_of(data.get("photos") or ()) or [""]), "finding": data.get("finding", ""),
        "outcome": words.OUTCOMES.get(issue.outcome or "", ""),
        "no_conflict": "验收人无应当回避的情形" if data.get("no_conflict") else "",
        "inspectors": acts.people(people) or ["", ""], "on": data.get("inspected_on", ""),
    }  # fmt: skip
    return {"form": form}


def _evidence_rows(issue: Issue) -> list[list[Any]]:
    return [
        [n, m["text"], m.get("owner_post") or "", m.get("done_on") or "",
         "\n".join(names_of(m.get("evidence") or ()))]
        for n, m in enumerate(issue.measures, 1)
    ]  # fmt: skip


def _closure(notice: Notice) -> dict[str, Any]:
    issue = notice.issues[0]
    acts = Acts(issue, since=("apply_closure", "record_done", "accept_directly"))
    applied = acts.data("apply_closure")
    opinions = _closing(acts)
    evidence = [name for m in issue.measures for name in names_of(m.get("evidence") or ())]
    form = head(issue) | {
        "standards": [{"label": s.label, "met": bool(applied.get(s.name))} for s in STANDARDS],
        "closure_no": issue.closure_no or "", "closed_on": day(issue.closed_on), "opinions": opinions,
        "sheet": _sheet(issue, opinions, evidence),
        "on": acts.day("apply_closure", "record_done", "accept_directly"),
    }  # fmt: skip
    return {"form": form}


# What the page has left when every column has its least height, in lines of 10.5 pt.
_LINES = 14


def _sheet(issue: Issue, opinions: Sequence[Mapping[str, str]], evidence: Sequence[str]) -> dict[str, Any]:
    """The texts of the one page and of its 附页."""
    said = [Cell(o["label"], o["text"], 24, 2 if len(o["by"]) < 20 else 1) for o in opinions]
    listed = Cell("佐证清单", "；".join(f"{n}.{name}" for n, name in enumerate(evidence, 1)), 37, 1)
    texts, rest = shared([Cell("问题", issue.title, 37, 1), listed, *said], _LINES)
    return {
        "title": texts[0],
        "evidence": texts[1],
        "opinions": texts[2:],
        "rest": [list(pair) for pair in rest],
    }


def _closing(acts: Acts) -> list[dict[str, str]]:
    """The columns in the order of domain 3.4; who decided jointly stands in the column of his office."""
    inspected = acts.of("pass_inspection", "accept_directly", "conclude")
    group = acts.told("验收组意见", inspected)
    if inspected is not None:
        ids = inspected.data.get("inspectors") or [inspected.event.actor_id]
        group["by"] = "、".join(acts.people(ids))
    closed = [view for view in acts.views if view.event.trigger == "close"]
    decided = by_office([*acts.agreed(), *closed])
    office = decided.get(Role.OFFICE_HEAD) or decided.get(Role.OFFICE)
    columns = [
        acts.column("单位自查意见", "apply_closure", "record_done", text=_self_check(acts)),
        acts.told("单位纪委初审", acts.of("pass_unit_check") or decided.get(Role.UNIT_DISCIPLINE)),
        group,
        acts.told("分管领导", decided.get(Role.LEADER)),
        acts.told("机关纪委", office),
        acts.told("党组", decided.get(Role.SECRETARY)),
    ]
    return [_minuted(acts, column) for column in columns]


def _self_check(acts: Acts) -> str:
    data = acts.data("apply_closure", "record_done")
    return str(data.get("self_check") or data.get("measure") or "")


def _minuted(acts: Acts, column: dict[str, str]) -> dict[str, str]:
    minutes = acts.data("close").get("minute_no")
    if column["label"] == "党组" and minutes:
        column["text"] = f"{column['text']}（会议纪要：{minutes}）".lstrip()
    return column


def _extension(notice: Notice) -> dict[str, Any]:
    issue = notice.issues[0]
    found = _latest(Extension, issue)
    if found is None:
        return {"form": head(issue) | _NO_EXTENSION}
    acts = Acts(found)
    new = {item["measure"]: item.get("due_on") or "随整改期限" for item in found.milestones}
    form = head(issue) | {
        "ordinal": f"第{found.ordinal}次", "workdays": f"{found.workdays}个工作日", "code": found.code,
        "due_original": day(found.due_original), "due_before": day(found.due_before),
        "due_asked": day(found.due_asked), "due_granted": day(found.due_granted), "decided_on": day(found.decided_on),
        "reason_code": words.EXTENSION_REASONS[found.reason_code], "reason": found.reason,
        "milestones": [
            [n, m["text"], m.get("owner_post") or "", "" if found.decided_on else m.get("due_on") or "", new[number]]
            for n, (number, m) in enumerate(((k, m) for k, m in enumerate(issue.measures, 1) if k in new), 1)
        ],
        "opinions": [
            acts.told("申请单位意见", _asked(found, acts), "提交申请"),
            acts.column("单位纪委审核", "check"), acts.column("审批意见", "approve", "reject"),
        ],
        "on": acts.day("submit", "create"),
    }  # fmt: skip
    return {"form": form}


def _asked(found: Extension, acts: Acts) -> Any:
    # What the 部门负责人 asks himself is asked as it is made.
    return acts.of("submit") or (acts.of("create") if found.state != "draft" else None)


_NO_EXTENSION = {
    **dict.fromkeys(
        ("ordinal", "workdays", "due_original", "due_before", "due_asked", "due_granted", "decided_on",
         "reason_code", "reason"), ""),
    "milestones": [],
    "opinions": [blank("申请单位意见"), blank("单位纪委审核"), blank("审批意见")],
}  # fmt: skip


def _latest(model: type[Any], issue: Issue) -> Any:
    query = select(model).where(model.issue_id == issue.id).order_by(model.id.desc()).limit(1)
    return db.session.scalars(query).first()


def _lookback(notice: Notice) -> dict[str, Any]:
    issue = notice.issues[0]
    found: Lookback | None = _latest(Lookback, issue)
    results = list(words.LOOKBACK_RESULTS.values())
    form = head(issue) | {
        "closed_on": day(issue.closed_on), "closure_no": issue.closure_no or "", "results": results,
        **(_NO_LOOKBACK if found is None else _looked_back(found)),
    }  # fmt: skip
    return {"form": form}


_NO_LOOKBACK = {
    **dict.fromkeys(
        ("campaign", "checked_on", "checked_on_iso", "check_due", "finding", "result", "evidence", "supplement",
         "supplement_report"), ""),
    "code": "", "answers": [], "inspectors": ["", ""], "opinions": [blank("组织单位意见")],
}  # fmt: skip


def _looked_back(found: Lookback) -> dict[str, Any]:
    acts = Acts(found)
    return {
        "campaign": found.campaign_title, "code": found.code, "checked_on": day(found.checked_on),
        "checked_on_iso": day(found.checked_on), "check_due": day(found.check_due), "finding": found.finding or "",
        "result": words.LOOKBACK_RESULTS.get(found.result or "", ""),
        "answers": [[n, a["question"], a["answer"]] for n, a in enumerate(found.answers, 1)],
        "evidence": numbered(names_of(acts.data("check").get("evidence") or ()) or [""]),
        "supplement": found.supplement or "", "supplement_report": found.supplement_report or "",
        "inspectors": acts.people(found.inspectors) or ["", ""], "on": day(found.checked_on),
        "opinions": [acts.column("组织单位意见", "confirm", "reopen")],
    }  # fmt: skip


def _transfer(notice: Notice) -> dict[str, Any]:
    # No content (domain 4.5): the code and the kind of reason, counts by hand when it is handed over.
    rows = []
    for number, issue in enumerate(notice.issues, 1):
        reason = Acts(issue).data("transfer").get("reason_code", "")
        rows.append([number, issue.code, words.TRANSFER_REASONS.get(reason, ""), "", "", ""])
    return {"form": {"unit": notice.issuer.name, "entries": rows}}


FACTS = {
    "inspection_record": _inspection,
    "closure_approval": _closure,
    "extension_application": _extension,
    "lookback_record": _lookback,
    "transfer_list": _transfer,
}
