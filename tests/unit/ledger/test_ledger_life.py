"""The life of the books."""

from collections import Counter
from datetime import UTC, datetime

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.entries import money_arrived, money_credited, order_paid
from orbit_domain.ledger.ledger import REVENUE, UNMATCHED, Entry, EntryKind, Line, asset_account, user_account
from orbit_domain.money import RUB, TON, Money, rub

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
USERS = st.sampled_from([TelegramId(1), TelegramId(2)])
KOPECKS = st.integers(1, 20_000)


class LedgerLife(RuleBasedStateMachine):
    """Money comes in, finds its owner, is spent and corrected in any order: it is always somewhere, exactly once."""

    def __init__(self) -> None:
        super().__init__()
        self.books: dict[tuple[EntryKind, str], Entry] = {}
        self.arrived: dict[str, Money] = {}
        self.owned: set[str] = set()
        self.held: Counter[TelegramId] = Counter()
        self.earned = 0

    def post(self, entry: Entry) -> bool:
        """Record *entry* unless its kind and ref are in the books already, as every ledger promises."""
        return self.books.setdefault((entry.kind, entry.ref), entry) is entry

    def account(self, name: str, currency: str) -> int:
        """The fold of one account."""
        lines = (line for entry in self.books.values() for line in entry.lines)
        return sum(line.units for line in lines if (line.account, line.currency.code) == (name, currency))

    @rule(units=st.integers(1, 10**10), currency=st.sampled_from([RUB, TON]))
    def money_comes_in(self, units: int, currency) -> None:
        ref = f"receipt {len(self.arrived) + 1}"
        self.arrived[ref] = Money(units, currency)
        assert self.post(money_arrived(ref, "ton", self.arrived[ref], NOON))

    @precondition(lambda self: self.arrived)
    @rule(number=st.integers(1, 50), user=USERS, kopecks=KOPECKS)
    def it_is_credited(self, number: int, user: TelegramId, kopecks: int) -> None:
        """Also the same receipt again, and to somebody else: only the first time counts."""
        ref = list(self.arrived)[(number - 1) % len(self.arrived)]
        first = self.post(money_credited(ref, user, self.arrived[ref], rub(kopecks), NOON))
        assert first == (ref not in self.owned)
        self.owned.add(ref)
        self.held[user] += kopecks * first

    @rule(user=USERS, kopecks=KOPECKS, order=st.integers(1, 6))
    def an_order_is_paid(self, user: TelegramId, kopecks: int, order: int) -> None:
        if self.held[user] >= kopecks and self.post(order_paid(f"order {order}", user, rub(kopecks), NOON)):
            self.held[user] -= kopecks
            self.earned += kopecks

    @precondition(lambda self: any(kind is EntryKind.ORDER for kind, _ in self.books))
    @rule(number=st.integers(0, 5))
    def an_order_is_taken_back(self, number: int) -> None:
        orders = [entry for (kind, _), entry in self.books.items() if kind is EntryKind.ORDER]
        old = orders[number % len(orders)]
        lines = tuple(Line(line.account, -line.units, line.currency) for line in old.lines)
        if self.post(Entry(EntryKind.REFUND, old.ref, lines, NOON, "owner", "didn't work", corrects=old.ref)):
            price = next(line.units for line in old.lines if line.account == REVENUE)
            buyer = next(user for user in (TelegramId(1), TelegramId(2)) if old.lines[0].account == user_account(user))
            self.held[buyer] += price
            self.earned -= price

    @invariant()
    def the_promise_holds(self) -> None:
        """One line of the story after each step; the assertion that fails says what was broken."""
        self.the_books_balance_in_every_currency()
        self.what_came_in_is_what_the_asset_accounts_say()
        self.unmatched_is_exactly_what_nobody_owns_yet()
        self.balances_are_the_fold_of_the_books_and_never_negative()
        self.revenue_is_what_was_bought_and_kept()

    def the_books_balance_in_every_currency(self) -> None:
        sums: Counter[str] = Counter()
        for entry in self.books.values():
            for line in entry.lines:
                sums[line.currency.code] += line.units
        assert not any(sums.values())

    def what_came_in_is_what_the_asset_accounts_say(self) -> None:
        for currency in (RUB, TON):
            came = sum(amount.units for amount in self.arrived.values() if amount.currency == currency)
            assert self.account(asset_account("ton", currency), currency.code) == -came

    def unmatched_is_exactly_what_nobody_owns_yet(self) -> None:
        for currency in (RUB, TON):
            waiting = [a for ref, a in self.arrived.items() if ref not in self.owned and a.currency == currency]
            assert self.account(UNMATCHED, currency.code) == sum(amount.units for amount in waiting)

    def balances_are_the_fold_of_the_books_and_never_negative(self) -> None:
        for user in (TelegramId(1), TelegramId(2)):
            assert self.account(user_account(user), "RUB") == self.held[user] >= 0

    def revenue_is_what_was_bought_and_kept(self) -> None:
        assert self.account(REVENUE, "RUB") == self.earned >= 0


TestLedgerLife = LedgerLife.TestCase
