"""DDL by which both databases refuse to change or delete events and seals; migrations run it.

Texts behind digests may be erased, never replaced. Alembic's batch mode drops SQLite's triggers silently:
a migration that rebuilds one of these tables runs `removals` before and `statements` after it.
"""

_RULES = (
    ("event", "update"),
    ("event", "delete"),
    ("seal", "update"),
    ("seal", "delete"),
    ("seal_event", "update"),
    ("seal_event", "delete"),
    ("sealed_text", "update"),
)
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


def statements(dialect: str) -> list[str]:
    """The statements that put the triggers up, for "sqlite" or "postgresql"."""
    template = _POSTGRESQL if dialect == "postgresql" else _SQLITE
    made = [template.format(table=table, verb=verb, upper=verb.upper()) for table, verb in _RULES]
    return [_POSTGRESQL_FUNCTION, *made] if dialect == "postgresql" else made


def names() -> list[str]:
    """The triggers that must be up, on both databases."""
    return [f"{table}_no_{verb}" for table, verb in _RULES]


def removals(dialect: str) -> list[str]:
    """The statements that take the triggers down again."""
    where = " ON {table}" if dialect == "postgresql" else ""
    return [f"DROP TRIGGER {table}_no_{verb}" + where.format(table=table) for table, verb in _RULES]
