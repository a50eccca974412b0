"""A counted figure: its number with numerator and denominator, what hides it, and the list behind it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from riskctl.services.statistics.terms import Figure

# Domain 7.1: a unit's rates and distributions over fewer cases would point at single ones.
FEWEST = 5
_WAN = 10_000
HIDDEN = "—（不足5个，不列）"
UNKNOWN = "无快照"


@dataclass(frozen=True)
class Behind:
    """The list behind a number: the kind of case and the filters of its ledger."""

    kind: str
    filters: Mapping[str, str] = field(default_factory=dict)
    # Of a closed month: the frozen rows are the list, the ledger has moved on.
    frozen: bool = False


@dataclass(frozen=True)
class Value:
    """One number. A count is its numerator; a rate or an average divides it. `known` is False for what only a
    snapshot could tell and none does; `over` divides a count by so many units."""

    figure: Figure
    top: int = 0
    bottom: int | None = None
    hits: Behind | None = None
    all: Behind | None = None
    hidden: bool = False
    known: bool = True
    over: int = 1

    @property
    def number(self) -> Decimal | None:
        """The figure itself; None where there is nothing to divide by or it is not shown."""
        if self.hidden or not self.known or self.bottom == 0:
            return None
        if self.bottom is None:
            if self.figure.sums:
                return _rounded(Decimal(self.top) / _WAN / self.over, "0.01")
            return Decimal(self.top) if self.over == 1 else _rounded(Decimal(self.top) / self.over)
        return _rounded(Decimal(self.top) * (100 if self.figure.unit == "%" else 1) / self.bottom)

    @property
    def text(self) -> str:
        """The figure in words, without its fraction."""
        if self.hidden:
            return HIDDEN
        if not self.known:
            return UNKNOWN
        if self.number is None:
            return "—"
        return f"{self.number}%" if self.figure.unit == "%" else f"{self.number}"

    @property
    def fraction(self) -> str:
        """Numerator / denominator, where the figure has one and shows it."""
        if self.bottom is None or self.hidden or not self.known:
            return ""
        return f"{self.top}/{self.bottom}"


def _rounded(number: Decimal, to: str = "0.1") -> Decimal:
    return number.quantize(Decimal(to), ROUND_HALF_UP)


def change(now: Value, then: Value | None) -> str:
    """How the figure moved since then: per cent points of a rate, else the difference."""
    if then is None or now.number is None or then.number is None:
        return ""
    by = now.number - then.number
    unit = "个百分点" if now.figure.unit == "%" else ""
    return f"{'+' if by > 0 else ''}{by}{unit}" if by else "持平"
