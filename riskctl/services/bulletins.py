"""What a 通报 of progress or of a look-back begins with: the figures of the ledger on the day of the draft."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, case, func, select

from riskctl import clock
from riskctl.documents.wording import official_date
from riskctl.extensions import db
from riskctl.models import Issue, Lookback, Unit
from riskctl.services.workdays import late_before
from riskctl.workflows import dictionaries as words
from riskctl.workflows.issue import SETTLED

# Of the units that are behind only so many are named.
_NAMED = 5
_NOT_ISSUED = ("draft", "verifying", "void", "transferred")


def begun(sort: str, unit: Unit) -> dict[str, Any]:
    """Title and parts of a 通报 of this kind about the unit and all below it."""
    if sort == "progress":
        return {"title": "关于问题整改进展情况的通报", **_progress(unit)}
    if sort == "lookback":
        return {"title": "关于整改“回头看”情况的通报", **_looked_back(unit)}
    return {"title": ""}


def _within(unit: Unit) -> ColumnElement[bool]:
    below = select(Unit.id).where(Unit.path.startswith(unit.path, autoescape=True))
    return Issue.unit_id.in_(below) & Issue.restricted.is_(False)


def _progress(unit: Unit) -> dict[str, Any]:
    today = clock.today()
    late = case((Issue.due_on < late_before(today), 1), else_=0)
    going = (
        select(Unit.path, func.count(), func.sum(late))
        .join(Unit, Unit.id == Issue.unit_id)
        .where(_within(unit), Issue.state.not_in((*SETTLED, *_NOT_ISSUED)))
    )
    rows: list[Any] = list(db.session.execute(going.group_by(Unit.path)))
    closed = db.session.scalar(
        select(func.count()).where(_within(unit), Issue.state.in_(("closed", "archived")))
    )
    behind = _ranked((row[0], int(row[2])) for row in rows if row[2])
    total = sum(behind.values())
    said = f"截至{official_date(today)}，已销号问题{closed}件，在办问题{sum(row[1] for row in rows)}件。"
    said += (
        f"在办问题中逾期未完成{total}件，涉及{len(behind)}个单位。" if behind else "在办问题均在规定期限内。"
    )
    return {
        "origin": "为推动问题整改按期完成，对近期问题整改进展情况进行了汇总。",
        "situation": said,
        "handling": _named(behind),
        "requirements": "在办问题的责任单位倒排时限，逐项推进，按月报告进展。\n"
        "逾期单位由主要负责同志亲自督办，说明原因，限期完成。\n已销号问题巩固成果，防止反弹。",
    }


def _named(behind: Counter[str]) -> str:
    if not behind:
        return ""
    first = "、".join(f"{name}{number}件" for name, number in behind.most_common(_NAMED))
    return f"逾期未完成问题由多到少依次为：{first}{'等' if len(behind) > _NAMED else ''}。"


def _ranked(pairs: Iterable[tuple[str, int]]) -> Counter[str]:
    """The numbers by the 处室 or 直属单位 to which each unit's path leads."""
    query = select(Unit.id, Unit.name).where(Unit.kind.in_(("department", "affiliated")))
    names = {row.id: row.name for row in db.session.execute(query)}
    found: Counter[str] = Counter()
    for path, number in sorted(pairs):
        name = next((names[int(part)] for part in path.split("/") if part and int(part) in names), "厅机关")
        found[name] += number
    return found


def _looked_back(unit: Unit) -> dict[str, Any]:
    query = (
        select(Lookback.result, func.count())
        .join(Issue, Issue.id == Lookback.issue_id)
        .where(_within(unit), Lookback.result.is_not(None))
    )
    rows: list[Any] = list(db.session.execute(query.group_by(Lookback.result)))
    counts = {row[0]: row[1] for row in rows}
    each = "、".join(
        f"{word}{counts[key]}件" for key, word in words.LOOKBACK_RESULTS.items() if key in counts
    )
    return {
        "origin": "按照整改“回头看”工作安排，对已销号问题进行了复查。",
        "situation": f"共复查已销号问题{sum(counts.values())}件，其中{each}。" if counts else "",
        "requirements": "复查结果为反弹、虚假、部分的，责任单位立即重新整改，并追究验收把关责任。\n"
        "各单位对照复查情况自查，巩固整改成果。",
    }
