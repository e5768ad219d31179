"""The settings of a panel, and what the doctor finds of it."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import ValidationError

from orbit_adapters.panel_plugin.sealed_settings import document_of, settings_of
from orbit_adapters.remnawave.settings import RemnawaveConnection
from orbit_adapters.secret_box.secret_box import SecretBox
from orbit_adapters.secret_box.secret_keys import SecretKey
from orbit_domain.ids import PanelId
from orbit_sandbox.marzban.fault_injection import DOWN
from orbit_sandbox.remnawave.sim_remnawave import TOKEN
from orbit_sandbox.remnawave.state import ApiToken
from tests.integration.remnawave.harness import SECRET, PanelHarness, panel_settings

BOX = SecretBox([SecretKey("k", bytes(32))])


async def failed(harness: PanelHarness, **settings: object) -> dict[str, str]:
    """What the failed checks and the warnings saw, by name."""
    found = [check for check in await harness.new_panel(**settings).check() if not check.ok or check.is_warning]
    assert all(check.remedy for check in found)
    # A shop sells without knowing or mending these.
    assert {check.name for check in found if check.ok} == {check.name for check in found} & {"remarks", "devices"}
    return {check.name: check.seen for check in found}


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
    """An unknown squad in the settings, a panel's clock that is off, a token near its end, devices that are counted."""
    claims = {"exp": int((harness.clock.now() + timedelta(days=20)).timestamp())}
    token = f"x.{base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip('=')}.x"
    harness.sim.tokens[token] = ApiToken(harness.clock.now() + timedelta(days=20))
    harness.sim.clock = type(harness.clock)(harness.clock.now() + timedelta(minutes=3))
    harness.sim.counts_devices = True
    found = await failed(harness, token=token, squads={"Warszawa": {}}, subscription_base_url="http://10.0.0.5")
    assert found.keys() == {"token", "squads in the settings", "clock", "subscription links", "remarks", "devices"}
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
        {"headers": {"X-Fine": 1}},
        {"headers": "X-Fine: canary"},
        {"headers": '{"canary: x": "1"}'},
        {"cookies": {"a;b": "1"}},
        {"squads": {"Warsaw": {"capacity": -1}}},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    """Addresses with credentials, secrets that would break a header, and secrets that could be guessed."""
    with pytest.raises(ValidationError) as raised:
        panel_settings(**wrong)
    assert "canary" not in f"{raised.value}"


def test_a_secret_that_nobody_gave_is_made_up_once() -> None:
    """It is stored, sealed, with what was given, so that accounts keep their links after a start; panels share none."""
    given = {"base_url": "https://rw.example.org", "token": TOKEN, "headers": '{"X-Api-Key": "hush"}'}
    connection, other = (RemnawaveConnection.model_validate(given) for _ in range(2))
    document = json.loads(json.dumps(document_of(connection, PanelId("rw"), BOX)))
    assert settings_of(RemnawaveConnection, document, PanelId("rw"), BOX) == connection
    assert connection.secret != other.secret
    assert "hush" not in f"{document}"


def test_settings_show_no_secret() -> None:
    """Token, secret, headers and cookies stay out of what is printed."""
    settings = panel_settings(headers={"X-Api-Key": "hush-header"}, cookies={"gate": "hush-cookie"})
    assert not [word for word in (TOKEN, SECRET, "hush") if word in f"{settings!r} {settings}"]
