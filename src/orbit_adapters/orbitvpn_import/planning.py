"""From what was read to what would come over: pure, so that a dry run and the move decide alike."""

from datetime import datetime
from zoneinfo import ZoneInfo

from orbit_adapters.database_copy.validation import printable
from orbit_adapters.orbitvpn_import.columns import KEYS
from orbit_adapters.orbitvpn_import.keys import add_keys
from orbit_adapters.orbitvpn_import.payments import add_payments
from orbit_adapters.orbitvpn_import.plan import ImportPlan
from orbit_adapters.orbitvpn_import.reading import OldShop
from orbit_adapters.orbitvpn_import.users import add_users


def plan_import(shop: OldShop, zone: ZoneInfo, now: datetime) -> ImportPlan:
    """Decide about every row of *shop*. *zone* is where the old machine's clock stood, for `subscription_end`."""
    plan = ImportPlan(rows_read={name: len(getattr(shop, name)) for name in KEYS})
    add_users(plan, shop.users, zone, now)
    add_keys(plan, shop.configs, now)
    add_payments(plan, shop.payments, now)
    for row in shop.ton_transactions:
        if row["processed_at"] is None:
            line = f"{row['amount']} TON at {row['created_at']}, comment {row['comment']}, {row['tx_hash']}"
            plan.odd.add("coins that came and were credited to nobody: look at each", printable(line, 160))
    if shop.ton_transactions:
        line = f"{len(shop.ton_transactions)} rows: amounts were rounded, places in the chain weren't kept"
        plan.odd.add("the old log of coins stays behind", line)
    for row in shop.marzban_instances:
        line = printable(f"{row['id']} {row['name'] or ''}")
        plan.odd.add("panels of the old shop: they come from the settings, passwords are not brought", line)
    return plan
