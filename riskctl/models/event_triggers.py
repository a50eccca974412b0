"""DDL by which both databases refuse to change or delete events and seals; migrations run it.

Texts behind digests may be erased, never replaced. Alembic's batch mode drops SQLite's triggers silently:
a migration that rebuilds one of these tables runs `removals` before and `statements` after it.
"""

from collections.abc import Sequence

_RULES = (
    ("event", "update"),
    ("event", "delete"),
    ("seal", "update"),
    ("seal", "delete"),
    ("seal_event", "update"),
    ("seal_event", "delete"),
    ("sealed_text", "update"),
)
# What later revisions protect; each puts its own up with `statements(dialect, FROZEN)`.
FROZEN = tuple(
    (table, verb)
    for table in (
        "risk_point_version", "annual_ledger", "annual_ledger_row", "snapshot", "snapshot_row", "snapshot_content",
        "document_template",
    )
    for verb in ("update", "delete")
)  # fmt: skip
PROTECTED = tuple(dict.fromkeys(table for table, _ in _RULES))

_SQLITE = """
CREATE TRIGGER {table}_no_{verb} BEFORE {upper} ON {table}
BEGIN SELECT RAISE(ABORT, '{table} rows are never changed'); END
"""
_POSTGRESQL_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION '% rows are never changed', TG_TABLE_NAME; END $$ LANGUAGE plpgsql
"""
_POSTGRESQL = """
CREATE TRIGGER {table}_no_{verb} BEFORE {upper} ON {table}
FOR EACH ROW EXECUTE FUNCTION refuse_change()
"""


def statements(dialect: str, rules: Sequence[tuple[str, str]] = _RULES) -> list[str]:
    """The statements that put the triggers up, for "sqlite" or "postgresql"; those of the event chain, or
    others."""
    template = _POSTGRESQL if dialect == "postgresql" else _SQLITE
    made = [template.format(table=table, verb=verb, upper=verb.upper()) for table, verb in rules]
    return [_POSTGRESQL_FUNCTION, *made] if dialect == "postgresql" else made


def names() -> list[str]:
    """The triggers that must be up, on both databases."""
    return [f"{table}_no_{verb}" for table, verb in (*_RULES, *FROZEN)]


def removals(dialect: str) -> list[str]:
    """The statements that take the triggers down again."""
    where = " ON {table}" if dialect == "postgresql" else ""
    return [f"DROP TRIGGER {table}_no_{verb}" + where.format(table=table) for table, verb in _RULES]
