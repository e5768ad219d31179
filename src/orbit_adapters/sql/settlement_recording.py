"""Writes what the settlement of many payments has decided: a statement for each table."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.key_rows import key_row, new_key_row, placement_rows
from orbit_adapters.sql.keys import save_placements
from orbit_adapters.sql.ledger import insert_entries
from orbit_adapters.sql.many_rows import insert_new, insert_rows, update_rows
from orbit_adapters.sql.orders import discount_columns, state_columns
from orbit_adapters.sql.outbox import message_row
from orbit_adapters.sql.payments import changing_columns
from orbit_adapters.sql.settlement_rows import NotReadAhead, SettlementRows
from orbit_adapters.sql.tables import configs, grants, orders, outbox, payments, placements, users
from orbit_domain.access.key import Key
from orbit_domain.ids import KeyId, TelegramId
from orbit_domain.order.order import Order
from orbit_domain.storage import ChangeSet
from orbit_domain.subscription.reminders import first_reminder

_AS_READ = {name: f"{name}_read" for name in ("state", "price", "promo_code")}


async def record_settlement(connection: AsyncConnection, rows: SettlementRows, changes: ChangeSet) -> None:
    """Write everything new in *rows*. Raises NotReadAhead when something of it is recorded already or has changed."""
    new = rows.new
    _require(len(await insert_entries(connection, list(new.entries.values()))), new.entries)
    _require(await _update_customers(connection, rows), new.customers)
    saved = [{"id": one, **changing_columns(rows.payments[one])} for one in sorted(new.payments)]
    _require(await update_rows(connection, payments, saved, key="id"), new.payments)
    _require(await _update_orders(connection, rows), new.orders)
    given = [{"cause": g.cause, "tg_id": g.tg_id, "seconds": g.seconds, "at": g.at} for g in new.grants.values()]
    _require(len(await insert_new(connection, grants, given, unless=["cause"], returning=["cause"])), new.grants)
    await _write_keys(connection, rows, changes)
    told = [message_row(one) for one in new.messages.values()]
    sent = await insert_new(connection, outbox, told, unless=["dedupe"], returning=["dedupe"])
    changes.notices_due |= bool(sent)
    changes.customers |= new.customers


async def _update_customers(connection: AsyncConnection, rows: SettlementRows) -> int:
    """Their rows are locked: what stands in them is what was read. The balance moves, as the ledger does."""
    return await update_rows(
        connection,
        users,
        [_customer_row(rows, tg_id) for tg_id in sorted(rows.new.customers)],
        key="tg_id",
        adding=["balance"],
    )


def _customer_row(rows: SettlementRows, tg_id: TelegramId) -> dict[str, Any]:
    customer = rows.customers[tg_id]
    return {
        "tg_id": tg_id,
        "balance": rows.new.balances.get(tg_id, 0),
        "trial_used_at": customer.user.trial_used_at,
        "subscription_end": customer.subscription.ends_at,
        # As whatever saves a subscription does: what was told already isn't told again.
        "remind_at": first_reminder(customer.subscription),
        "plan_code": customer.subscription.plan_code,
        "auto_renew": customer.subscription.auto_renew,
    }


async def _update_orders(connection: AsyncConnection, rows: SettlementRows) -> int:
    """Orders aren't locked, so each is written only if it is still as it was read."""
    changed = [_order_row(rows.orders[one], rows.read[one]) for one in sorted(rows.new.orders)]
    return await update_rows(connection, orders, changed, key="id", unless_changed=_AS_READ)


def _order_row(order: Order, read: Order) -> dict[str, Any]:
    now = {"id": order.id, "price": order.price.units, **state_columns(order), **discount_columns(order)}
    code = read.discount.code if read.discount else None
    return {**now, "state_read": read.state, "price_read": read.price.units, "promo_code_read": code}


async def _write_keys(connection: AsyncConnection, rows: SettlementRows, changes: ChangeSet) -> None:
    keys = {key_id: key for of_user in rows.keys.values() for key_id, key in of_user.items()}
    added, changed = _named(keys, rows.new.keys), _named(keys, rows.new.changed_keys)
    await insert_rows(connection, configs, [new_key_row(key) for key in added])
    await insert_rows(connection, placements, [row for key in added for row in placement_rows(key)])
    saved = [{"id": key.id, **key_row(key)} for key in changed]
    _require(await update_rows(connection, configs, saved, key="id"), changed)
    if changed:
        await save_placements(connection, changed)
    changes.keys_due |= bool(added) or any(key.is_wanted_anew for key in changed)


def _named(keys: dict[KeyId, Key], names: Iterable[KeyId]) -> list[Key]:
    return [keys[one] for one in sorted(names)]


def _require(written: int, wanted: Collection[object]) -> None:
    if written != len(wanted):
        raise NotReadAhead("something is recorded already, or has changed since it was read")
