"""The settings of a panel, and what the doctor finds of it."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import ValidationError

from orbit_sandbox.marzban.fault_injection import DOWN
from orbit_sandbox.remnawave.sim_remnawave import TOKEN
from orbit_sandbox.remnawave.state import ApiToken
from tests.integration.remnawave.harness import SECRET, PanelHarness, panel_settings


async def failed(harness: PanelHarness, **settings: object) -> dict[str, str]:
    """What the failed checks saw, by name."""
    checks = await harness.new_panel(**settings).check()
    assert all(check.remedy for check in checks if not check.ok)
    return {check.name: check.seen for check in checks if not check.ok}


async def test_a_panel_as_it_should_be(harness: PanelHarness) -> None:
    """Nothing is wrong, and the squads are shown with their nodes."""
    harness.sim.custom_remarks = False
    assert await failed(harness, squads={"Warsaw": {"excluded": True}}) == {}
    seen = {check.name: check.seen for check in await harness.panel.check()}
    assert seen["squads"] == "Helsinki: Helsinki node; Warsaw: Warsaw node"
    assert seen["version"] == harness.sim.version


def _drop_squads(harness: PanelHarness) -> None:
    for squad in list(harness.sim.squads):
        harness.sim.drop_squad(squad)


def _take_scopes(harness: PanelHarness) -> None:
    ends_at = harness.clock.now() + timedelta(days=99)
    harness.sim.tokens[TOKEN] = ApiToken(ends_at, frozenset({"system:metadata"}))


@pytest.mark.parametrize(
    ("spoil", "names"),
    [
        (lambda harness: harness.faults.turn_on(DOWN), {"login"}),
        (lambda harness: harness.sim.tokens.clear(), {"login"}),
        (lambda harness: setattr(harness.sim, "version", "2.7.4"), {"version", "remarks"}),
        (_drop_squads, {"squads", "remarks"}),
        (_take_scopes, {"squads", "accounts", "clock", "remarks"}),
        (lambda _: None, {"remarks"}),
    ],
    ids=["down", "token", "version", "squads", "scopes", "fresh"],
)
async def test_what_is_wrong_is_found(
    harness: PanelHarness, spoil: Callable[[PanelHarness], object], names: set[str]
) -> None:
    """Each fault is found under its own name, with a remedy, and hides no other."""
    spoil(harness)
    assert (await failed(harness)).keys() == names


async def test_wrong_names_and_a_clock_that_is_late_are_found(harness: PanelHarness) -> None:
    """An unknown squad in the settings, a panel's clock that is off, and a token that soon expires."""
    claims = {"exp": int((harness.clock.now() + timedelta(days=20)).timestamp())}
    token = f"x.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.x"
    harness.sim.tokens[token] = ApiToken(harness.clock.now() + timedelta(days=20))
    panel = harness.new_panel(token=token, squads={"Warszawa": {}}, subscription_base_url="http://10.0.0.5")
    harness.sim.clock = type(harness.clock)(harness.clock.now() + timedelta(minutes=3))
    found = {check.name: check.seen for check in await panel.check() if not check.ok}
    assert found.keys() == {"token", "squads in the settings", "clock", "subscription links", "remarks"}
    assert found["clock"] == "+180 s against ours"


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": "remnawave.test"},
        {"base_url": "https://me:secret@remnawave.test"},
        {"base_url": "https://remnawave.test/?x=1"},
        {"token": ""},
        {"token": "a\r\nX-Evil: 1"},
        {"secret": "short"},
        {"headers": {"X Evil": "1"}},
        {"headers": {"X-Fine": "a\nb"}},
        {"cookies": {"a;b": "1"}},
        {"squads": {"Warsaw": {"capacity": -1}}},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    """Addresses with credentials, secrets that would break a header, and secrets that could be guessed."""
    with pytest.raises(ValidationError):
        panel_settings(**wrong)


def test_settings_show_no_secret() -> None:
    """Token, secret, headers and cookies stay out of what is printed."""
    settings = panel_settings(headers={"X-Api-Key": "hush-header"}, cookies={"gate": "hush-cookie"})
    assert not [word for word in (TOKEN, SECRET, "hush") if word in f"{settings!r} {settings}"]
