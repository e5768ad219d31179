"""All that a shop has recorded, and all that its providers hold, side by side at the end of a walk."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from orbit_domain.ids import PaymentId
from orbit_domain.ledger.ledger import UNMATCHED, Entry, EntryKind
from orbit_domain.order.order import Order
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.subscription.subscription import Grant
from orbit_domain.user.user import User
from tests.integration.all_gateways.walk import CUSTOMERS, Walk
from tests.integration.all_gateways.way_to_pay import Arrival
from tests.support.facts import ALL
from tests.support.shop import OWNER


@dataclass(frozen=True)
class Recorded:
    """`accounts` are the sums of all accounts by currency; `outbox` the dedupe keys of all notices."""

    users: Sequence[User]
    orders: Sequence[Order]
    payments: Sequence[Payment]
    receipts: Mapping[str, Receipt]
    grants: Sequence[Grant]
    entries: Sequence[Entry]
    arrivals: Sequence[Arrival]
    sent_back: Mapping[PaymentId, int]
    outbox: frozenset[tuple[int, str]]

    @property
    def accounts(self) -> Counter[tuple[str, str]]:
        """What stands on each account."""
        totals: Counter[tuple[str, str]] = Counter()
        for entry in self.entries:
            for line in entry.lines:
                totals[line.account, line.currency.code] += line.units
        return totals

    def credited(self) -> Mapping[str, tuple[int, int]]:
        """Units taken out of *unmatched*, and base units given for them, by the receipt that they came with."""
        units: Counter[str] = Counter()
        value: Counter[str] = Counter()
        for entry in self.entries:
            if entry.kind is EntryKind.CREDIT:
                ref = entry.ref.removesuffix("|surplus")
                units[ref] -= sum(line.units for line in entry.lines if line.account == UNMATCHED)
                value[ref] += sum(line.units for line in entry.lines if line.account.startswith("user:"))
        return {ref: (units[ref], value[ref]) for ref in units}

    def rate(self, payment: Payment) -> Fraction:
        """Base units that a unit of the asset of *payment* was promised to be worth."""
        return Fraction(payment.amount.units, payment.quote.due.units)

    def outcome(self) -> object:
        """All that must be the same however often, and in whichever order, the same things are told."""
        return (
            sorted((user.tg_id, user.balance.units) for user in self.users),
            sorted((str(order.id), order.state) for order in self.orders),
            sorted((str(payment.id), payment.status) for payment in self.payments),
            sorted(self.receipts),
            sorted((grant.cause, grant.seconds) for grant in self.grants),
            sorted((entry.kind, entry.ref) for entry in self.entries),
            self.sent_back,
            sorted(self.outbox),
        )


async def read_recorded(walk: Walk) -> Recorded:
    """Read everything of *walk*."""
    payments, orders = await walk.all_payments(), await walk.orders()
    arrivals = [one for way in walk.mixed.ways for one in way.arrivals()]
    sent_back = Counter[PaymentId]()
    for way in walk.mixed.ways:
        sent_back.update(way.sent_back())
    async with walk.mixed.world.storage.transaction() as tx:
        users = [user for tg_id in CUSTOMERS if (user := await tx.users.get(tg_id)) is not None]
        receipts = [await tx.receipts.get(one.source, one.external_id) for one in arrivals]
        outbox = [
            (tg_id, message.dedupe) for tg_id in (*CUSTOMERS, OWNER) for message in await tx.outbox.of_user(tg_id, ALL)
        ]
        return Recorded(
            users=users,
            orders=orders,
            payments=payments,
            receipts={receipt.ref: receipt for receipt in receipts if receipt is not None},
            grants=[grant for tg_id in CUSTOMERS for grant in await tx.grants.of_user(tg_id)],
            entries=await tx.ledger.newest(ALL),
            arrivals=arrivals,
            sent_back=sent_back,
            outbox=frozenset(outbox),
        )
