"""Field by field: what differs between two days of one record, or between two records of a kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskctl.errors import InvalidInput
from riskctl.models import Case
from riskctl.permissions import Actor
from riskctl.services import audit, field_words, ledgers, views
from riskctl.services.past import Past


@dataclass(frozen=True)
class Line:
    """One field on both sides, in words; None where a side has nothing."""

    label: str
    left: Any
    right: Any

    @property
    def differs(self) -> bool:
        """Whether the two sides say different things."""
        return bool(self.left != self.right)


def of_days(earlier: Past, later: Past) -> list[Line]:
    """What changed in a record from the end of one day to the end of another."""
    return _lines(
        earlier.record.CASE_TYPE, (earlier.state_label, earlier.fields), (later.state_label, later.fields)
    )


def of_records(actor: Actor, one: Case, other: Case) -> list[Line]:
    """How two records of a kind differ as they stand now."""
    sides = [(views.state_label(each), _present(actor, each)) for each in (one, other)]
    return _lines(one.CASE_TYPE, *sides)


def other_of(actor: Actor, record: Case, code: str) -> Case:
    """The record of this code that a record can be compared with; raises InvalidInput."""
    found = ledgers.by_code(actor, code.strip())
    if found is None or found.CASE_TYPE != record.CASE_TYPE:
        raise InvalidInput(
            f"没有编号为“{code.strip()}”的同类记录，或不在您的查看范围内，请核对编号",
            field="with",
            code="unknown_code",
        )
    if found.id == record.id:
        raise InvalidInput("请填另一条记录的编号：同一条记录请按日期对比", field="with", code="same")
    return found


def _present(actor: Actor, record: Case) -> dict[str, Any]:
    return {name: audit.plain(ledgers.shown(actor, record, name)) for name in record.TRACKED}


def _lines(
    case_type: str, left: tuple[str, Mapping[str, Any]], right: tuple[str, Mapping[str, Any]]
) -> list[Line]:
    told = [field_words.of(case_type, fields) for _, fields in (left, right)]
    names = list(dict.fromkeys([*told[0], *told[1]]))
    lines = [Line("环节", left[0], right[0])]
    for name in names:
        heading = (told[0].get(name) or told[1][name])[0]
        lines.append(Line(heading, *(side[name][1] if name in side else None for side in told)))
    return lines
