"""What a record's page shows about who has the case: urged, handed over, asked to agree, and the forms for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from riskctl.models import Case
from riskctl.permissions import Actor
from riskctl.services import desk, desk_acts, duties, people
from riskctl.services.audit import plain
from riskctl.services.duties import Roster
from riskctl.workflows.engine import Input


@dataclass(frozen=True)
class SignOffView:
    """Somebody asked to agree, and when he did to what stands there now."""

    name: str
    agreed_at: datetime | None


@dataclass(frozen=True)
class DeskView:
    """The card's part about people; an empty list of inputs means that the actor may not."""

    may_urge: bool
    urged: int
    urged_at: str | None
    held_by: str
    held_for: str
    sign_offs: Sequence[SignOffView]
    hand_over: list[Input]
    ask: list[Input]


def of(actor: Actor, record: Case, history: Sequence[Mapping[str, Any]]) -> DeskView:
    """The view of one record; `history` is that of its page, the latest first."""
    roster = Roster(record)
    since = plain(record.state_since)
    urges = [entry["at"] for entry in history if entry["trigger"] == "urge" and entry["at"] >= since]
    held = desk.desk().assignment(record)
    rows, done = desk.desk().sign_offs(record), desk.agreed(record)
    names = people.names({row.user_id for row in rows} | ({held.to_user_id} if held else set()))
    return DeskView(
        may_urge=desk_acts.may_urge(actor, record),
        urged=len(urges),
        urged_at=urges[0] if urges else None,
        held_by=names[held.to_user_id] if held else "",
        held_for=held.reason if held else "",
        sign_offs=[
            SignOffView(names[row.user_id], row.agreed_at if row.user_id in done else None) for row in rows
        ],
        hand_over=handing(actor, record, roster),
        ask=asking(actor, record, roster),
    )


def handing(actor: Actor, record: Case, roster: Roster | None = None) -> list[Input]:
    """What 转办 collects; empty for whom it is not."""
    able = desk_acts.receivers(actor, record, roster or Roster(record))
    choices = tuple(duties.people([holder.user_id for holder in able]))
    return [
        Input("to", "转给", "user", choices=choices),
        Input("reason", "转办理由", max_length=desk_acts.MOST_REASON, hint="例：出差，由同岗位人员代办"),
    ] if choices else []  # fmt: skip


def asking(actor: Actor, record: Case, roster: Roster | None = None) -> list[Input]:
    """What 提请会签 collects; empty for whom it is not."""
    able = desk_acts.countersigners(actor, record, roster or Roster(record))
    choices = tuple(duties.people([holder.user_id for holder in able]))
    asked = [row.user_id for row in desk.desk().sign_offs(record)]
    hint = "选定的人全部同意后方可办理下一步；都不选即撤销会签"
    return [
        Input("users", "请谁会签", "users", required=False, choices=choices, default=asked, hint=hint)
    ] if choices else []  # fmt: skip


def paper_said(paper: Mapping[str, Any], users: Mapping[int, str]) -> str:
    """What the history says of a paper."""
    said = f"{users.get(paper['approved_by'], '')} {paper['approved_on']} 签批，由本条办理人代录"
    return f"{said}（{paper['minutes']}）" if paper.get("minutes") else said
