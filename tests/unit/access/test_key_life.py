"""The life of a key."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orbit_domain.access.key import username_for
from orbit_domain.ids import PanelId
from tests.unit.access.keys_made_up import CREDENTIAL, END, NOON, new_key, shown


class KeyLife(RuleBasedStateMachine):
    """Renewals, slow answers, failures and taken names cross each other: confirmed is only what is wanted now."""

    @initialize()
    def an_order_is_paid(self) -> None:
        self.now = NOON
        self.key = new_key()
        self.first_url: str | None = None
        self.asked: list[int] = []
        self.answered: set[int] = set()

    @rule(seconds=st.sampled_from([1, 5, 60, 600, 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(days=st.integers(1, 365), traffic_bytes=st.sampled_from([0, 10**9]))
    def the_customer_renews(self, days: int, traffic_bytes: int) -> None:
        links = (self.key.subscription_url, self.key.links)
        self.key = self.key.request_change(END + timedelta(days=days), traffic_bytes, self.now)
        assert not self.key.is_confirmed
        assert (self.key.subscription_url, self.key.links) == links
        assert self.key.next_attempt_at == self.now

    @rule(panel=st.sampled_from(["nl", "de"]))
    def a_place_is_chosen(self, panel: str) -> None:
        self.key = self.key.place(PanelId(panel), f"{panel}-1", (f"VLESS {panel}",))

    @rule()
    def the_panel_is_asked(self) -> None:
        self.asked.append(self.key.desired_revision)

    @precondition(lambda self: self.asked)
    @rule(which=st.integers(0, 5), link=st.integers(1, 3))
    def it_did_as_asked(self, which: int, link: int) -> None:
        """Answers may come late, twice, and after newer ones."""
        level = self.asked[which % len(self.asked)]
        self.key = self.key.confirm(level, shown(f"https://panel.example/sub/{link}"))
        self.answered.add(level)
        self.first_url = self.first_url or self.key.subscription_url
        assert (self.key.attempts, self.key.last_error) == (0, None)

    @rule()
    def it_did_not(self) -> None:
        before = self.key
        self.key = self.key.postpone("timeout", self.now)
        assert self.key.account() == before.account()
        assert self.key.next_attempt_at is not None
        assert timedelta(seconds=5) <= self.key.next_attempt_at - self.now <= timedelta(minutes=10)

    @rule(number=st.integers(2, 5))
    def somebody_else_has_the_name(self, number: int) -> None:
        self.key = self.key.rename(number, self.now)
        assert self.key.next_attempt_at == self.now

    @invariant()
    def the_promise_holds(self) -> None:
        """One line of the story after each step; the assertion that fails says what was broken."""
        self.confirmed_only_for_what_is_wanted_now()
        self.what_the_links_carry_never_changes()
        self.the_name_is_the_number_s()
        self.the_panel_is_asked_for_exactly_what_is_wanted()

    def confirmed_only_for_what_is_wanted_now(self) -> None:
        assert self.key.is_confirmed == (self.key.desired_revision in self.answered)
        assert self.key.applied_revision == max(self.answered, default=0) <= self.key.desired_revision

    def what_the_links_carry_never_changes(self) -> None:
        assert self.key.credential == self.key.account().credential == CREDENTIAL
        assert self.key.subscription_url == self.first_url
        assert (self.key.id, self.key.tg_id) == (new_key().id, new_key().tg_id)

    def the_name_is_the_number_s(self) -> None:
        assert self.key.username == username_for(self.key.tg_id, self.key.number)

    def the_panel_is_asked_for_exactly_what_is_wanted(self) -> None:
        account = self.key.account()
        assert (account.username, account.placement) == (self.key.username, self.key.placement)
        assert (account.expires_at, account.traffic_bytes) == (self.key.expires_at, self.key.traffic_bytes)
        assert account.enabled


TestKeyLife = KeyLife.TestCase
