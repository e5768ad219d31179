"""The doctor's checks of one panel. Each failed check names a remedy."""

import base64
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from orbit_adapters.panel_plugin.plugin import PanelCheck
from orbit_adapters.remnawave.api import RemnawaveApi
from orbit_adapters.remnawave.fleet import PanelSquads, read_squads
from orbit_adapters.remnawave.schemas import SubscriptionSettingsSchema
from orbit_adapters.remnawave.settings import RemnawaveSettings
from orbit_domain.access.ports import PanelError
from orbit_domain.clock import Clock
from orbit_domain.node.fleet import NodeReading

TESTED_VERSIONS = ("2.8.", "3.3.")
MAX_CLOCK_DRIFT = timedelta(seconds=30)
TOKEN_WARNING = timedelta(days=30)


async def check_panel(api: RemnawaveApi, settings: RemnawaveSettings, clock: Clock) -> tuple[PanelCheck, ...]:
    """Run every check. When the panel's version can't be read, that is the only result."""
    try:
        version = await api.version()
    except PanelError as error:
        return (PanelCheck("login", False, error.reason, _NEEDS_LOGIN),)
    checks = [
        PanelCheck("login", True, "the API token is accepted"),
        PanelCheck("version", version.startswith(TESTED_VERSIONS), version, "Orbit is tested with 2.8 and 3.3"),
        _token(settings, clock.now()),
        _subscription(settings),
    ]

    async def clock_check() -> list[PanelCheck]:
        at = datetime.fromtimestamp((await api.stats()).timestamp / 1000, UTC)
        return [_clock(at - clock.now())]

    async def squads_check() -> list[PanelCheck]:
        return _squads(await read_squads(api), settings)

    async def accounts_check() -> list[PanelCheck]:
        await api.users_after(0, 1)
        return [PanelCheck("accounts", True, "can be listed")]

    async def remarks_check() -> list[PanelCheck]:
        return _subscriptions(await api.subscription_settings())

    checks += await _or_refusal("squads", "internal-squads:*, nodes:list", squads_check)
    checks += await _or_refusal("accounts", "users:*, subscriptions:by-username", accounts_check)
    checks += await _or_refusal("clock", "system:stats", clock_check)
    # Keys are delivered without knowing this.
    unread = await _or_refusal("remarks", "subscription-settings:*", remarks_check)
    checks += [replace(check, ok=True, is_warning=not check.ok) for check in unread]
    return tuple(checks)


_NEEDS_LOGIN = "check the base URL, the API token, extra headers and cookies, and that the panel is up"
_NEEDS_SQUAD = "make an internal squad with a VLESS inbound of a node, and a host for that inbound"
_NEEDS_NAMES = "correct the names of squads in the settings"
_NEEDS_PUBLIC_URL = "set the panel's SUB_PUBLIC_DOMAIN, or the subscription address in the settings"
_NEEDS_NO_REMARKS = "switch custom remarks off: links of disabled and used-up accounts can't be seen otherwise"
_NEEDS_NO_HWID = (
    "with ORBIT_PUBLIC_URL switch its device limit off and set ORBIT_DEVICE_LIMIT: the panel sees one client, the shop"
)
_NEEDS_TOKEN = "make a new API token in the panel and put it into the settings"  # noqa: S105  a sentence


async def _or_refusal(name: str, scopes: str, check: Callable[[], Awaitable[list[PanelCheck]]]) -> list[PanelCheck]:
    try:
        return await check()
    except PanelError as error:
        return [PanelCheck(name, False, error.reason, f"give the API token the scopes {scopes}")]


def _squads(panel: PanelSquads, settings: RemnawaveSettings) -> list[PanelCheck]:
    readings = panel.readings(settings)
    seen = "; ".join(_place(reading, panel) for reading in readings) or "no squad with a VLESS inbound and a node"
    usable = any(reading.connected and not reading.excluded for reading in readings)
    unknown = sorted(settings.squads.keys() - {squad.name for squad in panel.squads})
    named = "all are on the panel" if not unknown else f"the panel has no squad {', '.join(unknown)}"
    return [
        PanelCheck("squads", usable, seen, _NEEDS_SQUAD),
        PanelCheck("squads in the settings", not unknown, named, _NEEDS_NAMES),
    ]


def _place(reading: NodeReading, panel: PanelSquads) -> str:
    squad = next(squad for squad in panel.squads if (str(squad.uuid),) == reading.groups)
    text = f"{reading.name}: {', '.join(node.name for node in panel.nodes_of(squad))}"
    if reading.excluded:
        text += ", excluded by the settings"
    return text if reading.connected else f"{text}, not connected"


def _subscriptions(settings: SubscriptionSettingsSchema) -> list[PanelCheck]:
    """What the panel does with everybody's subscriptions, and a shop would rather not have."""
    counts = settings.hwid_settings is not None and settings.hwid_settings.enabled
    remarks = "on" if settings.is_show_custom_remarks else "off"
    return [
        PanelCheck("remarks", not settings.is_show_custom_remarks, f"custom remarks {remarks}", _NEEDS_NO_REMARKS),
        PanelCheck("devices", not counts, f"the panel {'counts' if counts else 'does not count'} them", _NEEDS_NO_HWID),
    ]


def _token(settings: RemnawaveSettings, now: datetime) -> PanelCheck:
    """How long the API token is good. It can be read without the panel's key."""
    ends_at = _expiry(settings.token.get_secret_value())
    if ends_at is None:
        return PanelCheck("token", True, "it doesn't say when it expires")
    return PanelCheck("token", ends_at - now > TOKEN_WARNING, f"expires on {ends_at:%Y-%m-%d}", _NEEDS_TOKEN)


def _expiry(token: str) -> datetime | None:
    try:
        body = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return datetime.fromtimestamp(int(claims["exp"]), UTC)
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, OSError, RecursionError):
        return None


def _subscription(settings: RemnawaveSettings) -> PanelCheck:
    """Whether customers can open their subscription links as far as the address says. The panel's own are https."""
    base = settings.subscription_base_url
    if base is None:
        return PanelCheck("subscription links", True, "customers' links are those of the panel")
    seen = f"customers' links begin with {base}"
    return PanelCheck("subscription links", not _is_local(base), seen, _NEEDS_PUBLIC_URL)


def _is_local(url: str) -> bool:
    """Whether only machines near the panel can open *url*."""
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        return not ip_address(host).is_global
    return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def _clock(drift: timedelta) -> PanelCheck:
    seconds = round(drift.total_seconds())
    remedy = "set the panel's machine to network time: keys end by its clock"
    return PanelCheck("clock", abs(drift) <= MAX_CLOCK_DRIFT, f"{seconds:+d} s against ours", remedy)
