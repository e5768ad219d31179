"""The doctor's questions to a panel, each answered with a remedy."""

from dataclasses import dataclass
from datetime import timedelta

from orbit_adapters.marzban.api import MarzbanApi
from orbit_adapters.marzban.mapping import PROTOCOL
from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_domain.access.ports import PanelError, PanelRefused, PanelUnavailable

TESTED_VERSION = "0.8.4"
MOST_DRIFT = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One thing looked at: what it is, whether it is in order, what was seen and what to do about it."""

    name: str
    ok: bool
    seen: str
    remedy: str = ""


async def examine(api: MarzbanApi, settings: MarzbanSettings) -> tuple[CheckResult, ...]:
    """Log in and look around. Without a login there is one finding; otherwise one of each kind."""
    try:
        me = await api.me()
        # An ordinary administrator may not list administrators, and needs another remedy than being listed.
        listed = not me.is_sudo or me.username in {admin.username for admin in await api.admins()}
        version = await api.version()
        tags = {inbound.tag for inbound in (await api.inbounds()).get(PROTOCOL, [])}
    except PanelError as trouble:
        return (_unreachable(trouble),)
    wanted = {tag for node in settings.nodes.values() for tag in node.inbound_tags}
    missing = sorted(wanted - tags)
    return (
        CheckResult("login", True, f"logged in as {me.username}"),
        CheckResult("sudo", me.is_sudo, "sudo" if me.is_sudo else "an ordinary administrator", _NEEDS_SUDO),
        CheckResult(
            "administrator", listed, "in the panel's database" if listed else "from its environment", _NEEDS_ROW
        ),
        CheckResult("version", version == TESTED_VERSION, version, f"Orbit is tested with Marzban {TESTED_VERSION}"),
        CheckResult(
            "inbounds",
            bool(tags) and not missing,
            f"unknown: {', '.join(missing)}" if missing else f"{len(tags)} VLESS inbounds",
            "add the inbounds to the panel's core, or mend the tags in the settings",
        ),
        _clock(api.wire.token.drift),
    )


_NEEDS_SUDO = "make the administrator sudo: nodes and hosts can't be read otherwise"
_NEEDS_ROW = "create the administrator with marzban-cli: deleting what an environment's one made breaks the panel"


def _clock(drift: timedelta | None) -> CheckResult:
    remedy = "set the panel's machine to network time and to UTC: keys end by its clock"
    if drift is None:
        return CheckResult("clock", False, "the panel doesn't say", remedy)
    seconds = round(drift.total_seconds())
    return CheckResult("clock", abs(drift) <= MOST_DRIFT, f"{seconds:+d} s against ours", remedy)


def _unreachable(trouble: PanelError) -> CheckResult:
    reason = trouble.reason if isinstance(trouble, PanelUnavailable | PanelRefused) else "another administrator's"
    return CheckResult("login", False, reason, "check the base URL, the administrator and that the panel is up")
