"""The life of a subscription."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orbit_domain.ids import PlanCode, TelegramId
from orbit_domain.plan.plan import TRIAL
from orbit_domain.subscription.reminders import due
from orbit_domain.subscription.subscription import GRACE, Grant, Subscription, SubscriptionState, fold
from orbit_testing.samples import SEEDED_PLANS

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANNA = TelegramId(42)
PAID_PLANS = {str(plan.code): plan for plan in SEEDED_PLANS if plan.code != TRIAL}


class SubscriptionLife(RuleBasedStateMachine):
    """Trials, purchases and refunds in any order: bought time is exact to the second, and only a refund shortens it."""

    @initialize()
    def no_subscription_yet(self) -> None:
        self.now = NOON
        self.subscription = Subscription(ANNA)
        self.grants: list[Grant] = []
        self.refundable: list[Grant] = []

    def left(self) -> timedelta:
        """The time left, zero after the end."""
        ends_at = self.subscription.ends_at
        return max(timedelta(0), ends_at - self.now) if ends_at else timedelta(0)

    def give(self, cause: str, seconds: int, plan_code: PlanCode) -> Grant:
        """Record a grant unless its cause is known, as every storage does."""
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
        """The trial may be started again: its cause is the user, so it gives three days once."""
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
    def the_sweep_checks_reminders(self) -> None:
        """There is no reminder of an old end, of a distant end, or of a new trial."""
        current = due(self.subscription, self.now)
        if current is not None:
            assert current.ends_at == self.subscription.ends_at
            until_end = current.ends_at - self.now
            assert timedelta(days=-3) < until_end <= timedelta(days=1 if self.subscription.plan_code == TRIAL else 3)

    @invariant()
    def invariants_hold(self) -> None:
        """All invariants in one method: the example then has one line for each step."""
        self.the_end_is_the_fold_of_the_grants()
        self.the_state_matches_the_time_left()

    def the_end_is_the_fold_of_the_grants(self) -> None:
        assert self.subscription.ends_at == fold(ANNA, self.grants)

    def the_state_matches_the_time_left(self) -> None:
        state = self.subscription.state(self.now)
        running = state in {SubscriptionState.ACTIVE, SubscriptionState.TRIAL}
        assert running == (self.left() > timedelta(0))
        assert (state is SubscriptionState.NONE) == (not self.grants)
        if state is SubscriptionState.GRACE:
            assert self.subscription.ends_at is not None
            assert self.now - self.subscription.ends_at < GRACE


TestSubscriptionLife = SubscriptionLife.TestCase
