"""The life of a payment."""

from fractions import Fraction

from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orbit_domain.ledger.ledger import BookedCredit
from orbit_domain.money import TON
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.settlement import Share, is_within_quote, surplus_ref
from tests.unit.payment.samples import (
    AT_DEADLINE,
    DUE,
    JETTON,
    LAST_OF_GRACE,
    POLICY,
    PRICE,
    booked_of,
    credited_kopecks,
    make_payment,
    make_receipt,
    minute,
    settle,
)

RATE = Fraction(7, 1_000_000)
MINUTES = st.one_of(st.integers(0, 120), st.sampled_from([AT_DEADLINE, AT_DEADLINE + 1, LAST_OF_GRACE]))
MILLITONS = st.one_of(st.integers(1, 2_500), st.sampled_from([5, 500, 994, 995, 999, 1_000, 1_001]))
DUST_UNITS = 50_000


class PaymentLife(RuleBasedStateMachine):
    """Receipts that are late, double, short, too large, dust or in another asset, in any order, are credited once."""

    @initialize()
    def a_payment_of_one_ton(self) -> None:
        self.payment = make_payment()
        self.sent: list[Receipt] = []
        self.seen: list[Receipt] = []
        self.rates: dict[str, Fraction] = {}
        self.ledger: dict[str, BookedCredit] = {}
        self.watermark = minute(0)
        self.waiting_for_rate: tuple[Share, ...] = ()
        self.is_settled = True

    def send(self, units: int, at: int, asset=TON) -> None:
        """Record a transfer on the chain that the shop hasn't seen yet."""
        self.sent.append(make_receipt(units, at, name=str(len(self.sent) + 1), asset=asset))

    @rule(milliton=MILLITONS, at_minute=MINUTES)
    def tons_are_sent(self, milliton: int, at_minute: int) -> None:
        self.send(milliton * 1_000_000, at_minute)

    @rule(at_minute=MINUTES)
    def dust_is_sent(self, at_minute: int) -> None:
        self.send(DUST_UNITS, at_minute)

    @rule(units=st.integers(1, 10**9), at_minute=MINUTES)
    def jettons_are_sent(self, units: int, at_minute: int) -> None:
        self.send(units, at_minute, JETTON)

    @precondition(lambda self: len(self.seen) < len(self.sent))
    @rule(which=st.integers(0, 10))
    def one_of_them_is_seen(self, which: int) -> None:
        unseen = [receipt for receipt in self.sent if receipt not in self.seen]
        self.seen.append(unseen[which % len(unseen)])
        self.is_settled = False

    @rule(minutes=st.integers(1, 40))
    def the_chain_is_proved_complete_for_longer(self, minutes: int) -> None:
        self.watermark += minute(minutes) - minute(0)
        self.is_settled = False

    @rule()
    def the_customer_cancels(self) -> None:
        self.payment = self.payment.cancel(minute(0))
        self.is_settled = False

    @precondition(lambda self: self.waiting_for_rate)
    @rule()
    def a_rate_of_its_own_time_is_found(self) -> None:
        self.rates[self.waiting_for_rate[0].receipt.ref] = RATE
        self.is_settled = False

    @rule()
    def the_shop_settles(self) -> None:
        before = self.payment
        result = settle(
            before, self.seen, POLICY, watermark=self.watermark, booked=dict(self.ledger), rates=dict(self.rates)
        )
        new = booked_of(result)
        assert not new.keys() & self.ledger.keys(), "credited twice"
        self.ledger |= new
        self.payment, self.waiting_for_rate, self.is_settled = result.payment, result.unpriced, True
        note(f"# {before.status} -> {self.payment.status}, {self.kopecks()} kopecks in the ledger")
        assert before.status is not PaymentStatus.CONFIRMED or self.payment == before, "a confirmation was undone"

    @rule()
    def the_shop_settles_again_at_once(self) -> None:
        """A repeated settlement (a second worker, a repeated signal, a restart) changes nothing."""
        self.the_shop_settles()
        payment, ledger = self.payment, dict(self.ledger)
        self.the_shop_settles()
        assert (self.payment, self.ledger) == (payment, ledger)

    def kopecks(self) -> int:
        """What the ledger holds."""
        return sum(credit.value for credit in self.ledger.values())

    def units_within_quote(self) -> int:
        """The seen units that the locked quote covers."""
        return sum(one.amount.units for one in self.seen if is_within_quote(self.payment, one))

    @invariant()
    def invariants_hold(self) -> None:
        """All invariants in one method: the example then has one line for each step."""
        self.expired_only_past_the_watermark()
        self.confirmed_exactly_when_enough_was_seen()
        self.the_ledger_holds_the_value_of_what_was_seen()

    def expired_only_past_the_watermark(self) -> None:
        if self.payment.status is PaymentStatus.EXPIRED:
            assert self.watermark > self.payment.expires_at

    def confirmed_exactly_when_enough_was_seen(self) -> None:
        if self.is_settled:
            enough = self.units_within_quote() >= POLICY.minimum_due(DUE)
            assert (self.payment.status is PaymentStatus.CONFIRMED) == enough

    def the_ledger_holds_the_value_of_what_was_seen(self) -> None:
        if not self.is_settled:
            return
        foreign = {one.ref for one in self.seen if not is_within_quote(self.payment, one)}
        at_quote = [
            credit for ref, credit in self.ledger.items() if ref not in foreign and not ref.endswith("|surplus")
        ]
        assert sum(credit.units for credit in at_quote) <= DUE.units
        units = self.units_within_quote()
        value = self.payment.quote.value(units, POLICY.minimum_due(DUE))
        assert sum(credit.value for credit in at_quote) == (0 if self.payment.is_open else value)
        for receipt in self.seen:
            credits = [self.ledger.get(ref) for ref in (receipt.ref, surplus_ref(receipt))]
            assert sum(credit.units for credit in credits if credit) <= receipt.amount.units, (
                "credited beyond what came"
            )
        assert foreign <= {share.receipt.ref for share in self.waiting_for_rate} | set(self.rates)

    def teardown(self) -> None:
        """At the end all receipts are seen, complete and priced: the result equals one settlement of all receipts."""
        if not hasattr(self, "payment"):
            return
        self.seen, self.watermark = list(self.sent), minute(100_000)
        self.rates = {receipt.ref: RATE for receipt in self.sent}
        self.the_shop_settles()
        at_once = settle(make_payment(), self.sent, POLICY, watermark=self.watermark, rates=self.rates)
        # Each share of a surplus is rounded down, and what follows a tolerated shortfall is a surplus.
        rounding = len(self.sent) + int((DUE.units - POLICY.minimum_due(DUE)) * RATE) + 1
        assert abs(self.kopecks() - credited_kopecks(at_once)) <= rounding
        assert self.payment.status in {at_once.payment.status, PaymentStatus.CANCELLED}
        assert not self.payment.is_open
        if self.payment.status is PaymentStatus.CONFIRMED:
            assert self.kopecks() >= PRICE.units


TestPaymentLife = PaymentLife.TestCase
