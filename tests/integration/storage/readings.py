"""Every query of a small shop, to compare one storage with another."""

from datetime import timedelta

from orbit_domain.access.key import username_for
from orbit_domain.ids import Nonce, OrderId, PanelId, PaymentId, TelegramId
from orbit_domain.money import RUB, TON
from orbit_domain.payment.payment import Method
from orbit_domain.payment.source_record import ReceiptKey
from orbit_domain.storage import Transaction
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_testing import samples
from orbit_testing.samples import MINUTE, NOW

PEOPLE = [TelegramId(number) for number in (1, 2, 3)]
METHODS = [Method("ton"), Method("stars")]
COMMENTS = ["", "ORB1", "ORB2", "a\0b", "x\ud800"]
SOURCES = ["ton:A", "ton:B"]
INVOICES = ["i1", "i2", "i\0"]
DAY = timedelta(days=1)


async def _read_people(tx: Transaction) -> object:
    return [
        [await tx.subscriptions.customer(tg_id) for tg_id in PEOPLE],
        [await tx.grants.of_user(tg_id) for tg_id in PEOPLE],
        await tx.subscriptions.to_remind(NOW, 2),
        await tx.subscriptions.to_remind(NOW + DAY, 5),
        await tx.outbox.known([f"d{number}" for number in range(1, 5)] + ["x\ud800"]),
        [await tx.keys.of_user(tg_id) for tg_id in PEOPLE],
        [await tx.keys.all_of_user(tg_id) for tg_id in PEOPLE],
        await tx.keys.page(None, 9),
        await tx.comparisons.customers_without_key(NOW, 9),
        dict(await tx.keys.count_by_node(NOW)),
        dict(await tx.rebalances.movable(NOW, NOW)),
        await tx.panels.all(),
        [await tx.link_devices.of_user(tg_id) for tg_id in PEOPLE],
        [await tx.subscription_links.get(tg_id) for tg_id in PEOPLE],
        [await tx.subscription_links.by_hash(samples.subscription_link(number).token_hash) for number in range(1, 5)],
        await tx.good_copies.of_keys([samples.key(number).id for number in range(1, 5)], SubscriptionFormat.LINKS),
        dict(await tx.panel_connections.all()),
        [await tx.panels.keys_on(PanelId(name)) for name in ("m1", "m2")],
        [await tx.outbox.of_user(tg_id, 3) for tg_id in PEOPLE],
        [await tx.admin_log.of_subject(f"user:{number}", 2) for number in range(1, 5)],
        await tx.admin_log.newest(3),
        await tx.users.staff(),
        await tx.recent_requests.since(NOW),
        [await tx.users.named(f"USER_{tg_id}", 2) for tg_id in PEOPLE],
        [await tx.keys.named(username_for(tg_id, 1), [PanelId("m1"), PanelId("m2")]) for tg_id in PEOPLE],
    ]


async def _read_sales(tx: Transaction) -> object:
    return [
        await tx.plans.active(),
        await tx.settings.all(),
        await tx.promos.newest(3),
        await tx.referrals.due(None, 3),
        [await tx.referrals.figures(tg_id) for tg_id in PEOPLE],
        [await tx.referrals.code_of(tg_id) for tg_id in PEOPLE],
        [await tx.plans.active_with_codes(tg_id) for tg_id in PEOPLE],
        [await tx.promos.waiting(tg_id) for tg_id in PEOPLE],
        [await tx.orders.newest(tg_id, 3) for tg_id in PEOPLE],
        [await tx.orders.undelivered(tg_id) for tg_id in PEOPLE],
        [await tx.orders.given(tg_id, 3) for tg_id in PEOPLE],
        [await tx.orders.received(tg_id, 3) for tg_id in PEOPLE],
        await tx.gifts.page(None, 9),
        [await tx.orders.by_nonce(tg_id, Nonce(f"n{number}")) for tg_id in PEOPLE for number in range(1, 5)],
        await tx.orders.waiting_since(NOW + MINUTE, None, 2),
        await tx.orders.open_since(NOW + 4 * MINUTE, None, 2),
        [await tx.payments.of_user(tg_id, 3) for tg_id in PEOPLE],
        [await tx.payments.recurring(tg_id) for tg_id in PEOPLE],
        await tx.payments.with_wishes(None, 3),
        [await tx.payments.of_order(OrderId(samples.identity(number))) for number in range(1, 5)],
        [await tx.payments.pending(tg_id, method) for tg_id in PEOPLE for method in METHODS],
        [await tx.payments.by_comment(comment) for comment in COMMENTS],
        [await tx.payments.overdue(source, NOW + 63 * MINUTE, 2) for source in SOURCES],
        [await tx.payments.by_external_id(method, name) for method in METHODS for name in INVOICES],
        await tx.payments.comments_since(NOW + 2 * MINUTE, 3),
        [await tx.kept_cards.of_user(tg_id) for tg_id in PEOPLE],
        await tx.kept_cards.to_keep(None, 2),
        await tx.kept_cards.charges(None, 2),
        await tx.kept_cards.renewable(NOW, None, 3),
    ]


async def _read_money(tx: Transaction) -> object:
    return [
        [await tx.receipts.get(source, str(number)) for source in SOURCES for number in range(1, 5)],
        [await tx.receipts.of_user(tg_id, 3) for tg_id in PEOPLE],
        [await tx.receipts.of_payment(PaymentId(samples.identity(number))) for number in range(1, 5)],
        await tx.receipts.unmatched(5),
        await tx.payouts.waiting(2),
        [await tx.payouts.live_of_payment(PaymentId(samples.identity(number))) for number in range(1, 5)],
        [await tx.cases.newest_of(tg_id) for tg_id in PEOPLE],
        [await tx.cases.messages(samples.case(number).id, 5) for number in range(1, 5)],
        [await tx.cases.of_post(number, number) for number in range(1, 5)],
        (await tx.cases.live(9), await tx.cases.count_waiting(), await tx.shop_chats.all()),
        [await tx.payout_addresses.of_payment(PaymentId(samples.identity(number))) for number in range(1, 5)],
        await tx.payouts.sent_to(samples.payout().method, {samples.payout().destination}),
        [await tx.source_records.newest(source, 5) for source in SOURCES],
        [await tx.source_records.reversals_of(ReceiptKey(source, "1")) for source in SOURCES],
        await tx.source_records.unbooked_reversals(None, 3),
        [await tx.ledger.debt(tg_id) for tg_id in PEOPLE],
        await tx.cursors.get("ton:A"),
        await tx.cursors.all(),
        await tx.rate_history.newest(TON, RUB),
        [
            dict(await tx.rate_history.of_payment(PaymentId(samples.identity(number)), RUB, 2 * MINUTE))
            for number in range(1, 5)
        ],
        [await tx.rate_history.of_time(TON, RUB, NOW + number * MINUTE, 2 * MINUTE) for number in range(-4, 5)],
        [
            await tx.ledger.booked(PaymentId(samples.identity(number)), tg_id)
            for tg_id in PEOPLE
            for number in range(1, 5)
        ],
        [await tx.ledger.statement_lines(tg_id, 3) for tg_id in PEOPLE],
        await tx.ledger.newest(20),
        await tx.ledger.check(),
    ]


READINGS = (_read_people, _read_sales, _read_money)
