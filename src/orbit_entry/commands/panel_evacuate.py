"""`orbit panel evacuate`: the keys of a panel get a home elsewhere."""

import asyncio
from typing import Any

from orbit_domain.ids import PanelId
from orbit_domain.use_cases.evacuate_panel import EvacuatePanel, Evacuation
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.terminal import show, show_json
from orbit_entry.commands.whole_shop import whole_shop
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings


def evacuate_panel(panel_id: PanelId, reason: str, *, dry_run: bool, as_json: bool) -> int:
    """Move them, or say what would move. Returns 1 when some have no place elsewhere.

    Raises NoSuchPanel, StorageError, CannotStart (another panel can't be opened).
    """
    evacuation = asyncio.run(_evacuated(read_settings(Settings), panel_id, reason, dry_run=dry_run, quiet=as_json))
    if as_json:
        show_json(_facts(evacuation))
    else:
        _show(panel_id, evacuation, dry_run=dry_run)
    return 1 if evacuation.without_place else 0


async def _evacuated(settings: Settings, panel_id: PanelId, reason: str, *, dry_run: bool, quiet: bool) -> Evacuation:
    seen = 0

    def show_progress(keys: int) -> None:
        nonlocal seen
        seen += keys
        if not quiet:
            show(f"Keys looked at: {seen} …")

    async with whole_shop(settings) as container:
        from orbit_entry.wiring.fresh_panels import require_panels
        from orbit_entry.wiring.panel_registry import PanelRegistry

        await require_panels(await container.get(PanelRegistry))
        evacuate = await container.get(EvacuatePanel)
        return await evacuate(panel_id, f"cli:{this_actor()}", reason, dry_run=dry_run, on_progress=show_progress)


def _show(panel_id: PanelId, evacuation: Evacuation, *, dry_run: bool) -> None:
    would = "would move" if dry_run else "move"
    if not evacuation.moved and not evacuation.without_place:
        show(f"No key with time left lives on the panel {panel_id}.")
    for other, keys in sorted(evacuation.moved.items()):
        show(f"Keys that {would} to the panel {other}: {keys}.")
    if evacuation.without_place:
        show(
            f"Keys that have no place elsewhere, and stay where they are: {evacuation.without_place}.",
            "Next: orbit panel explain, then the same command again.",
        )
    if evacuation.without_time:
        show(f"Keys without time left: {evacuation.without_time}. Their customers get a new place when they buy again.")
    if evacuation.moved and not dry_run:
        show(
            "The worker brings them there now; each is served by the old panel until the new one has it.",
            f"Next: orbit panel show {panel_id}",
        )


def _facts(evacuation: Evacuation) -> dict[str, Any]:
    return {
        "moved": {str(panel_id): keys for panel_id, keys in sorted(evacuation.moved.items())},
        "without_place": evacuation.without_place,
        "without_time": evacuation.without_time,
    }
