"""What must hold when a walk has come to rest. The numbers are those of docs/invariants.md."""

from collections import Counter
from collections.abc import Iterator

from orbit_domain.ids import PaymentId
from orbit_domain.ledger.entries import sent_name
from orbit_domain.ledger.ledger import REFUND_PAYABLE, UNMATCHED, EntryKind, asset_account
from orbit_domain.ledger.wallet_entries import MOVED_SUFFIX
from orbit_domain.notice.notice import UnmatchedMoney
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import Payment, PaymentStatus
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.settlement import is_within_quote
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.audit_panels import AuditPanels
from tests.integration.all_gateways.recorded import Recorded
from tests.integration.all_gateways.walk import Walk

_PAID = (OrderState.PAID, OrderState.DELIVERED)
_WERE_PAID = (*_PAID, OrderState.REFUNDED)


async def violations(walk: Walk, recorded: Recorded) -> list[str]:
    """What is wrong with *recorded*, and with what was told of them."""
    return [
        *await _audits(walk),
        *_arrived(recorded),
        *_accounts(walk, recorded),
        *_matched(walk, recorded),
        *_worth(recorded),
        *_settled(recorded),
        *_delivered(recorded),
        *_sent_back(recorded),
        *_told(walk, recorded),
        *await _news(walk),
    ]


async def _audits(walk: Walk) -> list[str]:
    """1, 2, 3, 4, 10, 45, 59, 60: the shop's own audits find nothing."""
    ports = walk.mixed.ports
    ledger = await AuditLedger(ports.storage)()
    panels = await AuditPanels(ports.storage, walk.mixed.world.clock, ports.panels)()
    return [*(f"60: {finding}" for finding in ledger.findings), *(f"60: {one}" for one in panels.findings.values())]


def _arrived(recorded: Recorded) -> Iterator[str]:
    """17, 10, 28: what the providers have taken is recorded once each, and nothing else is."""
    for one in recorded.arrivals:
        receipt = recorded.receipts.get(f"{one.source}|{one.external_id}")
        if receipt is None:
            yield f"17: {one} isn't recorded"
        elif (receipt.amount, receipt.occurred_at) != (one.amount, one.at):
            yield f"17: {one} is recorded as {receipt}"
    booked = Counter(
        entry.ref
        for entry in recorded.entries
        if entry.kind is EntryKind.RECEIPT and not entry.ref.endswith(MOVED_SUFFIX)
    )
    expected = Counter(f"{one.source}|{one.external_id}" for one in recorded.arrivals)
    if booked != expected:
        yield f"10: booked besides {booked - expected}, not booked {expected - booked}"


def _accounts(walk: Walk, recorded: Recorded) -> Iterator[str]:
    """2, 3, 5, 21: each provider's account is what it holds for us; what isn't credited stands in *unmatched*."""
    held: Counter[tuple[str, str]] = Counter()
    unmatched: Counter[str] = Counter()
    credited = recorded.credited()
    for way in walk.mixed.ways:
        for one in way.arrivals():
            held[asset_account(way.method, one.amount.currency), one.amount.currency.code] -= one.amount.units
            units, _ = credited.get(f"{one.source}|{one.external_id}", (0, 0))
            unmatched[one.amount.currency.code] += one.amount.units - units
        account = asset_account(way.method, way.gateway.asset), way.gateway.asset.code
        held[account] += sum(way.sent_back().values())
        if (really := way.held()) is not None:
            held[account] = -really
    accounts = recorded.accounts
    for (account, code), units in accounts.items():
        if account.startswith("asset:") and units != held[account, code]:
            yield f"5: {account} is {units}, its provider holds {held[account, code]}"
        if account == UNMATCHED and units != unmatched[code]:
            yield f"3: unmatched {code} is {units}, and {unmatched[code]} isn't credited"
        if account == REFUND_PAYABLE and units:
            yield f"44: {units} {code} are still owed for refunds"


def _matched(walk: Walk, recorded: Recorded) -> Iterator[str]:
    """24, 27, 30, 41, 42: money is its payment's owner's; what names none of ours is nobody's, and the owner knows."""
    owners = {payment.id: payment.tg_id for payment in recorded.payments}
    for ref, receipt in recorded.receipts.items():
        if receipt.payment_id is not None and receipt.tg_id != owners.get(receipt.payment_id):
            yield f"24: {ref} of payment {receipt.payment_id} is credited to {receipt.tg_id}"
        if ref in walk.nameless and receipt.payment_id is not None:
            yield f"27: {ref} names nobody ({receipt.comment!r}) and was taken for {receipt.payment_id}"


def _worth(recorded: Recorded) -> Iterator[str]:
    """4, 37, 38: all that a payment has brought is credited, to the kopeck and no more than it is worth."""
    credited = recorded.credited()
    for payment in recorded.payments:
        receipts = [one for one in recorded.receipts.values() if one.payment_id == payment.id]
        ours = [one for one in receipts if one.amount.currency == payment.quote.asset]
        units = sum(one.amount.units for one in ours)
        value = sum(credited.get(one.ref, (0, 0))[1] for one in ours)
        minimum, maximum = _bounds(recorded, payment, units, len(ours))
        if payment.is_open:
            minimum = 0  # Nothing is credited yet: the rest of it may still come.
        if not minimum <= value <= maximum:
            worth = f"{units} units worth {minimum} to {maximum}"
            yield f"38: payment {payment.id} by {payment.method} brought {worth}, and gave {value}"


def _bounds(recorded: Recorded, payment: Payment, units: int, receipts: int) -> tuple[int, int]:
    """Each share may lose less than one base unit; what a policy tolerates is given on top."""
    if payment.quote.asset == payment.amount.currency:
        return units, units
    worth = units * recorded.rate(payment)
    tolerated = payment.amount.units * payment.policy.tolerance_bps // 10_000
    rounded_up = payment.quote.due.units * payment.quote.rate - payment.amount.units
    periods = -(-units // payment.quote.due.units) if units else 0
    return int(worth) - 2 * receipts, int(worth + periods * rounded_up) + tolerated + 1


def _settled(recorded: Recorded) -> Iterator[str]:
    """31, 37: a payment is confirmed exactly when enough of its asset came while its quote held."""
    for payment in recorded.payments:
        in_quote = [
            one.amount.units
            for one in recorded.receipts.values()
            if one.payment_id == payment.id and is_within_quote(payment, one)
        ]
        is_enough = sum(in_quote) >= payment.minimum_due
        if is_enough != (payment.status is PaymentStatus.CONFIRMED):
            yield f"31: payment {payment.id} is {payment.status}, and {sum(in_quote)} of {payment.minimum_due} came"
        if payment.is_open:
            yield f"33: payment {payment.id} is still open, long after its deadline"


def _delivered(recorded: Recorded) -> Iterator[str]:
    """11, 12, 32, 44: one grant and one debit for each paid order; a refund takes back its grant and nothing else."""
    grants = Counter(grant.cause for grant in recorded.grants)
    debits = Counter(entry.ref for entry in recorded.entries if entry.kind is EntryKind.ORDER)
    for order in recorded.orders:
        was_paid = order.state in _WERE_PAID
        if (grants[f"order:{order.id}"], debits[str(order.id)]) != (was_paid, was_paid):
            yield f"11: order {order.id} is {order.state}: grants {grants}, debits {debits}"
        if grants[f"refund:{order.id}"] > (order.state is OrderState.REFUNDED):
            yield f"44: order {order.id} is {order.state} and gave its time back"
        if order.state is OrderState.PAID:
            yield f"12: order {order.id} is paid and not delivered"
    if any(count > 1 for count in (*grants.values(), *debits.values())):
        yield f"11: twice: {grants}, {debits}"


def _sent_back(recorded: Recorded) -> Iterator[str]:
    """15, 44: what goes back is what came, once, and the ledger says so."""
    sent: Counter[PaymentId] = Counter()
    for payment in recorded.payments:
        for entry in recorded.entries:
            if entry.kind is EntryKind.REFUND and entry.ref == sent_name(payment.id):
                sent[payment.id] -= sum(line.units for line in entry.lines if line.account == REFUND_PAYABLE)
        came = sum(one.amount.units for one in recorded.receipts.values() if one.payment_id == payment.id)
        if recorded.sent_back.get(payment.id, 0) > came:
            yield f"15: {came} came for {payment.id}, and {recorded.sent_back[payment.id]} went back"
    if +sent != +Counter(recorded.sent_back):
        yield f"44: sent back {dict(recorded.sent_back)}, and the ledger says {dict(sent)}"


def _told(walk: Walk, recorded: Recorded) -> Iterator[str]:
    """21, 57: every notice is of a committed row, and the owner knows of all money without an owner."""
    for sent in walk.mixed.world.notifier.sent:
        if (sent.tg_id, sent.notice.dedupe_key(sent.tg_id)) not in recorded.outbox:
            yield f"57: told {sent.tg_id} without a row: {sent.notice}"
    told = {one.notice.ref for one in walk.mixed.world.notifier.sent if isinstance(one.notice, UnmatchedMoney)}
    dust = {source.name: source.dust_units for way in walk.mixed.ways for source in way.sources}
    for receipt in recorded.receipts.values():
        if _is_worth_telling(receipt, dust) and receipt.ref not in told:
            yield f"21: {receipt.ref} has no owner, and the shop's owner wasn't told"


def _is_worth_telling(receipt: Receipt, dust: dict[str, int]) -> bool:
    return receipt.payment_id is None and receipt.amount.units >= max(1, dust.get(receipt.source, 1))


async def _news(walk: Walk) -> list[str]:
    """23: what was answered with 200 is stored, byte for byte, as it came first."""
    found = []
    async with walk.mixed.world.storage.transaction() as tx:
        for (source, name), payload in walk.news_taken.items():
            entry = await tx.inbox.get(source, name)
            if entry is None or entry.payload != payload:
                found.append(f"23: news {name} of {source} was taken as {payload} and is kept as {entry}")
    return found
