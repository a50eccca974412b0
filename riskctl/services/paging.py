"""Keyset paging: a sorted list in parts that an index serves each, and the cursor of where a page ended."""

import base64
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, literal, tuple_

from riskctl.errors import InvalidInput
from riskctl.models.base import UtcDateTime


@dataclass(frozen=True)
class Mark:
    """Where a page ended: in which segment, at which value and id."""

    segment: int
    value: Any
    id: int


@dataclass(frozen=True)
class Segment:
    """A part of a sorted list; without a column it is sorted by id alone."""

    model: type[Any]
    condition: ColumnElement[bool]
    column: Any
    descending: bool

    def order(self) -> list[ColumnElement[Any]]:
        """What the part is sorted by: ids settle ties."""
        columns = [self.model.id] if self.column is None else [self.column, self.model.id]
        return [column.desc() if self.descending else column.asc() for column in columns]

    def beyond(self, mark: Mark) -> ColumnElement[bool]:
        """The rows after the mark."""
        here: Any = self.model.id
        there: Any = mark.id
        if self.column is not None:
            here = tuple_(self.column, self.model.id)
            there = tuple_(literal(mark.value, self.column.type), mark.id)
        found: ColumnElement[bool] = here < there if self.descending else here > there
        return found


def cursor(fingerprint: str, segments: list[Segment], number: int, last: Any) -> str:
    """The cursor behind the last record of a page, which stands in this segment."""
    column = segments[number].column
    value = None if column is None else getattr(last, column.key)
    shown = value.isoformat() if isinstance(value, (date, datetime)) else value
    text = json.dumps([fingerprint, number, shown, last.id])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read(text: str, fingerprint: str, segments: list[Segment]) -> Mark:
    """Where the page before ended; raises InvalidInput on nonsense and on a cursor of another list."""
    try:
        whole = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        given, number, value, last_id = json.loads(whole)
        mark = Mark(int(number), _typed(segments[int(number)].column, value), int(last_id))
    except (ValueError, TypeError, IndexError, OverflowError, RecursionError) as error:
        raise InvalidInput("翻页标记无效，请从第一页重新查询", field="after", code="cursor") from error
    if given != fingerprint:
        raise InvalidInput("翻页标记不属于当前的筛选条件，请从第一页重新查询", field="after", code="cursor")
    return mark


def _typed(column: Any, value: Any) -> Any:
    if column is None:
        return None
    kind = datetime if isinstance(column.type, UtcDateTime) else column.type.python_type
    found = kind.fromisoformat(value) if kind in (date, datetime) else value
    if not isinstance(found, kind):
        raise TypeError("a cursor holds a value of its column")
    return found
