"""The doctor's checks of one panel. Each failed check names a remedy."""

from contextlib import suppress
from datetime import timedelta
from ipaddress import ip_address
from urllib.parse import urlsplit

from orbit_adapters.marzban.api import MarzbanApi
from orbit_adapters.marzban.fleet import PanelNodes, read_panel
from orbit_adapters.marzban.mapping import PROTOCOL
from orbit_adapters.marzban.node_map import described, faults, proposed, usable
from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_adapters.panel_plugin.plugin import PanelCheck
from orbit_domain.access.ports import PanelError

TESTED_VERSION = "0.8.4"
MAX_CLOCK_DRIFT = timedelta(seconds=30)


async def check_panel(api: MarzbanApi, settings: MarzbanSettings) -> tuple[PanelCheck, ...]:
    """Log in and run every check. When the login fails, it is the only result."""
    try:
        me = await api.me()
        # An ordinary administrator can't list administrators. The sudo check has the remedy.
        listed = not me.is_sudo or me.username in {admin.username for admin in await api.admins()}
        version = await api.version()
        tags = {inbound.tag for inbound in (await api.inbounds()).get(PROTOCOL, [])}
        # Only sudo may read nodes.
        nodes = _nodes(await read_panel(api), settings) if me.is_sudo else ()
    except PanelError as error:
        return (PanelCheck("login", False, error.reason, _NEEDS_LOGIN),)
    wanted = {tag for node in settings.nodes.values() for tag in node.inbound_tags}
    missing = sorted(wanted - tags)
    return (
        PanelCheck("login", True, f"logged in as {me.username}"),
        PanelCheck("sudo", me.is_sudo, "sudo" if me.is_sudo else "an ordinary administrator", _NEEDS_SUDO),
        PanelCheck(
            "administrator", listed, "in the panel's database" if listed else "from its environment", _NEEDS_ROW
        ),
        PanelCheck("version", version == TESTED_VERSION, version, f"Orbit is tested with Marzban {TESTED_VERSION}"),
        PanelCheck(
            "inbounds",
            bool(tags) and not missing,
            f"unknown: {', '.join(missing)}" if missing else f"{len(tags)} VLESS inbounds",
            "add the inbounds to the panel's core, or correct the tags in the settings",
        ),
        *nodes,
        _subscription(settings),
        _clock(api.http.token.drift),
    )


_NEEDS_LOGIN = "check the base URL, the administrator and that the panel is up"
_NEEDS_SUDO = "make the administrator sudo: nodes and hosts can't be read otherwise"
_NEEDS_MAP = "name the inbounds of each node in ORBIT_PANEL_NODES, or for a panel that was added in its nodes: {}"
_A_MAP = '{"Node": {"inbound_tags": ["Tag of its inbound"]}}'
_NEEDS_PUBLIC_URL = (
    "set ORBIT_PANEL_SUBSCRIPTION_URL, or for a panel that was added its subscription_base_url, to an address that "
    "customers can open"
)
_NEEDS_ROW = "create the administrator with marzban-cli: deleting what an environment's one made breaks the panel"


def _nodes(panel: PanelNodes, settings: MarzbanSettings) -> tuple[PanelCheck, ...]:
    readings = panel.readings(settings)
    wrong = faults(settings, panel.nodes, panel.places(settings))
    seen = described(readings, panel.nodes)
    by_name = proposed(settings, panel) if wrong else ""
    return (
        PanelCheck("nodes", usable(readings), seen, "enable or connect a node in the panel: new keys have no place"),
        PanelCheck(
            "node map",
            not wrong,
            "; ".join(wrong) or "each node has its inbounds",
            _NEEDS_MAP.format(f"by their names, {by_name}" if by_name else _A_MAP),
        ),
    )


def _subscription(settings: MarzbanSettings) -> PanelCheck:
    """Whether customers can open their subscription links as far as the address says."""
    base, own = settings.links_base_url, settings.subscription_base_url is None
    seen = f"customers' links begin with {base}" + (", the panel's own address" if own else "")
    return PanelCheck("subscription links", not _is_local(base), seen, _NEEDS_PUBLIC_URL)


def _is_local(url: str) -> bool:
    """Whether only machines near the panel can open *url*."""
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        return not ip_address(host).is_global
    return host == "localhost" or host.endswith((".localhost", ".local", ".internal"))


def _clock(drift: timedelta | None) -> PanelCheck:
    remedy = "set the panel's machine to network time and to UTC: keys end by its clock"
    if drift is None:
        return PanelCheck("clock", False, "the panel doesn't say", remedy)
    seconds = round(drift.total_seconds())
    return PanelCheck("clock", abs(drift) <= MAX_CLOCK_DRIFT, f"{seconds:+d} s against ours", remedy)
