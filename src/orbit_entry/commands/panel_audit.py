"""`orbit panels audit`: what the panels hold, compared with the keys."""

import asyncio
from dataclasses import asdict
from typing import Any

from orbit_adapters.sql.schema_check import require_schema
from orbit_adapters.system.clock import SystemClock
from orbit_domain.access.panel_audit import (
    AccountPlace,
    ChangedAccount,
    Difference,
    LeftoverAccount,
    MisplacedAccount,
    MissingAccount,
    OwnerlessAccount,
    PanelFinding,
)
from orbit_domain.use_cases.audit_panels import UNKNOWN_PANEL, AuditPanels, PanelAudit
from orbit_entry.commands.terminal import one_line, show, show_json
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings

FOUND = 1
NOT_AUDITED = 3

_KINDS: dict[type[PanelFinding], str] = {
    MissingAccount: "missing",
    ChangedAccount: "changed",
    MisplacedAccount: "misplaced",
    OwnerlessAccount: "ownerless",
    LeftoverAccount: "leftover",
}


def audit_panels(*, as_json: bool) -> int:
    """Print every finding with its next step. Returns 1 when there are any, else 3 when a panel wasn't audited."""
    audit = asyncio.run(_audit(read_settings(Settings)))
    if as_json:
        show_json(_facts(audit))
    else:
        _show(audit)
    if audit.findings:
        return FOUND
    return NOT_AUDITED if audit.not_audited else 0


async def _audit(settings: Settings) -> PanelAudit:
    # aiogram takes seconds to load: bad settings are reported before.
    from orbit_entry.wiring.container import shop_container
    from orbit_entry.wiring.fresh_panels import require_panels
    from orbit_entry.wiring.panel_registry import PanelRegistry

    await require_schema(settings.database)
    container = shop_container(settings, SystemClock())
    try:
        await require_panels(await container.get(PanelRegistry))
        return await (await container.get(AuditPanels))()
    finally:
        await container.close()


def _show(audit: PanelAudit) -> None:
    if audit.findings:
        verdict = "The panels and the keys differ"
    else:
        verdict = "Not every panel was audited" if audit.not_audited else "The panels hold what the keys say"
    show(f"{verdict}: {audit.accounts} accounts and {audit.keys} keys read.")
    for finding in audit.findings.values():
        show(one_line(f"{_in_words(finding)}. Next: {_next_step(finding)}"))
    for panel_id, reason in audit.not_audited.items():
        show(one_line(f"panel {panel_id} wasn't audited: {reason}. Next: {_way_to_audit(reason)}"))


def _in_words(finding: PanelFinding) -> str:
    where = _named(finding.place)
    match finding:
        case MissingAccount(tg_id=tg_id):
            return f"{where} is missing; user {tg_id} has paid for it"
        case ChangedAccount(tg_id=tg_id, differences=differences):
            return f"{where} of user {tg_id} was changed: {'; '.join(map(_told, differences))}"
        case MisplacedAccount(tg_id=tg_id, home=home):
            return f"{where} is a second one of a key of user {tg_id}, which is served by {_named(home)}"
        case LeftoverAccount(tg_id=tg_id):
            return f"{where} is of a key that user {tg_id} has deleted"
        case OwnerlessAccount():
            return f"{where} has our note and no owner: there is no key {finding.place.key_id}"


def _next_step(finding: PanelFinding) -> str:
    match finding:
        case MissingAccount():
            return "orbit panel sweep: the worker makes it again"
        case ChangedAccount():
            return "orbit panel sweep: the worker sets what was confirmed"
        case MisplacedAccount() | LeftoverAccount():
            return "orbit panel sweep: the worker deletes it"
        case OwnerlessAccount():
            return "delete it on that panel, unless another shop uses the panel, too"


def _way_to_audit(reason: str) -> str:
    return "nothing, if that panel is gone: a renewal moves its keys" if reason == UNKNOWN_PANEL else "orbit doctor"


def _told(one: Difference) -> str:
    return f"{one.aspect} is {one.seen}, confirmed was {one.confirmed}"


def _named(place: AccountPlace) -> str:
    return f"account {place.username} on panel {place.panel_id}"


def _facts(audit: PanelAudit) -> dict[str, Any]:
    return {
        "accounts": audit.accounts,
        "keys": audit.keys,
        "findings": [
            {"kind": _KINDS[type(finding)], **_plain(asdict(finding)), "next": _next_step(finding)}
            for finding in audit.findings.values()
        ],
        "not_audited": [{"panel_id": panel_id, "reason": reason} for panel_id, reason in audit.not_audited.items()],
    }


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    """*facts* with the ids of keys as text, at every depth."""
    return {
        name: _plain(value) if isinstance(value, dict) else f"{value}" if name == "key_id" else value
        for name, value in facts.items()
    }
