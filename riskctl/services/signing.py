"""签批: reading many papers in one sitting, signing them together after the password was given again; sealing and
sending many likewise.

Each paper is judged by its own rules in a transaction of its own, so that one that is refused keeps none of the
others back, and numbers follow the order shown.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from riskctl import clock
from riskctl.errors import InvalidInput, RiskctlError, RuleBroken
from riskctl.extensions import db
from riskctl.models import Notice, NoticeReading
from riskctl.permissions import Actor
from riskctl.services import accounts, batches, ledgers, once, transitions
from riskctl.services.duties import Roster
from riskctl.services.scope import visible
from riskctl.services.transitions import KINDS, CaseRef
from riskctl.workflows.engine import Input, Step

MOST = batches.MOST
_STATES = {"sign": ("checking",), "seal": ("signed",), "send": ("signed", "sealed")}


@dataclass(frozen=True)
class Line:
    """One paper of the list; `opened` says whether it was opened in this sitting as it stands."""

    notice: Notice
    opened: bool = False


@dataclass(frozen=True)
class Result:
    """What became of one paper: done, or why not."""

    notice: Notice
    refused: RiskctlError | None = None


def waiting(actor: Actor, trigger: str) -> list[Notice]:
    """The papers whose step of this name falls on the actor now and is blocked by nothing, oldest first."""
    query = (
        select(Notice)
        .where(Notice.state.in_(_STATES[trigger]), Notice.document_class == "G", visible(actor, "notice"))
        .order_by(Notice.state_since, Notice.id)
        .limit(MOST)
    )
    return [notice for notice in db.session.scalars(query) if _is_his(actor, notice, trigger)]


def _is_his(actor: Actor, notice: Notice, trigger: str) -> bool:
    step: Step = KINDS["notice"].workflow.step(notice, trigger)
    roster = Roster(notice, actor)
    if not any(holder.user_id == actor.user_id for holder in roster.assignees(step)):
        return False
    return not step.blocked_by(notice, KINDS["notice"].facts_for(notice, roster))


def reading_list(actor: Actor, sitting: str) -> list[Line]:
    """What awaits the actor's signature, each with whether he has opened it in this sitting."""
    opened = _opened(actor, sitting)
    return [Line(n, (n.id, n.version) in opened) for n in waiting(actor, "sign")]


def note_opened(actor: Actor, sitting: str, notice: Notice) -> None:
    """Record that the paper was opened as it stands. Commits."""
    key = {"user_id": actor.user_id, "notice_id": notice.id, "version": notice.version, "sitting": sitting}
    once.insert_new(NoticeReading, {**key, "at": clock.now()})
    db.session.commit()


def sign_together(
    actor: Actor, sitting: str, password: str, chosen: Sequence[tuple[int, int]]
) -> list[Result]:
    """Sign the papers, given as id and the version shown, in this order. The password is asked again: raises
    NotSignedIn, TooManyAttempts. Each is done or refused with its reason. Commits each by itself."""
    if not chosen:
        raise InvalidInput("请勾选要签发的文书", field="notice", code="required")
    accounts.confirm(actor.user_id, password)
    opened = _opened(actor, sitting)
    return [_signed(actor, key, key in opened) for key in chosen[:MOST]]


def _opened(actor: Actor, sitting: str) -> set[tuple[int, int]]:
    query = select(NoticeReading.notice_id, NoticeReading.version).where(
        NoticeReading.user_id == actor.user_id, NoticeReading.sitting == sitting
    )
    return {(row.notice_id, row.version) for row in db.session.execute(query)}


def _signed(actor: Actor, key: tuple[int, int], opened: bool) -> Result:
    notice: Notice = ledgers.get(actor, "notice", key[0])
    if not opened or notice.version != key[1]:
        said = "本次签批中没有打开过，或打开以后有改动：请打开阅读后再签发"
        return Result(notice, RuleBroken([], said, code="not_opened"))
    return _taken(actor, notice, "sign", {}, key[1])


def _taken(actor: Actor, notice: Notice, trigger: str, data: Mapping[str, Any], version: int) -> Result:
    done = batches.attempt(actor, CaseRef("notice", notice.id), trigger, data, version=version)
    return Result(db.session.get_one(Notice, notice.id), done.error)


def take_all(
    actor: Actor, trigger: str, chosen: Sequence[tuple[int, int]], data: Mapping[str, Any]
) -> list[Result]:
    """用印 or 送达 of the papers, in the same way on the same day. Commits each by itself."""
    versions = dict(chosen)
    found = named(actor, trigger, chosen)
    return [_taken(actor, notice, trigger, data, versions[notice.id]) for notice in found]


def among(actor: Actor, ids: Sequence[int]) -> list[Notice]:
    """Those of these papers that the actor may see, in the order given."""
    query = select(Notice).where(Notice.id.in_(ids), visible(actor, "notice"))
    found = {notice.id: notice for notice in db.session.scalars(query)}
    return [found[notice_id] for notice_id in ids if notice_id in found]


def named(actor: Actor, trigger: str, chosen: Iterable[tuple[int, int]]) -> list[Notice]:
    """Those of the chosen papers that still await this step of the actor, in the order chosen."""
    known = {notice.id: notice for notice in waiting(actor, trigger)}
    return [known[notice_id] for notice_id, _ in chosen if notice_id in known]


def step_inputs(actor: Actor, notice: Notice, trigger: str) -> list[Input]:
    """What this step collects of many papers at once: not what each has of its own, its files and its mail."""
    asked = next(a.inputs for a in transitions.available(actor, notice) if a.trigger == trigger)
    return [item for item in asked if item.type != "attachments" and item.name != "mail_no"]
