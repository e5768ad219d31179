"""What is recorded in a period, in memory."""

from collections import defaultdict
from datetime import datetime

from orbit_adapters.memory.tables import Session
from orbit_domain.bookkeeping.periods import AccountFigures, NumberedEntry, ReceiptTotals, SalesTotals, shown_account
from orbit_domain.ids import OrderId, TelegramId
from orbit_domain.money import Currency, Money
from orbit_domain.order.order import TRIAL_NONCE, Order
from orbit_domain.payment.receipt import Receipt


class MemoryPeriods:
    """The port `Periods`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def entries(
        self, since: datetime, until: datetime, after: NumberedEntry | None, limit: int
    ) -> tuple[NumberedEntry, ...]:
        """One page, by number."""
        numbered = (NumberedEntry(*pair) for pair in enumerate(self._session.tables.entries.values(), 1))
        begin = after.number if after else 0
        return tuple(one for one in numbered if one.number > begin and since <= one.entry.at < until)[:limit]

    async def receipts(
        self, since: datetime, until: datetime, after: Receipt | None, limit: int
    ) -> tuple[Receipt, ...]:
        """One page, by key."""
        begun = (one for one in self._seen(since, until) if after is None or _key(one) > _key(after))
        return tuple(sorted(begun, key=_key)[:limit])

    async def orders(self, since: datetime, until: datetime, after: OrderId | None, limit: int) -> tuple[Order, ...]:
        """One page, by id."""
        orders = self._session.tables.orders.values()
        within = (one for one in orders if any(at and since <= at < until for at in (one.created_at, one.paid_at)))
        begun = (one for one in within if after is None or one.id > after)
        return tuple(sorted(begun, key=lambda one: one.id)[:limit])

    async def account_figures(self, since: datetime, until: datetime) -> tuple[AccountFigures, ...]:
        """Every line before *until* is read."""
        sums: dict[tuple[str, Currency], list[int]] = defaultdict(lambda: [0, 0, 0])
        for entry in self._session.tables.entries.values():
            for line in entry.lines if entry.at < until else ():
                part = 0 if entry.at < since else 1 if line.units > 0 else 2
                sums[shown_account(line.account), line.currency][part] += line.units
        found = (AccountFigures(account, currency, *units) for (account, currency), units in sums.items())
        return tuple(sorted(found, key=lambda one: (one.account, one.currency.code)))

    async def sales(self, since: datetime, until: datetime) -> SalesTotals:
        """Everyone and every order is read."""
        tables = self._session.tables
        came = sum(since <= one.created_at < until for one in tables.users.values())
        paid = [(one, one.paid_at) for one in tables.orders.values() if one.paid_at is not None]
        sold = [(one, at) for one, at in paid if one.price.units]
        first: dict[TelegramId, datetime] = {}
        for one, at in sold:
            first[one.tg_id] = min(at, first.get(one.tg_id, at))
        trials = sum(one.nonce.startswith(TRIAL_NONCE) for one, at in paid if since <= at < until)
        within = [(one, at) for one, at in sold if since <= at < until]
        renewals = sum(first[one.tg_id] < at for one, at in within)
        return SalesTotals(came, trials, len(within), renewals, sum(one.price.units for one, _ in within))

    async def receipt_totals(self, since: datetime, until: datetime) -> tuple[ReceiptTotals, ...]:
        """What was seen in the period, added up."""
        sums: dict[tuple[str, Currency], list[int]] = defaultdict(list)
        for one in self._seen(since, until):
            sums[one.method, one.amount.currency].append(one.amount.units)
        found = (
            ReceiptTotals(method, len(units), Money(sum(units), currency)) for (method, currency), units in sums.items()
        )
        return tuple(sorted(found, key=lambda one: (one.method, one.total.currency.code)))

    def _seen(self, since: datetime, until: datetime) -> list[Receipt]:
        return [one for one in self._session.tables.receipts.values() if since <= one.seen_at < until]


def _key(receipt: Receipt) -> tuple[str, str]:
    return receipt.source, receipt.external_id
