"""Plans the import from what was read: pure, so that a dry run and the import decide alike."""

from datetime import datetime
from zoneinfo import ZoneInfo

from orbit_adapters.database_copy.validation import printable
from orbit_adapters.orbitvpn_import.columns import PRIMARY_KEYS
from orbit_adapters.orbitvpn_import.keys import add_keys
from orbit_adapters.orbitvpn_import.payments import add_payments
from orbit_adapters.orbitvpn_import.plan import ImportPlan
from orbit_adapters.orbitvpn_import.reading import OrbitvpnData
from orbit_adapters.orbitvpn_import.users import add_users


def plan_import(data: OrbitvpnData, zone: ZoneInfo, now: datetime) -> ImportPlan:
    """Decide about every row of *data*. *zone* is the old machine's time zone, for `subscription_end`."""
    plan = ImportPlan(rows_read={name: len(getattr(data, name)) for name in PRIMARY_KEYS})
    add_users(plan, data.users, zone, now)
    add_keys(plan, data.configs, now)
    add_payments(plan, data.payments, now)
    for row in data.ton_transactions:
        if row["processed_at"] is None:
            line = f"{row['amount']} TON at {row['created_at']}, comment {row['comment']}, {row['tx_hash']}"
            plan.warnings.add("coins received and credited to no user: check each", printable(line, 160))
    if data.ton_transactions:
        line = f"{len(data.ton_transactions)} rows: amounts were rounded, logical times weren't stored"
        plan.warnings.add("the old log of coins isn't imported", line)
    for row in data.marzban_instances:
        line = printable(f"{row['id']} {row['name'] or ''}")
        plan.warnings.add("panels of the old shop: panels come from the settings, passwords aren't imported", line)
    return plan
