"""Triggers that make tables, or some of their columns, append-only for every role.

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

_PLAIN_CUSTOMER = """
CREATE FUNCTION orbit_new_user_is_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Qualified: a temporary table of the caller must not stand in for the catalogue.
    IF NOT pg_catalog.pg_has_role(
        current_user, (SELECT relowner FROM pg_catalog.pg_class WHERE oid OPERATOR(pg_catalog.=) TG_RELID), 'USAGE'
    ) THEN
        RAISE EXCEPTION 'only the owner of the tables adds users with a role or a balance'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$
"""

_LOGGED_STAFF = """
CREATE FUNCTION orbit_staff_change_is_logged() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF pg_catalog.pg_has_role(
        current_user, (SELECT relowner FROM pg_catalog.pg_class WHERE oid OPERATOR(pg_catalog.=) TG_RELID), 'USAGE'
    ) THEN
        RETURN NEW;
    END IF;
    IF NEW.role = 'owner' AND NEW.role IS DISTINCT FROM OLD.role THEN
        RAISE EXCEPTION 'only the owner of the tables makes an owner of the shop'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM audit
        WHERE subject = 'user:' || NEW.tg_id AND xmin = pg_current_xact_id()::xid AND action = ANY (
            CASE WHEN NEW.role IS DISTINCT FROM OLD.role THEN ARRAY['change_role']
            ELSE ARRAY['ban_customer', 'unban_customer'] END
        )
    ) THEN
        RAISE EXCEPTION 'a role or a ban changes only with its row in the log'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
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


def protect_columns(table: str, columns: tuple[str, ...]) -> None:
    """Refuse DELETE on *table*, and UPDATE of *columns*; its other columns may change."""
    of = ", ".join(f'"{column}"' for column in columns)
    if is_postgresql():
        for name, change in (("evidence", f"UPDATE OF {of}"), ("rows", "DELETE OR TRUNCATE")):
            op.execute(
                f"CREATE TRIGGER {table}_{name} BEFORE {change} ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION orbit_refuse_change()"
            )
        return
    for name, change in (("evidence", f"UPDATE OF {of}"), ("rows", "DELETE")):
        op.execute(
            f"CREATE TRIGGER {table}_{name} BEFORE {change} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def unprotect_columns(table: str) -> None:
    """Undo `protect_columns`."""
    for name in ("evidence", "rows"):
        op.execute(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if is_postgresql() else ""))


def unprotect(table: str) -> None:
    """Undo `protect`."""
    for name in ("append_only",) if is_postgresql() else ("no_update", "no_delete"):
        op.execute(f"DROP TRIGGER {table}_{name}" + (f" ON {table}" if is_postgresql() else ""))


def protect_until_old(table: str, column: str, seen_at: str, days: int) -> None:
    """Let *column* of a row become empty *days* after *seen_at*, and nothing else of it."""
    if is_postgresql():
        is_old = f"now() - interval '{days} days' > OLD.{seen_at}"
        op.execute(
            f"CREATE TRIGGER {table}_{column} BEFORE UPDATE OF {column} ON {table} FOR EACH ROW "
            f"WHEN (NOT (NEW.{column} = '' AND {is_old})) EXECUTE FUNCTION orbit_refuse_change()"
        )
        return
    is_old = f"(CAST(strftime('%s', 'now') AS INTEGER) - {days * 86_400}) * 1000000 > OLD.{seen_at}"
    op.execute(
        f"CREATE TRIGGER {table}_{column} BEFORE UPDATE OF {column} ON {table} "
        f"WHEN NOT (NEW.{column} = '' AND {is_old}) "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def unprotect_until_old(table: str, column: str) -> None:
    """Undo `protect_until_old`."""
    op.execute(f"DROP TRIGGER {table}_{column}" + (f" ON {table}" if is_postgresql() else ""))


def only_owner_adds_staff() -> None:
    """On PostgreSQL let a role that isn't the owner of `users` add customers with an empty balance only."""
    if is_postgresql():
        op.execute(_PLAIN_CUSTOMER)
        op.execute(
            "CREATE TRIGGER users_added BEFORE INSERT ON users FOR EACH ROW "
            "WHEN (NEW.role <> 'customer' OR NEW.balance <> 0) "
            "EXECUTE FUNCTION orbit_new_user_is_customer()"
        )


def let_others_add_staff() -> None:
    """Undo `only_owner_adds_staff`."""
    if is_postgresql():
        op.execute("DROP TRIGGER users_added ON users")
        op.execute("DROP FUNCTION orbit_new_user_is_customer()")


def only_logged_staff_changes() -> None:
    """On PostgreSQL let a role that isn't the owner of `users` change roles and bans only with their row in the log.

    It makes no owner at all. The row is one of the same transaction, so no earlier one allows a change again.
    """
    if is_postgresql():
        op.execute(_LOGGED_STAFF)
        op.execute(
            "CREATE TRIGGER users_staff BEFORE UPDATE OF role, banned_at ON users FOR EACH ROW "
            "WHEN (NEW.role IS DISTINCT FROM OLD.role OR NEW.banned_at IS DISTINCT FROM OLD.banned_at) "
            "EXECUTE FUNCTION orbit_staff_change_is_logged()"
        )


def allow_unlogged_staff_changes() -> None:
    """Undo `only_logged_staff_changes`."""
    if is_postgresql():
        op.execute("DROP TRIGGER users_staff ON users")
        op.execute("DROP FUNCTION orbit_staff_change_is_logged()")


def end_protection() -> None:
    """Undo `begin_protection`, after the tables and their triggers are dropped."""
    if is_postgresql():
        op.execute("DROP FUNCTION orbit_refuse_change()")
        op.execute("DROP FUNCTION orbit_entry_is_balanced()")
