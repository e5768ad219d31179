"""The life of a key."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orbit_domain.access.key import username_for
from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import Place
from tests.unit.access.samples import CREDENTIAL, END, NOON, account_state, new_key


class KeyLife(RuleBasedStateMachine):
    """With concurrent renewals, slow answers, failures and taken names, only the current desired state is confirmed."""

    @initialize()
    def an_order_is_paid(self) -> None:
        self.now = NOON
        self.key = new_key()
        self.first_url: str | None = None
        self.requested: list[int] = []
        self.confirmed: set[int] = set()

    @rule(seconds=st.sampled_from([1, 5, 60, 600, 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    @rule(days=st.integers(1, 365), traffic_bytes=st.sampled_from([0, 10**9]))
    def the_customer_renews(self, days: int, traffic_bytes: int) -> None:
        links = (self.key.subscription_url, self.key.links)
        self.key = self.key.request_change(END + timedelta(days=days), traffic_bytes, self.now)
        assert not self.key.is_confirmed
        assert (self.key.subscription_url, self.key.links) == links
        assert self.key.home.next_attempt_at == self.now

    @rule(panel=st.sampled_from(["nl", "de"]))
    def a_place_is_chosen(self, panel: str) -> None:
        self.key = self.key.place(Place(PanelId("nl"), f"{panel}-1", (f"VLESS {panel}",)), self.now)

    @rule()
    def the_panel_is_called(self) -> None:
        self.requested.append(self.key.home.desired_revision)

    @precondition(lambda self: self.requested)
    @rule(which=st.integers(0, 5), link=st.integers(1, 3))
    def the_panel_confirms(self, which: int, link: int) -> None:
        """Answers may come late, twice, and after newer ones."""
        level = self.requested[which % len(self.requested)]
        self.key = self.key.confirm(0, level, account_state(f"https://panel.example/sub/{link}"), self.now)
        self.confirmed.add(level)
        self.first_url = self.first_url or self.key.subscription_url
        assert (self.key.home.attempts, self.key.home.last_error) == (0, None)

    @rule()
    def the_panel_fails(self) -> None:
        before = self.key
        self.key = self.key.postpone(0, "timeout", self.now)
        assert self.key.account() == before.account()
        assert self.key.home.next_attempt_at is not None
        assert timedelta(seconds=5) <= self.key.home.next_attempt_at - self.now <= timedelta(minutes=10)

    @rule(number=st.integers(2, 5))
    def the_name_is_taken(self, number: int) -> None:
        self.key = self.key.rename(number, self.now)
        assert self.key.home.next_attempt_at == self.now

    @invariant()
    def invariants_hold(self) -> None:
        """All invariants in one method: the example then has one line for each step."""
        self.confirmed_only_for_the_current_revision()
        self.credential_and_first_url_never_change()
        self.the_name_follows_the_number()
        self.the_account_is_the_desired_state()

    def confirmed_only_for_the_current_revision(self) -> None:
        assert self.key.is_confirmed == (self.key.home.desired_revision in self.confirmed)
        assert self.key.home.applied_revision == max(self.confirmed, default=0) <= self.key.home.desired_revision

    def credential_and_first_url_never_change(self) -> None:
        assert self.key.credential == self.key.account().credential == CREDENTIAL
        assert self.key.subscription_url == self.first_url
        assert (self.key.id, self.key.tg_id) == (new_key().id, new_key().tg_id)

    def the_name_follows_the_number(self) -> None:
        assert self.key.username == username_for(self.key.tg_id, self.key.number)

    def the_account_is_the_desired_state(self) -> None:
        account = self.key.account()
        assert (account.username, account.groups) == (self.key.username, self.key.home.groups)
        assert (account.expires_at, account.traffic.limit_bytes or 0) == (self.key.expires_at, self.key.traffic_bytes)
        assert account.enabled


TestKeyLife = KeyLife.TestCase
