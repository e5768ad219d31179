"""Triggers that make tables append-only for every role.

Written as functions of a table's name, so that later migrations can protect further tables.
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
    """Create the functions of PostgreSQL's triggers, and the check at COMMIT that every entry sums to zero."""
    if is_postgresql():
        op.execute(_REFUSE)
        op.execute(_BALANCED)
        op.execute(
            "CREATE CONSTRAINT TRIGGER ledger_postings_balanced AFTER INSERT ON ledger_postings "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION orbit_entry_is_balanced()"
        )


def protect(table: str) -> None:
    """Allow only INSERT and SELECT on *table*."""
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
    """Undo `begin_protection`, after the tables and their triggers are dropped."""
    if is_postgresql():
        op.execute("DROP FUNCTION orbit_refuse_change()")
        op.execute("DROP FUNCTION orbit_entry_is_balanced()")
