"""What each step stamps on an issue before it moves; the table EFFECTS in issues.py says which step."""

from datetime import date
from typing import Any

from riskctl.models import Issue
from riskctl.services import audit, cases, deadlines, numbers, sustaining
from riskctl.services.kinds import Move
from riskctl.services.workdays import add_workdays


def planned(move: Move) -> None:
    """The measures typed in this step, each ready to take its completion and evidence."""
    if "measures" in move.data:
        move.record.measures = [_measure(item) for item in audit.plain(move.data["measures"])]


def _measure(item: dict[str, Any]) -> dict[str, Any]:
    return {"evidence_required": True, "done_on": None, "evidence": [], **item}


def verified(move: Move) -> None:
    """核定 is done; an edit from now on asks for it again. The rules under which the issue was opened give the
    due date unless one was typed: what changed since is for new cases."""
    issue = move.record
    issue.verified_at = move.now
    issue.rules_at = issue.rules_at or issue.created_at
    _set_due(issue, move, move.data.get("due_on"), deadlines.rectify_term(issue))


def _set_due(issue: Issue, move: Move, typed: date | None, term: int) -> None:
    """The day that the rule gives, counted again with a new calendar; another that was typed stands."""
    cases.count_due(issue, "due_on", move.today, term)
    if typed is not None and typed != issue.due_on:
        issue.due_on = typed
        cases.fix_due(issue)


def issued(move: Move) -> None:
    """交办: the date of the order, and the first due date that is kept for ever."""
    issue = move.record
    issue.issued_on = move.happened_on
    issue.due_original = issue.due_original or issue.due_on


def unverified(move: Move) -> None:
    """Back to 核定 or 登记: nothing that was ordered is in force any more."""
    move.record.verified_at = None
    move.record.issued_on = None
    move.record.received_on = None
    # The original due date is the first that was ever signed; a recalled one never came into force.
    if move.record.reopen_count == 0:
        move.record.due_original = None


def received(move: Move) -> None:
    """签收: the day, and for 立行立改 the measures."""
    move.record.received_on = move.data.get("received_on", move.today)
    planned(move)


def objected(move: Move) -> None:
    """An objection shows that the order arrived."""
    move.record.received_on = move.record.received_on or move.today


def progress(move: Move) -> None:
    """Completion and evidence of the one measure that the report is about; of 长期坚持 also the quarter's
    report."""
    if move.record.state == "sustaining" and (quarter := sustaining.reported(move.record, move.today)):
        move.data["quarter"] = quarter
    number = move.data.get("measure")
    if not number:
        return
    measures = [dict(measure) for measure in move.record.measures]
    measure = measures[number - 1]
    measure["evidence"] = [*measure.get("evidence", ()), *move.data.get("evidence", ())]
    if done := move.data.get("done_on"):
        measure["done_on"] = done.isoformat()
    move.record.measures = measures


def applied(move: Move) -> None:
    """申请销号: every measure is done, with the evidence that was added."""
    issue, given = move.record, move.data
    planned(move)  # an imported issue names its measures only here
    measures = []
    for number, measure in enumerate(issue.measures, 1):
        added = given.get(f"evidence_{number}", given.get("evidence", ()))
        done = measure.get("done_on") or move.today.isoformat()
        measures.append({**measure, "done_on": done, "evidence": [*measure.get("evidence", ()), *added]})
    issue.measures = measures


def taken_back(move: Move) -> None:
    """取回 of an application: what only it took for done is open again; evidence stays as it was given."""
    issue = move.record
    last = audit.history("issue", issue.id, limit=1)[-1]
    old = last.fields.get("measures", [None])[0]
    if issue.state == "unit_check" and old:
        done = [measure.get("done_on") for measure in old]
        issue.measures = [{**m, "done_on": day} for m, day in zip(issue.measures, done, strict=True)]


def accepted_directly(move: Move) -> None:
    """现场核销: what was seen done counts as done on that day."""
    issue, done = move.record, move.data["inspected_on"].isoformat()
    measures = issue.measures or [
        _measure({"text": move.data["measure"], "owner_post": issue.resp_post or ""})
    ]
    issue.measures = [{**measure, "done_on": measure.get("done_on") or done} for measure in measures]
    issue.outcome = "done"


def done_at_once(move: Move) -> None:
    """即知即改: a 一般 issue with the one measure that cured it."""
    issue, done = move.record, move.data["done_on"]
    issue.severity, issue.rectify_type = "general", "immediate"
    issue.due_on = issue.due_original = done
    issue.rules_at = issue.created_at
    measure = {"text": move.data["measure"], "owner_post": issue.resp_post or "", "due_on": done.isoformat()}
    issue.measures = [_measure({**measure, "done_on": done.isoformat(), "evidence_required": False})]
    issue.outcome = "done"


def passed(move: Move) -> None:
    """验收通过: the outcome, 公示 where the severity asks for it, the first evaluation of 长期坚持."""
    issue = move.record
    issue.outcome = "ongoing" if issue.rectify_type == "long_term" else "done"
    issue.publicity_until = None
    if issue.rectify_type == "long_term":
        issue.evaluation_due = sustaining.evaluation_due(move.today)
    if issue.rectify_type != "long_term" and issue.severity in ("serious", "grave"):
        term = deadlines.rule_of(issue, "issue_terms")["publicizing"]
        issue.publicity_until = add_workdays(move.today, term).on


def concluded(move: Move) -> None:
    """年度评估通过 turns 持续整改 into 已整改."""
    move.record.outcome = "done"


def closed(move: Move) -> None:
    """销号: the day and the number of the closing approval."""
    move.record.closed_on = move.happened_on
    year = move.happened_on.year
    move.record.closure_no = f"销号〔{year}〕{numbers.next_in(f'closure-{year}')}号"


def returned(move: Move) -> None:
    """退回整改: counted, with a new date that never comes before the present one."""
    issue = move.record
    issue.return_count += 1
    issue.outcome = None
    redo: date = move.data["redo_on"]
    if issue.due_on is None or redo > issue.due_on:
        _set_due(issue, move, redo, deadlines.rule_of(issue, "redo_term"))
    issue.due_original = issue.due_original or issue.due_on


def reopened(move: Move) -> None:
    """重新整改: counted, open again, with all measures to be done anew, past those who accepted it before;
    虚假整改 is judged outside the unit from now on (domain 3.7)."""
    issue = move.record
    # Noted with the step too: 谁验收、谁负责.
    move.data["accepted_before"] = _accepted(issue.acted)
    # First, for the last one is whom the case comes from.
    issue.acted = {"accepted_before": [], **issue.acted} | {"accepted_before": move.data["accepted_before"]}
    if move.data["reason_code"] == "sham":
        issue.sham_found_on = move.today
        issue.owner_level = "department"
    issue.evaluation_due = None
    issue.reopen_count += 1
    issue.closed_on = None
    issue.outcome = None
    issue.issued_on = move.today
    issue.received_on = None
    issue.measures = [{**measure, "done_on": None} for measure in issue.measures]
    _set_due(issue, move, move.data["due_on"], deadlines.rectify_term(issue))


def _accepted(acted: dict[str, list[int]]) -> list[int]:
    accepting = ("accepted_before", "pass_inspection", "accept_directly", "conclude")
    by = (acted.get(name, ()) for name in accepting)
    return list(dict.fromkeys(user_id for ids in by for user_id in ids))


def transferred(move: Move) -> None:
    """移送: the text is erased and the case locked to those who handle clues."""
    issue = move.record
    issue.restricted = True
    issue.title, issue.verbatim = "（已移送）", ""
    issue.source_doc = issue.requirement = issue.acceptance_standard = issue.goal = None
    issue.basis, issue.measures = [], []
    issue.verified_at = None


def back_from_transfer(move: Move) -> None:
    """不予移送: the case is an ordinary one again."""
    move.record.restricted = False
