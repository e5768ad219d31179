"""The ledger as a state machine."""

from collections import Counter
from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.entries import money_credited
from orbit_domain.ledger.ledger import REVENUE, UNMATCHED, Entry, EntryKind, Line, asset_account, user_account
from orbit_domain.money import RUB, TON, Money, rub
from orbit_domain.steps.book_receipt import money_arrived
from orbit_domain.steps.pay_order import order_paid

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
USERS = st.sampled_from([TelegramId(1), TelegramId(2)])
KOPECKS = st.integers(1, 20_000)


class LedgerLife(RuleBasedStateMachine):
    """Receipts, credits, purchases and corrections in any order: every unit is in exactly one account."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[EntryKind, str], Entry] = {}
        self.arrived: dict[str, Money] = {}
        self.credited: set[str] = set()
        self.balances: Counter[TelegramId] = Counter()
        self.revenue = 0

    def post(self, entry: Entry) -> bool:
        """Record *entry* unless the ledger has its kind and ref already."""
        return self.entries.setdefault((entry.kind, entry.ref), entry) is entry

    def account(self, name: str, currency: str) -> int:
        """The balance of one account."""
        lines = (line for entry in self.entries.values() for line in entry.lines)
        return sum(line.units for line in lines if (line.account, line.currency.code) == (name, currency))

    @rule(units=st.integers(1, 10**10), currency=st.sampled_from([RUB, TON]))
    def money_comes_in(self, units: int, currency) -> None:
        ref = f"receipt {len(self.arrived) + 1}"
        self.arrived[ref] = Money(units, currency)
        assert self.post(money_arrived(ref, "ton", self.arrived[ref], NOON))

    @precondition(lambda self: self.arrived)
    @rule(number=st.integers(1, 50), user=USERS, kopecks=KOPECKS)
    def it_is_credited(self, number: int, user: TelegramId, kopecks: int) -> None:
        """A receipt may be credited again, also to another user: only the first credit counts."""
        ref = list(self.arrived)[(number - 1) % len(self.arrived)]
        first = self.post(money_credited(ref, user, self.arrived[ref], rub(kopecks), NOON))
        assert first == (ref not in self.credited)
        self.credited.add(ref)
        self.balances[user] += kopecks * first

    @rule(user=USERS, kopecks=KOPECKS, order=st.integers(1, 6))
    def an_order_is_paid(self, user: TelegramId, kopecks: int, order: int) -> None:
        if self.balances[user] >= kopecks and self.post(order_paid(f"order {order}", user, rub(kopecks), NOON)):
            self.balances[user] -= kopecks
            self.revenue += kopecks

    @precondition(lambda self: any(kind is EntryKind.ORDER for kind, _ in self.entries))
    @rule(number=st.integers(0, 5))
    def an_order_is_refunded(self, number: int) -> None:
        orders = [entry for (kind, _), entry in self.entries.items() if kind is EntryKind.ORDER]
        old = orders[number % len(orders)]
        lines = tuple(Line(line.account, -line.units, line.currency) for line in old.lines)
        if self.post(Entry(EntryKind.REFUND, old.ref, lines, NOON, "owner", "didn't work", corrects=old.ref)):
            price = next(line.units for line in old.lines if line.account == REVENUE)
            buyer = next(user for user in (TelegramId(1), TelegramId(2)) if old.lines[0].account == user_account(user))
            self.balances[buyer] += price
            self.revenue -= price

    @invariant()
    def invariants_hold(self) -> None:
        """All invariants in one method: the example then has one line for each step."""
        self.entries_balance_in_every_currency()
        self.what_came_in_is_what_the_asset_accounts_say()
        self.unmatched_is_exactly_what_is_not_credited()
        self.balances_are_the_fold_of_the_entries_and_never_negative()
        self.revenue_is_what_was_bought_and_kept()

    def entries_balance_in_every_currency(self) -> None:
        totals: Counter[str] = Counter()
        for entry in self.entries.values():
            for line in entry.lines:
                totals[line.currency.code] += line.units
        assert not any(totals.values())

    def what_came_in_is_what_the_asset_accounts_say(self) -> None:
        for currency in (RUB, TON):
            came = sum(amount.units for amount in self.arrived.values() if amount.currency == currency)
            assert self.account(asset_account("ton", currency), currency.code) == -came

    def unmatched_is_exactly_what_is_not_credited(self) -> None:
        for currency in (RUB, TON):
            waiting = [a for ref, a in self.arrived.items() if ref not in self.credited and a.currency == currency]
            assert self.account(UNMATCHED, currency.code) == sum(amount.units for amount in waiting)

    def balances_are_the_fold_of_the_entries_and_never_negative(self) -> None:
        for user in (TelegramId(1), TelegramId(2)):
            assert self.account(user_account(user), "RUB") == self.balances[user] >= 0

    def revenue_is_what_was_bought_and_kept(self) -> None:
        assert self.account(REVENUE, "RUB") == self.revenue >= 0


TestLedgerLife = LedgerLife.TestCase
