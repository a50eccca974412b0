"""DDL by which both databases refuse to change or delete events and seals; migrations run it."""

PROTECTED = ("event", "seal", "seal_event")

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
    made = [
        template.format(table=table, verb=verb, upper=verb.upper())
        for table in PROTECTED
        for verb in ("update", "delete")
    ]
    return [_POSTGRESQL_FUNCTION, *made] if dialect == "postgresql" else made
