"""The doctor's checks of one panel. Each failed check names a remedy."""

from dataclasses import dataclass
from datetime import timedelta

from orbit_adapters.marzban.api import MarzbanApi
from orbit_adapters.marzban.mapping import PROTOCOL
from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_domain.access.ports import PanelError, PanelRefused, PanelUnavailable

TESTED_VERSION = "0.8.4"
MAX_CLOCK_DRIFT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class PanelCheck:
    """The result of one check: its name, whether it passed, what was seen and what to do."""

    name: str
    ok: bool
    seen: str
    remedy: str = ""


async def check_panel(api: MarzbanApi, settings: MarzbanSettings) -> tuple[PanelCheck, ...]:
    """Log in and run every check. When the login fails, it is the only result."""
    try:
        me = await api.me()
        # An ordinary administrator can't list administrators. The sudo check has the remedy.
        listed = not me.is_sudo or me.username in {admin.username for admin in await api.admins()}
        version = await api.version()
        tags = {inbound.tag for inbound in (await api.inbounds()).get(PROTOCOL, [])}
    except PanelError as error:
        return (_unreachable(error),)
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
        _clock(api.http.token.drift),
    )


_NEEDS_SUDO = "make the administrator sudo: nodes and hosts can't be read otherwise"
_NEEDS_ROW = "create the administrator with marzban-cli: deleting what an environment's one made breaks the panel"


def _clock(drift: timedelta | None) -> PanelCheck:
    remedy = "set the panel's machine to network time and to UTC: keys end by its clock"
    if drift is None:
        return PanelCheck("clock", False, "the panel doesn't say", remedy)
    seconds = round(drift.total_seconds())
    return PanelCheck("clock", abs(drift) <= MAX_CLOCK_DRIFT, f"{seconds:+d} s against ours", remedy)


def _unreachable(error: PanelError) -> PanelCheck:
    reason = error.reason if isinstance(error, PanelUnavailable | PanelRefused) else "another administrator's"
    return PanelCheck("login", False, reason, "check the base URL, the administrator and that the panel is up")
