"""What must always hold, and what must hold when all work is done.

Crash points in memory and on PostgreSQL, and process kills, all use these rules. `docs/faults.md` names the tests.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from orbit_domain.ledger.ledger import UNMATCHED, Entry, EntryKind, asset_account
from orbit_domain.money import TON
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import TON_METHOD, PaymentStatus
from orbit_domain.payment.source_record import Meaning
from orbit_domain.subscription.subscription import GRACE
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.audit_panels import AuditPanels
from tests.support.facts import ALL, Facts, notified_orders
from tests.support.world import COIN, PRICE, World

MONTH = timedelta(days=30)


def safety_violations(facts: Facts) -> list[str]:
    """What must not be at any moment: money lost or doubled, time or keys without money, notices of what isn't so."""
    return [*_money(facts), *_goods(facts), *_panel(facts), *_notices(facts)]


def liveness_violations(facts: Facts, months: int = 2) -> list[str]:
    """What is missing when the customer bought *months* one by one with a single payment and all work is done.

    Every month is delivered once with its notices, and nothing is left over.
    """
    return [*safety_violations(facts), *_sold(facts, months), *_delivered(facts), *_notified(facts)]


def _money(facts: Facts) -> Iterator[str]:
    lines = [(line.kind.value, line.ref, line.units) for line in facts.statement_lines]
    if facts.balance != sum(units for _, _, units in lines) or facts.balance < 0:
        yield f"the balance is {facts.balance}, its statement lines are {lines}"
    for sent in facts.outside.sent:
        receipt = facts.receipts.get(sent.lt)
        recorded = None if receipt is None else (receipt.amount.units, len(facts.arrivals[sent.lt]))
        if sent.lt <= facts.cursor_lt and recorded != (sent.units, 1):
            yield f"transfer {sent.lt} of {sent.units} was read past, and is recorded as {recorded}"
    repeated = [name for name, count in Counter((kind, ref) for kind, ref, _ in lines).items() if count > 1]
    if repeated:
        yield f"booked more than once: {repeated}"
    credited = sum(units for kind, _, units in lines if kind == EntryKind.CREDIT)
    units = sum(receipt.amount.units for receipt in facts.receipts.values())
    arrived = units * facts.outside.kopecks_per_coin // COIN + facts.outside.kopecks_elsewhere
    if credited > arrived:
        yield f"credited {credited}, arrived {arrived}"


def _goods(facts: Facts) -> Iterator[str]:
    paid = facts.paid_orders
    debits = sorted((line.ref, line.units) for line in facts.statement_lines if line.kind is EntryKind.ORDER)
    if debits != [(order, -PRICE) for order in paid]:
        yield f"paid orders {paid}, debits {debits}"
    if sorted(grant.cause for grant in facts.grants) != [f"order:{order}" for order in paid]:
        yield f"paid orders {paid}, grants {facts.grants}"
    if facts.ends_at != facts.paid_until:
        yield f"the time ends at {facts.ends_at}, and {facts.paid_until} was paid for"
    if notified_orders([message.notice for message in facts.messages]) != [*paid]:
        yield f"paid orders {paid}, outbox messages {[message.dedupe for message in facts.messages]}"
    if len(facts.keys) != bool(paid):
        yield f"paid orders {paid}, keys {facts.keys}"


def _panel(facts: Facts) -> Iterator[str]:
    accounts = facts.outside.accounts
    until = facts.paid_until
    if len(accounts) > 1 or (accounts and until is None):
        yield f"accounts on the panel: {len(accounts)}, paid until {until}"
    elif until is not None:
        ends = [account.expires_at for account in accounts]
        if any(end > served_until(facts, until) for end in ends):
            yield f"the panel serves until {ends}, paid until {until}"
        if any(order.state is OrderState.DELIVERED for order in facts.orders) and not ends:
            yield "delivered, and not on the panel"


def served_until(facts: Facts, paid_until: datetime) -> datetime:
    """When the account of a customer who has *paid_until* ends on the panel."""
    end = paid_until + GRACE
    return datetime.fromtimestamp(math.ceil(end.timestamp()), UTC) if facts.outside.whole_seconds else end


def _notices(facts: Facts) -> Iterator[str]:
    notices = facts.outside.notices or ()
    notified = set(notified_orders(notices))
    if not notified <= set(facts.paid_orders):
        yield f"notified that {notified} are paid, and the paid orders are {facts.paid_orders}"
    repeats = len(notices) - len({repr(notice) for notice in notices})
    if repeats > facts.outside.crashes:
        yield f"{repeats} notices repeated in {facts.outside.crashes} crashes"


def _sold(facts: Facts, months: int) -> Iterator[str]:
    credited = sum(line.units for line in facts.statement_lines if line.kind is EntryKind.CREDIT)
    debits = [line.units for line in facts.statement_lines if line.kind is not EntryKind.CREDIT]
    if credited != months * PRICE or debits != [-PRICE] * months:
        yield f"the statement lines are {facts.statement_lines}"
    states = [order.state for order in facts.orders]
    if states != [OrderState.DELIVERED] * months:
        yield f"the orders are {states}"
    confirmed = [payment.id for payment in facts.payments if payment.status is PaymentStatus.CONFIRMED]
    if len(confirmed) != 1:
        yield f"the confirmed payments are {confirmed}"
    first = min((order.paid_at for order in facts.orders if order.paid_at is not None), default=None)
    if first is None or facts.ends_at != first + months * MONTH:
        yield f"the time ends at {facts.ends_at}, and {months} months were first paid at {first}"


def _delivered(facts: Facts) -> Iterator[str]:
    if not all(key.home.applied_revision == key.home.desired_revision for key in facts.keys):
        yield f"the keys are {facts.keys}"
    until = facts.paid_until
    accounts = [(account.username, account.expires_at, account.key_id) for account in facts.outside.accounts]
    wanted = [(key.username, served_until(facts, until), str(key.id)) for key in facts.keys if until is not None]
    if until is None or accounts != wanted:
        yield f"the panel has {accounts}, and should have {wanted}"


def _notified(facts: Facts) -> Iterator[str]:
    notices = facts.outside.notices
    if notices is None:
        return
    waiting = [message.dedupe for message in facts.messages if message.done_at is None or message.dead_at is not None]
    if waiting:
        yield f"outbox messages that were not sent: {waiting}"
    if {notice.kind for notice in notices} != {"order_paid", "key_ready"}:
        yield f"notified of {[notice.kind for notice in notices]}"
    if set(notified_orders(notices)) != {str(order.id) for order in facts.orders}:
        yield f"notified that {notified_orders(notices)} are paid"


async def check_ledger(world: World, since_lt: int = 0) -> None:
    """Assert that the audits find nothing, every arrival was booked once, and the rest stands in *unmatched*.

    What the chain holds up to *since_lt* is the wallet's history from before the shop, and isn't expected.
    """
    await check_panels(world)
    report = await AuditLedger(world.storage)()
    assert report.findings == ()
    arrived = await _arrived(world, since_lt)
    totals: Counter[tuple[str, str]] = Counter()
    async with world.storage.transaction() as tx:
        entries = await tx.ledger.newest(ALL)
    for entry in entries:
        for line in entry.lines:
            totals[line.account, line.currency.code] += line.units
    credited = _credited_units(entries)
    assert credited.keys() <= arrived.keys()
    assert all(0 < units <= arrived[ref] for ref, units in credited.items()), "credited beyond what arrived"
    assert totals[asset_account(TON_METHOD, TON), TON.code] == -sum(arrived.values())
    assert totals[UNMATCHED, TON.code] == sum(arrived.values()) - sum(credited.values())
    debits = Counter(entry.ref for entry in entries if entry.kind is EntryKind.ORDER)
    assert all(count == 1 for count in debits.values())


async def check_panels(world: World) -> None:
    """Assert that the panels that answer hold what the confirmed keys say, and nothing of ours besides."""
    ports = world.ports()
    audit = await AuditPanels(ports.storage, ports.clock, ports.panels)()
    assert not audit.findings, list(audit.findings.values())


def _credited_units(entries: Sequence[Entry]) -> Counter[str]:
    """Nanotons that credits took out of *unmatched*, by the receipt's ref: the quoted part and the surplus."""
    units: Counter[str] = Counter()
    for entry in entries:
        if entry.kind is EntryKind.CREDIT:
            ref = entry.ref.removesuffix("|surplus")
            units[ref] -= sum(line.units for line in entry.lines if line.account == UNMATCHED)
    return units


async def _arrived(world: World, since_lt: int) -> dict[str, int]:
    """Nanotons of every deposit up to the cursor, by the receipt's ref; each must have its receipt."""
    async with world.storage.transaction() as tx:
        cursor = await tx.cursors.get(world.chain.name)
        read_to = int(cursor.position.partition(":")[0] or 0) if cursor else 0
        arrived = {}
        for record in world.chain.records:
            if not since_lt < int(record.external_id) <= read_to or record.meaning is Meaning.NOTHING:
                continue
            receipt = await tx.receipts.get(world.chain.name, record.external_id)
            assert receipt is not None, f"record {record.external_id} has no receipt"
            arrived[receipt.ref] = receipt.amount.units
    return arrived
