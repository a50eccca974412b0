"""Rebuilds a case from its events: what its fields and its state must be now, or were on a past day."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from riskctl.services.sealed_texts import digests_in

# The steps that erase a case's texts; a text missing without one of them was removed by hand.
ERASING = frozenset({"transfer", "erase"})


@dataclass
class Replayed:
    """A case as its events tell it; sensitive fields hold their digests."""

    fields: dict[str, Any] = field(default_factory=dict)
    state: str | None = None
    last_seq: int = 0
    last_hash: str = ""
    # digest -> seq of the event that brought it, as far as nothing erased it since
    texts: dict[str, int] = field(default_factory=dict)

    def take(self, seq: int, trigger: str, to_state: str | None, changes: Mapping[str, Any]) -> None:
        """Apply one event, and keep which texts there must be."""
        self.move(seq, to_state, changes)
        for digest in digests_in(changes):
            self.texts[digest] = self.last_seq
        if trigger in ERASING:
            self.texts.clear()

    def move(self, seq: int, to_state: str | None, changes: Mapping[str, Any]) -> None:
        """Apply one event, without its texts: a third of the time."""
        self.fields |= dict(_new_values(changes))
        self.state = to_state
        self.last_seq = seq if isinstance(seq, int) else self.last_seq


def _new_values(changes: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    # Tolerant: an event that was edited by hand is reported by its hash and must not stop the check.
    fields = changes.get("fields")
    for name, pair in fields.items() if isinstance(fields, dict) else ():
        if isinstance(pair, list) and len(pair) == 2:
            yield name, pair[1]
