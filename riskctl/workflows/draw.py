"""The draw of a look-back campaign: anybody with the seed and the codes can repeat it by hand (domain 3.7).

The line of a code is SHA-256 of seed and code written one after the other; the codes are put in the order of
their lines, and the first ceil(share × number) of them are drawn.
"""

import hashlib
from collections.abc import Iterable


def line(seed: str, code: str) -> str:
    """The code's place in the order of the draw: 64 hexadecimal digits."""
    return hashlib.sha256(f"{seed}{code}".encode()).hexdigest()


def drawn(seed: str, codes: Iterable[str], share: int) -> list[str]:
    """The codes that are drawn at this share in per cent, in the order of the draw."""
    ordered = sorted(codes, key=lambda code: (line(seed, code), code))
    return ordered[: quota(len(ordered), share)]


def quota(number: int, share: int) -> int:
    """How many of `number` a share in per cent takes, rounded up: a small list is never left out."""
    return -(-number * share // 100)


def digest(codes: Iterable[str]) -> str:
    """What stands in the event chain for a list of codes: SHA-256 of them in order, one a line."""
    return hashlib.sha256("\n".join(sorted(codes)).encode()).hexdigest()
