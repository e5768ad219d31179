"""What is said and done when the panel refuses us, hangs, or loses its answers."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID

import httpx
import pytest

from orbit_adapters.panel_plugin.http_client import panel_client
from orbit_adapters.remnawave.panel import RemnawavePanel
from orbit_domain.access.account import Account, AccountState
from orbit_domain.access.ports import OutcomeUnknown, PanelAuthFailed, PanelUnavailable
from orbit_sandbox.marzban.fault_injection import BROKEN, LOSE_ANSWER, TIMEOUT
from orbit_sandbox.remnawave.sim_remnawave import TOKEN, V3
from orbit_sandbox.remnawave.slow_answers import SLOW
from orbit_sandbox.remnawave.state import ApiToken
from orbit_testing.contracts.vpn_panel_hooks import CallFault
from tests.integration.marzban.harness import served
from tests.integration.remnawave.harness import KEY, NAME, WARSAW, PanelHarness, numbered, panel_settings

# ---- getting in


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda harness: harness.sim.tokens.clear(), "expired"),
        (lambda harness: harness.clock.advance(days=3651), "expired"),
        (lambda harness: setattr(harness.sim.tokens[TOKEN], "is_deleted", True), "lacks a scope"),
    ],
)
async def test_a_refused_token_is_said_and_not_repeated(
    harness: PanelHarness, wanted: Account, spoil: Callable[[PanelHarness], object], says: str
) -> None:
    """A token that is unknown, has expired or was deleted is a person's matter: one request, and a reason."""
    spoil(harness)
    with pytest.raises(PanelAuthFailed, match=says):
        await harness.panel.ensure(wanted)
    assert len(harness.transport.sent) == 1


async def test_few_scopes_are_enough(harness: PanelHarness, wanted: Account) -> None:
    """The documented scopes suffice for all that a shop does."""
    users_scopes = "create update delete by-username disable reset-traffic stream"
    scopes = {f"users:{name}" for name in users_scopes.split()} | {
        "subscriptions:by-username",
        "internal-squads:list",
        "internal-squads:accessible-nodes",
        "nodes:list",
    }
    harness.sim.tokens[TOKEN] = ApiToken(harness.clock.now() + timedelta(days=99), frozenset(scopes))
    await harness.panel.nodes()
    await harness.panel.ensure(wanted)
    harness.sim.carry(NAME, 7)
    await harness.panel.ensure(replace(wanted, groups=WARSAW, reset_traffic=True))
    await harness.panel.ensure(replace(wanted, enabled=False))
    assert len((await harness.panel.list_owned(0, 10)).accounts) == 1
    await harness.panel.delete(NAME, KEY)
    assert harness.sim.users == {}


async def test_a_panel_that_hears_of_no_proxy_stays_silent(harness: PanelHarness, wanted: Account) -> None:
    """By https a proxy says that it stands there. Without one the panel closes each connection: unavailable."""
    with pytest.raises(PanelUnavailable):
        await harness.new_panel(base_url="https://remnawave.test").ensure(wanted)
    assert harness.sim.users == {}


async def test_what_stands_in_front_of_the_panel_gets_its_key(harness: PanelHarness) -> None:
    """Extra headers and cookies go with each request, and never replace our token."""
    panel = harness.new_panel(headers={"X-Api-Key": "k1", "Authorization": "Basic x"}, cookies={"gate": "c1"})
    seen: list[tuple[str | None, ...]] = []

    async def record(request: httpx.Request) -> None:
        seen.append(tuple(request.headers.get(name) for name in ("x-api-key", "cookie", "authorization")))

    harness.http.event_hooks = {"request": [record]}
    await panel.nodes()
    assert set(seen) == {("k1", "gate=c1", f"Bearer {TOKEN}")}


# ---- unknown outcomes


async def test_answers_cut_after_the_work_make_no_duplicates(harness: PanelHarness, wanted: Account) -> None:
    """Fifteen accounts, each call of which is done and its answer lost, or not done: one account each, as wanted."""
    dice, states = Random(10), {}
    for number in range(15):
        account = numbered(wanted, number)
        for step in (
            account,
            replace(account, credential=UUID(int=0xD0000 + number)),
            replace(account, groups=WARSAW),
        ):
            harness.transport.fail_next(dice.choice(list(CallFault)), times=dice.randint(1, 2))
            states[account.username] = await _ensure_in_the_end(harness, step)
    assert {name: len(state.links) for name, state in states.items()} == dict.fromkeys(harness.sim.users, 1)
    assert {user.vless_uuid for user in harness.sim.users.values()} == {UUID(int=0xC0000 + n) for n in range(15)}
    assert len(harness.sim.users) == 15


@pytest.mark.parametrize("kind", [CallFault.NOTHING_DONE, CallFault.ANSWER_LOST])
async def test_giving_traffic_again_is_never_repeated_blindly(
    harness: PanelHarness, wanted: Account, kind: CallFault
) -> None:
    """An account is made, and its traffic given again, by one request: the next turn looks first."""
    harness.transport.fail_next(CallFault.NOTHING_DONE)
    with pytest.raises(OutcomeUnknown):
        await harness.panel.ensure(wanted)
    await harness.panel.ensure(wanted)
    harness.sim.carry(NAME, 7)
    harness.transport.fail_next(kind)
    with pytest.raises(OutcomeUnknown):
        await harness.panel.ensure(replace(wanted, reset_traffic=True))
    assert harness.sim.users[NAME].used == (7 if kind == CallFault.NOTHING_DONE else 0)
    assert harness.transport.count("POST") == 3


async def test_a_hanging_panel_is_unavailable_and_makes_one_account_later(
    harness: PanelHarness, wanted: Account
) -> None:
    """Sixteen workers that waited in vain make one account when the panel is back."""
    harness.faults.turn_on(TIMEOUT)
    with pytest.raises(PanelUnavailable):
        await harness.panel.ensure(wanted)
    harness.faults.clear()
    seen = await asyncio.gather(*(harness.new_panel().ensure(wanted) for _ in range(16)))
    assert len({one.subscription_url for one in seen}) == 1
    assert len(harness.sim.users) == 1


async def test_an_answer_in_drops_has_one_deadline(harness: PanelHarness, wanted: Account) -> None:
    """A page whose every part comes in time, but never the whole, is given up, and holds nobody for ever."""
    await harness.panel.ensure(wanted)
    harness.faults.turn_on(SLOW)
    with pytest.raises(PanelUnavailable):
        await harness.new_panel(timeout_s=0.01, attempts=1).list_owned(0, 100)
    harness.faults.clear()
    assert len((await harness.panel.list_owned(0, 100)).accounts) == 1


async def test_the_client_of_a_shop_survives_cut_connections(wanted: Account) -> None:
    """Over real sockets too, an account whose answer was cut off is found and not made twice."""
    harness = PanelHarness(V3)
    with served(harness.app) as base_url:
        settings = panel_settings(base_url=base_url)
        async with panel_client(settings) as http:
            panel = RemnawavePanel(settings, http, harness.clock)
            harness.faults.turn_on(LOSE_ANSWER, 1)
            assert (await panel.ensure(wanted)).links
            harness.faults.turn_on(BROKEN, 2)
            assert await panel.get(NAME, KEY) is not None
    assert set(harness.sim.users) == {NAME}


async def _ensure_in_the_end(harness: PanelHarness, account: Account) -> AccountState:
    """Ask as the worker does: again after an unknown outcome."""
    for _ in range(9):
        with suppress(PanelUnavailable, OutcomeUnknown):
            return await harness.panel.ensure(account)
    return await harness.panel.ensure(account)
