"""年度复核: opening the reviews of a year, confirming, countersigning, and what becomes of each point."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from riskctl import clock
from riskctl.extensions import db
from riskctl.models import AnnualReview, RiskPoint, Unit
from riskctl.permissions import Actor, Role
from riskctl.services import audit, numbers, once, people, risk_point_changes, rules, system_account
from riskctl.services.directory import directory
from riskctl.services.duties import Roster
from riskctl.services.facts import COMMON
from riskctl.services.kinds import CaseKind, Move
from riskctl.services.scope import visible
from riskctl.workflows.annual_review import ANNUAL_REVIEW, RESULTS, STATES
from riskctl.workflows.risk_point import IN_LEDGER, STATES as POINT_STATES

_REVIEWED_IN = ("active", "warned", "rectifying")


# --- opening -------------------------------------------------------------------------------------


def open_due(at: datetime) -> int:
    """The tick's round: in December, from the day of the rule on, the reviews of the year are opened."""
    today = clock.local(at).date()
    if today.month < 12 or today.day < rules.value("annual_review_opens"):
        return 0
    return open_year(today.year)


def open_year(year: int) -> int:
    """Open a review for each unit that answers for points, once; how many. Commits."""
    if not once.claim(f"annual_review:{year}"):
        db.session.rollback()
        return 0
    made = [_new(unit, year) for unit in _answering()]
    db.session.add_all(made)
    db.session.flush()
    if made:
        audit.append_founding(made, trigger="create", actor_id=made[0].created_by_id)
    db.session.commit()
    return len(made)


def _answering() -> list[Unit]:
    query = select(RiskPoint.unit_id).where(RiskPoint.state.in_(IN_LEDGER)).distinct()
    found = {directory().answering(unit_id) for unit_id in db.session.scalars(query)}
    return list(db.session.scalars(select(Unit).where(Unit.id.in_(found)).order_by(Unit.id)))


def _new(unit: Unit, year: int) -> AnnualReview:
    due = date(year, 12, 31)
    system = system_account.user_id()
    return AnnualReview(
        code=numbers.case_codes("FH", unit)[0], state=ANNUAL_REVIEW.initial, unit_id=unit.id, unit=unit, year=year,
        due_on=due, step_due_on=due, created_by_id=system, acted={}, results=[], on_paper=False,
    )  # fmt: skip


# --- the points of a review ----------------------------------------------------------------------


@dataclass(frozen=True)
class Reviewed:
    """One point on the page of a review: what may be said of it, and what was."""

    point: RiskPoint
    state_label: str
    changeable: bool
    result: str = "keep"
    reason: str = ""

    @property
    def result_label(self) -> str:
        """The result in the office's word."""
        return RESULTS[self.result]


def points_of(review: AnnualReview) -> list[RiskPoint]:
    """The points that are in the ledger now and for which the unit answers, in order of their codes."""
    units = directory().answered_by(review.unit_id)
    query = select(RiskPoint).where(RiskPoint.unit_id.in_(units), RiskPoint.state.in_(IN_LEDGER))
    return list(db.session.scalars(query.options(joinedload(RiskPoint.unit)).order_by(RiskPoint.code)))


def shown(review: AnnualReview) -> list[Reviewed]:
    """The page's rows: before the confirmation the points as they stand, then those that were confirmed."""
    if review.state == ANNUAL_REVIEW.initial:
        return [_reviewed(point) for point in points_of(review)]
    points = _by_id(review)
    return [
        _reviewed(points[item["risk_point_id"]], item["result"], item["reason"]) for item in review.results
    ]


def _reviewed(point: RiskPoint, result: str = "keep", reason: str = "") -> Reviewed:
    return Reviewed(point, POINT_STATES[point.state], point.state == "active", result, reason)


def _by_id(review: AnnualReview, *, lock: bool = False) -> dict[int, RiskPoint]:
    ids = [item["risk_point_id"] for item in review.results]
    query = select(RiskPoint).where(RiskPoint.id.in_(ids)).options(joinedload(RiskPoint.unit, innerjoin=True))
    if lock:
        query = query.options(selectinload(RiskPoint.proposals)).with_for_update(of=RiskPoint)
        query = query.order_by(RiskPoint.id).execution_options(populate_existing=True)
    return {point.id: point for point in db.session.scalars(query)}


# --- what the steps do ---------------------------------------------------------------------------


def confirmed(move: Move) -> None:
    """部门确认: what was said of each point, 维持 for all that were not named."""
    review = move.record
    _take_results(move)
    review.confirmed_by_id, review.confirmed_on = move.actor.user_id, move.today


def countersigned(move: Move) -> None:
    """会签 by another than who confirmed."""
    move.record.countersigned_by_id, move.record.countersigned_on = move.actor.user_id, move.today


def sent_back(move: Move) -> None:
    """退回 and 取回: the confirmation is void, the points are to be looked through again."""
    review = move.record
    review.results, review.confirmed_by_id, review.confirmed_on = [], None, None


def recorded(move: Move) -> None:
    """A form signed on paper counts from the day on which it was signed."""
    review, data = move.record, move.data
    _take_results(move)
    review.confirmed_by_id, review.countersigned_by_id = data["confirmed_by"], data["countersigned_by"]
    review.confirmed_on = review.countersigned_on = data["signed_on"]
    review.on_paper = True


def _take_results(move: Move) -> None:
    said = {row["point"]: row for row in move.data.get("exceptions") or ()}
    move.record.results = [
        {
            "risk_point_id": point.id,
            "result": said[point.id]["result"] if point.id in said else "keep",
            "reason": said[point.id]["reason"] if point.id in said else "",
        }
        for point in points_of(move.record)
    ]


def settled(move: Move) -> None:
    """Each point goes its way: 复核维持, or a review of its own, for a removal with the proposal in it. What
    left these states meanwhile has such a review already."""
    review = move.record
    points = _by_id(review, lock=True)
    for item in review.results:
        point = points[item["risk_point_id"]]
        if item["result"] == "keep" and point.state in _REVIEWED_IN:
            move.inner(point, "affirm", {"result": f"{review.year}年度复核维持（{review.code}）"})
        elif item["result"] != "keep" and point.state == "active":
            _open_one(move, point, item)


def _open_one(move: Move, point: RiskPoint, item: dict[str, Any]) -> None:
    reason = f"{move.record.year}年度复核：{item['reason']}"
    move.inner(point, "open_review", {"reason": reason})
    if item["result"] == "cancel":
        move.inner(point, "propose_change", {"kind": "cancel", "reason": reason})
        # It is the 部门负责人 who proposes; neither he nor who countersigned it approves it (SOD-5).
        proposal = risk_point_changes.open_proposal(point)
        assert proposal is not None
        proposal.proposed_by_id = move.record.confirmed_by_id
        both = [move.record.confirmed_by_id, move.record.countersigned_by_id]
        point.acted = {**point.acted, "propose_change": both}


# --- facts and progress --------------------------------------------------------------------------


def _changeable(review: AnnualReview, roster: Roster) -> tuple[tuple[int, str], ...]:
    points = points_of(review) if review.state == ANNUAL_REVIEW.initial else []
    return tuple((p.id, f"{p.code} {p.title[:40]}") for p in points if p.state == "active")


def _signers(role: Role) -> Any:
    def found(review: AnnualReview, roster: Roster) -> tuple[tuple[int, str], ...]:
        heads = {holder.user_id for holder in roster.with_roles([Role.DEPT_HEAD])}
        ids = [
            h.user_id for h in roster.with_roles([role]) if role == Role.DEPT_HEAD or h.user_id not in heads
        ]
        names = people.names(set(ids))
        return tuple((user_id, names[user_id]) for user_id in dict.fromkeys(ids))

    return found


@dataclass(frozen=True)
class Progress:
    """How far a year's review is: per state, how many units with how many points."""

    year: int
    units: dict[str, int]
    points: dict[str, int]

    @property
    def done(self) -> int:
        """The points of reviews that are over."""
        return self.points.get("countersigned", 0)

    @property
    def total(self) -> int:
        """All points of the year."""
        return sum(self.points.values())

    @property
    def rows(self) -> list[tuple[str, int, int]]:
        """State in the office's word, units, points."""
        return [(label, self.units.get(key, 0), self.points.get(key, 0)) for key, label in STATES.items()]


def progress(actor: Actor, year: int | None = None) -> Progress | None:
    """The progress of the latest year (or of this one) over what the actor may see; None without reviews."""
    newest = select(func.max(AnnualReview.year)).where(visible(actor, "annual_review"))
    year = year or db.session.scalar(newest)
    if year is None:
        return None
    query = select(AnnualReview).where(AnnualReview.year == year, visible(actor, "annual_review"))
    reviews = list(db.session.scalars(query))
    live = _counts([review.unit_id for review in reviews if review.state == ANNUAL_REVIEW.initial])
    units: dict[str, int] = {}
    points: dict[str, int] = {}
    for key, review in ((review.state, review) for review in reviews):
        number = live[review.unit_id] if review.unit_id in live else len(review.results)
        units[key], points[key] = units.get(key, 0) + 1, points.get(key, 0) + number
    return Progress(year, units, points)


def _counts(unit_ids: Sequence[int]) -> dict[int, int]:
    """How many points each of these units answers for."""
    found = dict.fromkeys(unit_ids, 0)
    query = select(RiskPoint.unit_id, func.count()).where(RiskPoint.state.in_(IN_LEDGER))
    for unit_id, number in db.session.execute(query.group_by(RiskPoint.unit_id)):
        answering = directory().answering(unit_id)
        if answering in found:
            found[answering] += number
    return found


def counts(reviews: Iterable[AnnualReview]) -> dict[int, int]:
    """How many points each review has, by its id."""
    found = list(reviews)
    live = _counts([r.unit_id for r in found if r.state == ANNUAL_REVIEW.initial])
    return {r.id: live[r.unit_id] if r.unit_id in live else len(r.results) for r in found}


KIND = CaseKind(
    model=AnnualReview,
    workflow=ANNUAL_REVIEW,
    effects={
        "confirm": confirmed,
        "countersign": countersigned,
        "send_back": sent_back,
        "take_back": sent_back,
        "record_paper": recorded,
    },
    follow_ups={"countersign": settled, "record_paper": settled},
    facts={
        **COMMON,
        "changeable_points": _changeable,
        "confirmers": _signers(Role.DEPT_HEAD),
        "countersigners": _signers(Role.COMMISSIONER),
        "opened_on": lambda review, roster: clock.local(review.created_at).date(),
    },
    due_in=lambda review: None if review.state == "countersigned" else review.due_on,
)
