"""Rebuilds a case from its events: what its fields and its state must be now, or were on a past day."""

from collections.abc import Mapping
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
        """Apply one event."""
        for name, pair in changes.get("fields", {}).items():
            self.fields[name] = pair[1]
        self.state = to_state
        self.last_seq = seq
        for digest in digests_in(changes):
            self.texts[digest] = seq
        if trigger in ERASING:
            self.texts.clear()
