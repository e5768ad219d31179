"""`orbit panel sweep`: bring the panels back to what the keys say, now."""

import asyncio
from typing import Any

from orbit_domain.use_cases.mend_drift import DriftReport, MendDrift
from orbit_entry.commands.terminal import one_line, show, show_json
from orbit_entry.commands.whole_shop import whole_shop
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings

WAITS = 1
NOT_SWEPT = 3


def sweep_panels(*, confirmed: bool, as_json: bool) -> int:
    """Sweep all panels. Returns 1 when something waits for a yes, else 3 when a panel couldn't be read.

    Raises StorageError, CannotStart (a panel can't be opened).
    """
    report = asyncio.run(_swept(read_settings(Settings), confirmed=confirmed))
    if as_json:
        show_json(_facts(report))
    else:
        _show(report)
    if report.waiting:
        return WAITS
    return NOT_SWEPT if report.not_swept else 0


async def _swept(settings: Settings, *, confirmed: bool) -> DriftReport:
    async with whole_shop(settings) as container:
        from orbit_entry.wiring.fresh_panels import require_panels
        from orbit_entry.wiring.panel_registry import PanelRegistry

        await require_panels(await container.get(PanelRegistry))
        return await (await container.get(MendDrift))(confirmed=confirmed)


def _show(report: DriftReport) -> None:
    accounts = sum(found.accounts for found in report.panels.values())
    if report.mended:
        show(f"{report.mended} of {accounts} accounts differ: the worker mends them now.")
    elif not report.waiting:
        show(f"The panels hold what the keys say: {accounts} accounts read.")
    for panel_id, harmful in report.waiting.items():
        show(
            f"On the panel {panel_id} {harmful} accounts would be disabled, deleted, or taken from where they are "
            "served: that is much, so nothing was.",
            "Next: orbit panel audit says which; if it is right, orbit panel sweep --yes",
        )
    for panel_id, found in report.panels.items():
        if found.ownerless:
            show(f"On the panel {panel_id} {found.ownerless} accounts have our note and no key: they are left alone.")
    for panel_id, reason in report.not_swept.items():
        show(one_line(f"The panel {panel_id} wasn't swept: {reason}. Next: orbit panel test {panel_id}"))


def _facts(report: DriftReport) -> dict[str, Any]:
    return {
        "accounts": {panel_id: found.accounts for panel_id, found in report.panels.items()},
        "mended": report.mended,
        "waiting": dict(report.waiting),
        "ownerless": {panel_id: found.ownerless for panel_id, found in report.panels.items() if found.ownerless},
        "not_swept": dict(report.not_swept),
    }
