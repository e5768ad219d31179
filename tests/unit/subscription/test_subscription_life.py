"""The life of a subscription."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orbit_domain.ids import PlanCode, TelegramId
from orbit_domain.plan.plan import SEEDED_PLANS, TRIAL
from orbit_domain.subscription.reminders import due
from orbit_domain.subscription.subscription import GRACE, Grant, Subscription, SubscriptionState, fold

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANNA = TelegramId(42)
PAID_PLANS = {str(plan.code): plan for plan in SEEDED_PLANS if plan.code != TRIAL}


class SubscriptionLife(RuleBasedStateMachine):
    """Trials, purchases, refunds, silence in any order: what was bought is had to the second, nothing else ends it."""

    @initialize()
    def nobody_has_anything(self) -> None:
        self.now = NOON
        self.subscription = Subscription(ANNA)
        self.grants: list[Grant] = []
        self.refundable: list[Grant] = []

    def left(self) -> timedelta:
        """What the customer has left, nothing when it is over."""
        ends_at = self.subscription.ends_at
        return max(timedelta(0), ends_at - self.now) if ends_at else timedelta(0)

    def give(self, cause: str, seconds: int, plan_code: PlanCode) -> Grant:
        """Record a grant unless its cause is known, as the grants of every storage promise."""
        grant = Grant(cause, ANNA, seconds, self.now)
        if cause not in {one.cause for one in self.grants}:
            self.grants.append(grant)
            self.subscription = self.subscription.extend(grant, plan_code)
        return grant

    @rule(hours=st.one_of(st.integers(0, 48), st.sampled_from([72, 720, 744, 9_000])))
    def time_passes(self, hours: int) -> None:
        before = self.subscription
        self.now += timedelta(hours=hours)
        assert self.subscription == before

    @rule()
    def the_trial_is_started(self) -> None:
        """Also again: its cause is the user, so that it gives its three days once."""
        left, first = self.left(), "trial:42" not in {one.cause for one in self.grants}
        self.give("trial:42", 3 * 86_400, TRIAL)
        assert self.left() == left + (timedelta(days=3) if first else timedelta(0))

    @rule(code=st.sampled_from(sorted(PAID_PLANS)))
    def a_plan_is_bought(self, code: str) -> None:
        plan, left = PAID_PLANS[code], self.left()
        order = f"order:{len(self.grants)}"
        self.refundable.append(self.give(order, int(plan.terms.duration.total_seconds()), plan.code))
        assert self.left() == left + plan.terms.duration
        assert self.subscription.state(self.now) is SubscriptionState.ACTIVE
        self.give(order, int(plan.terms.duration.total_seconds()), plan.code)
        assert self.left() == left + plan.terms.duration, "the same order gave its time twice"

    @precondition(lambda self: self.refundable)
    @rule(which=st.integers(0, 5))
    def an_order_is_refunded(self, which: int) -> None:
        old, ends_at = self.refundable.pop(which % len(self.refundable)), self.subscription.ends_at
        assert ends_at is not None
        assert self.subscription.plan_code is not None
        self.give(f"refund:{old.cause}", -old.seconds, self.subscription.plan_code)
        assert self.subscription.ends_at == ends_at - timedelta(seconds=old.seconds)

    @rule()
    def the_shop_looks_for_reminders(self) -> None:
        """Nobody hears of an old end, of an end that is far, or of a trial that has only begun."""
        owed = due(self.subscription, self.now)
        if owed is not None:
            assert owed.ends_at == self.subscription.ends_at
            until_end = owed.ends_at - self.now
            assert timedelta(days=-3) < until_end <= timedelta(days=1 if self.subscription.plan_code == TRIAL else 3)

    @invariant()
    def the_promise_holds(self) -> None:
        """One line of the story after each step; the assertion that fails says what was broken."""
        self.the_end_is_the_fold_of_the_grants()
        self.the_state_says_whether_time_is_left()

    def the_end_is_the_fold_of_the_grants(self) -> None:
        assert self.subscription.ends_at == fold(ANNA, self.grants)

    def the_state_says_whether_time_is_left(self) -> None:
        state = self.subscription.state(self.now)
        running = state in {SubscriptionState.ACTIVE, SubscriptionState.TRIAL}
        assert running == (self.left() > timedelta(0))
        assert (state is SubscriptionState.NONE) == (not self.grants)
        if state is SubscriptionState.GRACE:
            assert self.subscription.ends_at is not None
            assert self.now - self.subscription.ends_at < GRACE


TestSubscriptionLife = SubscriptionLife.TestCase
