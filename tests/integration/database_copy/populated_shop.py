"""A shop with rows in every table, and functions that read or corrupt a whole database."""

import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.indexes import schema
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import PanelId, PlanCode, TelegramId
from orbit_domain.ledger.entries import money_credited
from orbit_domain.ledger.payout_entries import payout_cancelled, payout_reserved
from orbit_domain.money import RUB, TON, Money, rub
from orbit_domain.order.order import OrderState, Taken
from orbit_domain.payment.inbox import InboxEntry
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.payout import PayoutState
from orbit_domain.payment.receipt import MemoResult
from orbit_domain.payment.source import Cursor
from orbit_domain.shop_chat.shop_chat import EventKind
from orbit_domain.steps.book_receipt import money_arrived
from orbit_domain.steps.pay_order import order_paid
from orbit_domain.storage import AdminAction, Transaction
from orbit_domain.subscription.subscription import GRACE, Grant, Subscription, order_cause
from orbit_testing import samples

PEOPLE = 20
FIRST = 1000
ENTRIES = 3 * PEOPLE + 3
"""Three of each purchase, one arrival that is nobody's, and a payout with its end."""
_PAID = 30_000
_MONTH = timedelta(days=30)


async def populate(address: str) -> None:
    """Fill the shop at *address* with purchases of PEOPLE users; each is the referrer of the one before."""
    storage = SqlStorage(open_engine(address, durability="OFF"), base=RUB)
    async with storage.transaction() as tx:
        for number in range(PEOPLE):
            # A referrer's id is larger than the referred user's, so the order of ids can't be used to insert.
            tg_id = TelegramId(FIRST + PEOPLE - number)
            referrer = TelegramId(tg_id + 1) if number else None
            await tx.users.add_if_absent(samples.new_user(tg_id, referrer_id=referrer, username=f"Ünï_{number}"))
            await add_purchase(tx, number, tg_id)
        await tx.ledger.post(money_arrived("ton:A|900", "ton", Money(samples.HUGE, TON), samples.NOW))
        await tx.receipts.add(samples.receipt(900, amount=Money(samples.HUGE, TON), comment="кому-то 🚀"))
        await tx.plans.add_if_absent(samples.plan())
        await tx.referrals.add_code(TelegramId(FIRST + 1), "0aaa")
        earned = samples.referral(invited=TelegramId(FIRST + 1), inviter=TelegramId(FIRST + 2))
        await tx.referrals.owe(earned)
        await tx.broadcasts.add(samples.broadcast())
        await tx.settings.put(samples.stored_setting(value="условия 🚀"))
        await tx.shop_chats.put(samples.shop_chat(muted=frozenset({EventKind.TRIAL})))
        await tx.cases.add(samples.case(1, TelegramId(FIRST + 1)))
        await tx.cases.add_message(samples.case_message())
        await tx.cases.add_post(-100, 7, samples.case().id)
        await tx.promos.add_if_absent(samples.promo(plans=(PlanCode("sub_1m"),)))
        await tx.promos.enter(samples.promo().code, TelegramId(FIRST + 1), samples.NOW)
        await tx.orders.add_if_absent(
            samples.given(400, TelegramId(FIRST + 1), price=rub(0), taken=Taken(TelegramId(FIRST + 2), samples.NOW))
        )
        await tx.gifts.add(samples.gift_of(400))
        await tx.panels.put(PanelRecord(PanelId("main"), "marzban", "Main", regions=("eu",)))
        await tx.panel_connections.put(
            PanelId("main"), {"base_url": "https://é.example", "password": {"sealed": "v1.k.x"}}
        )
        await tx.cursors.move(None, Cursor("ton:A", f"7:{'a' * 64}", samples.NOW))
        await tx.rate_history.add(TON, RUB, samples.rate())
        await tx.payments_due.add(samples.payment(0).id, samples.NOW)
        await tx.invoice_messages.put(samples.invoice_message(0))
        await tx.receipt_claims.add(samples.receipt_claim(1, TelegramId(FIRST + 1)))
        await _cancelled_payout(tx, TelegramId(FIRST + 1))
        await tx.subscription_links.put(samples.subscription_link(1, TelegramId(FIRST + 1)))
        await tx.good_copies.put(samples.good_copy(1))
        await tx.link_devices.put(samples.link_device(1, TelegramId(FIRST + 1)))
        await tx.inbox.add(InboxEntry("telegram", "charge-1", '{"update_id": 1}', samples.NOW))
    await storage.close()


async def _cancelled_payout(tx: Transaction, tg_id: TelegramId) -> None:
    payout = samples.payout(1, tg_id, state=PayoutState.CANCELLED, closed_at=samples.NOW)
    reserved = payout_reserved(payout.id, tg_id, payout.amount, rub(1), samples.NOW, "cli:owner", "why")
    await tx.ledger.post(reserved)
    await tx.ledger.post(payout_cancelled(payout.id, reserved, samples.NOW, "cli:owner", "why"))
    await tx.payouts.add(payout)
    await tx.payout_addresses.add(samples.address_line(1, tg_id))


async def add_purchase(tx: Transaction, number: int, tg_id: TelegramId) -> None:
    """The *number*-th purchase, from the money that arrives to the key, by a known user who has bought nothing."""
    paid_at = samples.NOW + number * samples.MINUTE
    receipt = samples.receipt(
        number, tg_id=tg_id, memo_result=MemoResult.MATCHED, payment_id=samples.payment(number).id
    )  # fmt: skip
    order = samples.order(number, tg_id, state=OrderState.PAID, paid_at=paid_at)
    await tx.orders.add_if_absent(order)
    confirmed = {"status": PaymentStatus.CONFIRMED, "confirmed_at": paid_at, "order_id": order.id}
    await tx.payments.add(samples.payment(number, tg_id, **confirmed))
    record = samples.source_record(number, source=receipt.source, amount=receipt.amount)
    await tx.source_records.add(record, paid_at)
    await tx.receipts.add(receipt)
    await tx.ledger.post(money_arrived(receipt.ref, "ton", receipt.amount, paid_at))
    await tx.ledger.post(money_credited(receipt.ref, tg_id, receipt.amount, rub(_PAID), paid_at))
    await tx.ledger.post(order_paid(str(order.id), tg_id, order.price, paid_at))
    await tx.grants.add(Grant(order_cause(order.id), tg_id, int(_MONTH.total_seconds()), paid_at))
    await tx.subscriptions.save(Subscription(tg_id, paid_at + _MONTH, PlanCode("sub_1m")))
    key = samples.key(number + 1, tg_id, username=f"orbit_{tg_id}", expires_at=paid_at + _MONTH + GRACE)
    await tx.keys.add(replace(key, number=1))
    await tx.outbox.add(samples.message(number, tg_id))
    await tx.admin_log.add(AdminAction(samples.identity(number), "owner", "view", f"user:{tg_id}", "because", paid_at))


async def contents(address: str) -> Mapping[str, list[dict[str, Any]]]:
    """Every row of every table, in the order of the primary keys."""
    engine = open_engine(address)
    async with engine.connect() as connection:
        found = {}
        for table in schema.sorted_tables:
            rows = await connection.execute(select(table).order_by(*table.primary_key.columns))
            found[table.name] = [dict(row) for row in rows.mappings()]
    await engine.dispose()
    return found


def corrupt(file: Path, *statements: str) -> None:
    """Execute *statements* on a shop's file without its triggers and checks."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA ignore_check_constraints=ON")
    for name in ("receipts", "ledger_entries", "ledger_postings", "grants", "audit"):
        connection.execute(f"DROP TRIGGER {name}_no_update")
        connection.execute(f"DROP TRIGGER {name}_no_delete")
    for statement in statements:
        connection.execute(statement)
    connection.commit()
    connection.close()
