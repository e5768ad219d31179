"""Rows that are never changed: the database itself refuses, whoever asks.

Written as functions of a table's name, because every later append-only table wants the same.
"""

from alembic import op

_REFUSE = """
CREATE FUNCTION orbit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""

_BALANCED = """
CREATE FUNCTION orbit_entry_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM ledger_postings WHERE entry_id = NEW.entry_id GROUP BY currency HAVING sum(units) <> 0
    ) THEN
        RAISE EXCEPTION 'ledger entry % does not sum to zero', NEW.entry_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""


def is_postgresql() -> bool:
    """Whether the migration runs on PostgreSQL."""
    return op.get_bind().dialect.name == "postgresql"


def begin_protection() -> None:
    """What the triggers of PostgreSQL call, and the proof that every entry sums to zero when it commits."""
    if is_postgresql():
        op.execute(_REFUSE)
        op.execute(_BALANCED)
        op.execute(
            "CREATE CONSTRAINT TRIGGER ledger_postings_balanced AFTER INSERT ON ledger_postings "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orbit_entry_is_balanced()"
        )


def protect(table: str) -> None:
    """Rows of *table* can be added and read, nothing else."""
    if is_postgresql():
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION orbit_refuse_change()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def end_protection() -> None:
    """Undo `begin_protection`, when the tables are gone and their triggers with them."""
    if is_postgresql():
        op.execute("DROP FUNCTION orbit_refuse_change()")
        op.execute("DROP FUNCTION orbit_entry_is_balanced()")
