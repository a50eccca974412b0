"""The text index: one table `search_<kind>` a kind, FTS5 on SQLite and a `simple` tsvector on PostgreSQL.

Chinese has no spaces, so what is indexed are pairs of neighbouring characters: a word of two characters and
more is a phrase of pairs. Trigrams never match the common two-character words, and PostgreSQL's pg_trgm is
not everywhere. Each pair is written as one ASCII word, so that both parsers take it alike.
"""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

# The columns that a search looks through. Revision 0003 makes the indexes of these kinds, so that a kind which
# came later stands in LATER and has its index from its own revision.
TEXTS = {
    "issue": ("code", "title", "verbatim"),
    "risk_point": ("code", "title", "post", "power_item", "manifestation", "sheet_code"),
    "interview": ("code", "subject_post"),
    "notice": ("code", "title", "number", "main_to"),
    "extension": ("code", "reason"),
    "warning": ("code", "facts"),
}
LATER: dict[str, tuple[str, ...]] = {
    "annual_review": ("code",),
}
SEARCHED = {**TEXTS, **LATER}
PREFIX = "search_"
_BREAK = "break"
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@lru_cache(maxsize=20_000)
def _sign(character: str) -> str:
    """The character in four digits of base 36, which hold every code point."""
    number, digits = ord(character), ""
    for _ in range(4):
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits


def pairs(word: str) -> str:
    """The word's pairs of neighbouring characters, each as one ASCII word; empty for a single character."""
    folded = unicodedata.normalize("NFKC", word).lower()
    signs = [_sign(character) for character in folded if not character.isspace()]
    return " ".join(f"g{first}{second}" for first, second in pairwise(signs))


def indexed(texts: Iterable[str | None]) -> str:
    """What the index holds of a record: the pairs of its texts; no phrase reaches across a space or a text."""
    words = (word for text in texts if text for word in text.split())
    return f" {_BREAK} ".join(found for word in words if (found := pairs(word)))


def creation(kind: str, dialect: str) -> list[str]:
    """The statements that make the index of a kind."""
    table = PREFIX + kind
    if dialect == "postgresql":
        return [
            f"CREATE TABLE {table} (id INTEGER PRIMARY KEY, pairs TSVECTOR NOT NULL)",
            f"CREATE INDEX ix_{table}_pairs ON {table} USING gin (pairs)",
        ]
    return [f"CREATE VIRTUAL TABLE {table} USING fts5(pairs, tokenize = 'ascii', columnsize = 0)"]


def writing(kind: str, dialect: str) -> str:
    """The statement that puts a record (:id, :pairs) into the index, in the place of what stood there."""
    if dialect == "postgresql":
        return (
            f"INSERT INTO {PREFIX}{kind} (id, pairs) VALUES (:id, to_tsvector('simple', :pairs))"  # noqa: S608
            " ON CONFLICT (id) DO UPDATE SET pairs = excluded.pairs"
        )
    return f"INSERT OR REPLACE INTO {PREFIX}{kind} (rowid, pairs) VALUES (:id, :pairs)"  # noqa: S608
