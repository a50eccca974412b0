"""Texts that are nearly the same: what was copied from one ledger row to the next (R10). Pure.

Two texts are alike when the pairs of neighbouring characters that they share make up nine tenths of both (Dice).
Comparing each with each would cost the square of their number: two such texts must share one of their rarest pairs,
so only those that do are compared, and of those that share one only the last few. Equal texts are put together
before.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

ALIKE = 0.9
# Shorter ones are alike by chance.
_SHORTEST = 8
# With how many texts that share a rare pair one is compared: the cost has a bound whatever the texts are.
_MET = 40
_NOT_LETTERS = re.compile(r"[\W\d_]+")


def plain(text: str) -> str:
    """The text without what tells no difference: spaces, punctuation, numbers."""
    return _NOT_LETTERS.sub("", text).lower()


def groups(texts: Iterable[tuple[int, str]]) -> list[list[int]]:
    """The ids of texts that are alike, the largest group first."""
    same: dict[str, list[int]] = defaultdict(list)
    for id_, text in texts:
        if len(letters := plain(text)) >= _SHORTEST:
            same[letters].append(id_)
    kinds = list(same)
    found = _joined(kinds)
    joined = [[id_ for number in group for id_ in same[kinds[number]]] for group in found]
    return sorted((sorted(ids) for ids in joined if len(ids) > 1), key=lambda ids: (-len(ids), ids))


def _joined(kinds: Sequence[str]) -> list[list[int]]:
    pairs = [{kind[n : n + 2] for n in range(len(kind) - 1)} for kind in kinds]
    often = Counter(pair for some in pairs for pair in some)
    head = list(range(len(kinds)))
    seen: dict[str, list[int]] = defaultdict(list)
    # From short to long, so that a text meets none that is longer than itself.
    for number in sorted(head, key=lambda n: len(pairs[n])):
        rare = sorted(pairs[number], key=lambda pair: (often[pair], pair))
        for other in {other for pair in rare[: _prefix(len(rare))] for other in seen[pair][-_MET:]}:
            if _root(head, other) != _root(head, number) and _alike(pairs[other], pairs[number]):
                head[_root(head, number)] = _root(head, other)
        for pair in rare[: _prefix(len(rare))]:
            seen[pair].append(number)
    members: dict[int, list[int]] = defaultdict(list)
    for number, _ in enumerate(kinds):
        members[_root(head, number)].append(number)
    return list(members.values())


def _prefix(size: int) -> int:
    """How many of its rarest pairs a text must be found by: with all of these missing, too little is shared."""
    return size - math.ceil(size * ALIKE / (2 - ALIKE)) + 1


def _alike(one: set[str], other: set[str]) -> bool:
    return 2 * len(one & other) >= ALIKE * (len(one) + len(other))


def _root(head: list[int], number: int) -> int:
    while head[number] != number:
        head[number] = head[head[number]]
        number = head[number]
    return number
