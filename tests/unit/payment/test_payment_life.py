"""The life of a payment."""

from fractions import Fraction

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orbit_domain.money import TON
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.settlement import is_within_quote, settle
from tests.unit.payment.paying import AT_DEADLINE, DUE, JETTON, LAST_OF_GRACE, POLICY, PRICE, asked, came, minute

RATE = Fraction(7, 1_000_000)
MINUTES = st.one_of(st.integers(0, 120), st.sampled_from([AT_DEADLINE, AT_DEADLINE + 1, LAST_OF_GRACE]))
MILLITONS = st.one_of(st.integers(1, 2_500), st.sampled_from([5, 500, 994, 995, 999, 1_000, 1_001]))
NOTHING_WORTH = 50_000


class PaymentLife(RuleBasedStateMachine):
    """Money comes late, twice, short, over, as dust, in another asset, seen in any order: it is credited once."""

    @initialize()
    def a_ton_is_asked_for(self) -> None:
        self.payment = asked()
        self.sent: list[Receipt] = []
        self.seen: list[Receipt] = []
        self.rates: dict[str, Fraction] = {}
        self.books: dict[str, int] = {}
        self.watermark = minute(0)
        self.waiting_for_rate: tuple[Receipt, ...] = ()
        self.looked = True

    def send(self, units: int, at: int, asset=TON) -> None:
        """The world sends something: a fact, whether anybody has seen it or not."""
        self.sent.append(came(units, at, name=str(len(self.sent) + 1), asset=asset))

    @rule(milliton=MILLITONS, at_minute=MINUTES)
    def tons_are_sent(self, milliton: int, at_minute: int) -> None:
        self.send(milliton * 1_000_000, at_minute)

    @rule(at_minute=MINUTES)
    def dust_is_sent(self, at_minute: int) -> None:
        self.send(NOTHING_WORTH, at_minute)

    @rule(units=st.integers(1, 10**9), at_minute=MINUTES)
    def jettons_are_sent(self, units: int, at_minute: int) -> None:
        self.send(units, at_minute, JETTON)

    @precondition(lambda self: len(self.seen) < len(self.sent))
    @rule(which=st.integers(0, 10))
    def one_of_them_is_seen(self, which: int) -> None:
        unseen = [receipt for receipt in self.sent if receipt not in self.seen]
        self.seen.append(unseen[which % len(unseen)])
        self.looked = False

    @rule(minutes=st.integers(1, 40))
    def the_chain_is_proved_complete_for_longer(self, minutes: int) -> None:
        self.watermark += minute(minutes) - minute(0)
        self.looked = False

    @rule()
    def the_customer_cancels(self) -> None:
        self.payment = self.payment.cancel()
        self.looked = False

    @precondition(lambda self: self.waiting_for_rate)
    @rule()
    def a_rate_of_its_own_time_is_found(self) -> None:
        self.rates[self.waiting_for_rate[0].ref] = RATE
        self.looked = False

    @rule()
    def the_shop_settles(self) -> None:
        before = self.payment
        turn = settle(
            before, self.seen, POLICY, watermark=self.watermark, credited=dict(self.books), rates=dict(self.rates)
        )
        for credit in turn.credits:
            assert credit.receipt.ref not in self.books, "credited twice"
            self.books[credit.receipt.ref] = credit.value.units
        self.payment, self.waiting_for_rate, self.looked = turn.payment, turn.unpriced, True
        note(f"# {before.status} -> {self.payment.status}, {sum(self.books.values())} kopecks in the books")
        assert before.status is not PaymentStatus.CONFIRMED or self.payment == before, "a confirmation was undone"

    @rule()
    def the_shop_settles_again_at_once(self) -> None:
        """A second worker, a repeated nudge, a restart: nothing more happens."""
        self.the_shop_settles()
        payment, books = self.payment, dict(self.books)
        self.the_shop_settles()
        assert (self.payment, self.books) == (payment, books)

    def honoured_units(self) -> int:
        """What we have seen come at the locked quote."""
        return sum(one.amount.units for one in self.seen if is_within_quote(self.payment, one, POLICY))

    @invariant()
    def the_promise_holds(self) -> None:
        """One line of the story after each step; the assertion that fails says what was broken."""
        self.expired_only_past_the_watermark()
        self.confirmed_exactly_when_enough_was_seen()
        self.the_books_hold_the_value_of_what_was_seen()

    def expired_only_past_the_watermark(self) -> None:
        if self.payment.status is PaymentStatus.EXPIRED:
            assert self.watermark > self.payment.expires_at

    def confirmed_exactly_when_enough_was_seen(self) -> None:
        if self.looked:
            enough = self.honoured_units() >= POLICY.minimum_due(DUE)
            assert (self.payment.status is PaymentStatus.CONFIRMED) == enough

    def the_books_hold_the_value_of_what_was_seen(self) -> None:
        if not self.looked:
            return
        value = self.payment.quote.value(self.honoured_units(), POLICY.minimum_due(DUE))
        promised = 0 if self.payment.is_open else value
        foreign = [one for one in self.seen if not is_within_quote(self.payment, one, POLICY)]
        exchanged = sum(int(one.amount.units * self.rates[one.ref]) for one in foreign if one.ref in self.rates)
        assert sum(self.books.values()) == promised + exchanged
        assert {one.ref for one in self.waiting_for_rate} == {one.ref for one in foreign} - set(self.rates)

    def teardown(self) -> None:
        """The faults end: everything is seen, proved complete and priced; then the end is as if it had come at once."""
        if not hasattr(self, "payment"):
            return
        self.seen, self.watermark = list(self.sent), minute(100_000)
        self.rates = {receipt.ref: RATE for receipt in self.sent}
        self.the_shop_settles()
        at_once = settle(asked(), self.sent, POLICY, watermark=self.watermark, rates=self.rates)
        assert sum(self.books.values()) == sum(credit.value.units for credit in at_once.credits)
        assert self.payment.status in {at_once.payment.status, PaymentStatus.CANCELLED}
        assert not self.payment.is_open
        if self.payment.status is PaymentStatus.CONFIRMED:
            assert sum(self.books.values()) >= PRICE.units


TestPaymentLife = PaymentLife.TestCase
