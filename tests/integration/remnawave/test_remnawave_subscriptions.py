"""A Remnawave of either version gives subscriptions as the port promises, and whatever it answers does no harm."""

import gzip
from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from pydantic import SecretStr

from orbit_adapters.panel_plugin.plugin import PanelTools
from orbit_adapters.panel_plugin.subscription_answer import MAX_BODY_BYTES
from orbit_adapters.remnawave.plugin import PLUGIN
from orbit_adapters.remnawave.settings import RemnawaveConnection
from orbit_adapters.remnawave.subscription import RemnawaveSubscriptions
from orbit_adapters.subscription_content.reading import FormatReader
from orbit_domain.access.account import AccountState, TrafficQuota
from orbit_domain.ids import PanelId
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.ports import BadContent, ContentUnavailable, LinkGone, RawContent
from orbit_sandbox.marzban.fault_injection import DOWN
from orbit_sandbox.remnawave.sim_remnawave import TOKEN, V3
from orbit_testing.contracts.subscription_source import SubscriptionSourceContract
from tests.integration.marzban.harness import served
from tests.integration.remnawave.harness import KEY, NAME, PanelHarness, month_in_helsinki, panel_settings
from tests.integration.remnawave.recordings import EXCHANGES, topic
from tests.support.recorded_exchanges import recorded_body

LINKS = SubscriptionFormat.LINKS
URL = "https://sub.example.com/some/prefix/orbitShort000001"
FRONT = {"headers": {"X-Api-Key": SecretStr("of-the-proxy")}, "cookies": {"gate": SecretStr("open")}}

Answer = Callable[[httpx.Request], httpx.Response]


class TestRemnawaveSubscriptions(SubscriptionSourceContract):
    """The simulated panel, with the rules and settings of a fresh one."""

    formats = frozenset(SubscriptionFormat) - {SubscriptionFormat.XRAY_JSON}
    harness: PanelHarness

    @pytest.fixture
    def source(self, harness: PanelHarness) -> RemnawaveSubscriptions:
        self.harness = harness
        return RemnawaveSubscriptions(harness.settings, harness.http)

    @pytest.fixture
    def reader(self) -> FormatReader:
        return FormatReader()

    async def make_account(self) -> AccountState:
        return await self.harness.panel.ensure(replace(month_in_helsinki(), traffic=TrafficQuota(50 * 1024**3)))

    async def remove_account(self) -> None:
        await self.harness.panel.delete(NAME, KEY)

    def use_traffic(self, traffic_bytes: int) -> None:
        self.harness.sim.carry(NAME, traffic_bytes)

    def take_down(self) -> None:
        self.harness.faults.turn_on(DOWN)

    async def test_configurations_of_xray_come_when_the_panel_serves_json(
        self, source: RemnawaveSubscriptions, reader: FormatReader
    ) -> None:
        """While it doesn't, the links that come in their place are no answer; a list of links stays one either way."""
        account = await self.make_account()
        raw = await source.fetch(account.subscription_url, SubscriptionFormat.XRAY_JSON)
        with pytest.raises(BadContent):
            reader.read(SubscriptionFormat.XRAY_JSON, raw.body)
        self.harness.sim.serves_json = True
        raw = await source.fetch(account.subscription_url, SubscriptionFormat.XRAY_JSON)
        assert reader.read(SubscriptionFormat.XRAY_JSON, raw.body)
        links = await source.fetch(account.subscription_url, LINKS)
        assert reader.read(LINKS, links.body) == account.links

    async def test_what_a_panel_says_by_names_of_nodes_is_no_content(
        self, source: RemnawaveSubscriptions, reader: FormatReader
    ) -> None:
        """Of an account that is off, and of one that the owner limits to devices: placeholders in every format.

        Accounts as we make them are told apart from those that the owner limits, and get their links.
        """
        account = await self.make_account()
        self.harness.sim.counts_devices = True
        assert reader.read(LINKS, (await source.fetch(account.subscription_url, LINKS)).body) == account.links
        user = self.harness.sim.users[NAME]
        for status, limit in (("ACTIVE", 3), ("LIMITED", 0), ("DISABLED", 0)):
            user.status, user.hwid_device_limit = status, limit
            for wanted in self.formats:
                raw = await source.fetch(account.subscription_url, wanted)
                with pytest.raises(BadContent):
                    reader.read(wanted, raw.body)


async def test_the_plug_in_makes_accounts_and_gives_their_content() -> None:
    """Over real HTTP and by its connection alone: an account is made, and its link gives what the account has."""
    harness = PanelHarness(V3)
    with served(harness.app) as address:
        given = {"base_url": address, "token": TOKEN, "headers": {"X-Api-Key": "of-the-proxy"}}
        connection = RemnawaveConnection.model_validate(given)
        tools = PanelTools(PanelId("rw"), harness.http, harness.clock)
        assert PLUGIN.open_subscriptions is not None
        async with PLUGIN.open(connection, tools) as panel, PLUGIN.open_subscriptions(connection, tools) as source:
            account = await panel.ensure(month_in_helsinki())
            raw = await source.fetch(account.subscription_url, LINKS)
            assert FormatReader().read(LINKS, raw.body) == account.links
            assert await panel.get(NAME, KEY) == replace(account, is_new=False)


async def fetched(answer: Answer, url: str = URL, wanted: SubscriptionFormat = LINKS, **settings: object) -> RawContent:
    """What the panel gives that answers so."""
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        return await RemnawaveSubscriptions(panel_settings(**settings), http).fetch(url, wanted)


@pytest.mark.parametrize("base", ["http://10.0.0.5:3000", "https://panel.example.org/x"])
async def test_only_the_panel_is_asked_and_without_our_token(base: str) -> None:
    """Whatever the link names: the settings' address, what stands before it and a direct panel want, no token."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=b"x", headers={"subscription-userinfo": "upload=0; download=7; total=9"})

    front = FRONT | {"headers": {"X-Api-Key": SecretStr("of-the-proxy"), "User-Agent": SecretStr("curl")}}
    assert await fetched(answer, "https://evil.example/a/orbitShort000001/", base_url=base, **front) == RawContent(
        b"x", 7
    )
    (request,) = seen
    assert str(request.url) == f"{base}/api/sub/orbitShort000001"
    sent = {name: request.headers.get(name) for name in ("x-api-key", "cookie", "user-agent", "accept")}
    assert sent == {"x-api-key": "of-the-proxy", "cookie": "gate=open", "user-agent": "Orbit", "accept": "*/*"}
    direct = (request.headers.get("x-forwarded-for"), request.headers.get("x-forwarded-proto"))
    assert direct == (("127.0.0.1", "https") if base.startswith("http:") else (None, None))
    assert "authorization" not in request.headers


@pytest.mark.parametrize("url", ["", "https://a.example", "https://a.example/..", "http://[", "/a b", "/a%2fb"])
async def test_a_link_that_is_none_is_not_asked_for(url: str) -> None:
    """What can't be a link of this panel makes no request."""
    with pytest.raises(BadContent):
        await fetched(lambda _: pytest.fail("nothing is asked"), url)


def _cut(request: httpx.Request) -> httpx.Response:
    raise httpx.ReadError("cut", request=request)


BAD_ANSWERS: dict[str, tuple[Answer, type[Exception]]] = {
    "redirect": (lambda _: httpx.Response(302, headers={"location": "https://evil.example/"}), BadContent),
    "packed": (
        lambda _: httpx.Response(200, content=gzip.compress(b"a" * 9), headers={"content-encoding": "gzip"}),
        BadContent,
    ),
    "too long": (lambda _: httpx.Response(200, content=b"a" * (MAX_BODY_BYTES + 1)), BadContent),
    "500": (lambda _: httpx.Response(500), BadContent),
    "a rule blocks us": (lambda _: httpx.Response(403), BadContent),
    "proxy's 404": (lambda _: httpx.Response(404, content=b"<html>nginx</html>"), BadContent),
    "502": (lambda _: httpx.Response(502), ContentUnavailable),
    "cut": (_cut, ContentUnavailable),
}


@pytest.mark.parametrize("case", BAD_ANSWERS)
async def test_bad_answers_are_errors_of_their_class(case: str) -> None:
    """Redirects aren't followed, nothing is unpacked or read for ever, a proxy's 404 proves nothing."""
    answer, error = BAD_ANSWERS[case]
    with pytest.raises(error) as raised:
        await fetched(answer)
    assert "orbitShort" not in repr(raised.value)
    assert raised.value.__context__ is None


# What becomes of each recorded answer of `/api/sub/<short id>`, on both versions.
RECORDED = {
    "sub_base64": "a node",
    "sub_after_recreate": "a node",
    "sub_hwid_on_device_1": "a node",
    "sub_hwid_on_no_header": "BadContent",
    "sub_hwid_on_device_4": "BadContent",
    "sub_browser": "BadContent",
    "sub_unknown": "LinkGone",
    "sub_old_after_revoke": "LinkGone",
    "sub_after_delete": "LinkGone",
}


async def test_every_recorded_subscription_is_understood() -> None:
    """Real nodes are content, what says something by its name or is no list isn't, and a 404 is nobody's link."""
    met = []
    for name, exchange in EXCHANGES.items():
        if not exchange["path"].startswith("/api/sub/") or exchange["path"].endswith("/info"):
            continue
        recorded = httpx.Response(exchange["status"], content=recorded_body(exchange))
        try:
            raw = await fetched(lambda _, recorded=recorded: recorded)  # type: ignore[misc]
            outcome = "a node" if FormatReader().read(LINKS, raw.body) else "nothing"
        except (BadContent, LinkGone) as error:
            outcome = type(error).__name__
        assert outcome == RECORDED[topic(name)], name
        met.append(topic(name))
    assert sorted(met) == sorted([*RECORDED, *RECORDED])
