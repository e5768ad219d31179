"""`orbit panel rebalance`: keys are spread again over the panels, some each hour."""

import asyncio
from collections import Counter
from fractions import Fraction
from typing import Any

from dishka import AsyncContainer

from orbit_domain.access.rebalance import ENDED, STOPPED
from orbit_domain.use_cases.show_rebalance import RebalanceView, ShowRebalance
from orbit_domain.use_cases.start_rebalance import StartRebalance
from orbit_domain.use_cases.stop_rebalance import StopRebalance
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.amounts import moment
from orbit_entry.commands.panel_change import with_shop
from orbit_entry.commands.terminal import one_line, show, show_json, show_table
from orbit_entry.commands.whole_shop import whole_shop
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings

_ENDS = {ENDED: "came to its end on", STOPPED: "was stopped on"}
_HOW_TO_STOP = "Next: orbit panel rebalance --dry-run says how far it is, orbit panel rebalance --stop stops it"


def rebalance_panels(reason: str, *, dry_run: bool, as_json: bool) -> int:
    """Begin it when there is something to move, or only say what would move. Returns 0.

    Raises StorageError, CannotStart (a panel can't be opened).
    """
    view, begins = asyncio.run(_rebalanced(read_settings(Settings), reason, dry_run=dry_run))
    if as_json:
        show_json(_facts(view, begins=begins))
    else:
        _show(view, begins=begins)
    return 0


def stop_rebalance(reason: str) -> int:
    """Move no more keys. Returns 0, also when none moves. Raises StorageError."""

    async def run(container: AsyncContainer) -> int:
        moved = await (await container.get(StopRebalance))(f"cli:{this_actor()}", reason)
        if moved is None:
            show("No rebalance runs: there is nothing to stop.")
        else:
            show(f"The rebalance is stopped. Keys that it moved, and that stay where they are: {moved}.")
        return 0

    return asyncio.run(with_shop(read_settings(Settings), run))


async def _rebalanced(settings: Settings, reason: str, *, dry_run: bool) -> tuple[RebalanceView, bool]:
    """What is to be moved, and whether that begins now."""
    async with whole_shop(settings) as container:
        from orbit_entry.wiring.fresh_panels import require_panels
        from orbit_entry.wiring.panel_registry import PanelRegistry

        await require_panels(await container.get(PanelRegistry))
        view = await (await container.get(ShowRebalance))()
        if dry_run or not (view.plan.moves or view.waits_for):
            return view, False
        return view, await (await container.get(StartRebalance))(f"cli:{this_actor()}", reason)


def _show(view: RebalanceView, *, begins: bool) -> None:
    moves = view.plan.moves
    if view.begun is not None:
        show(f"A rebalance runs since {moment(view.begun.at)}, by {view.begun.actor}. Keys moved: {view.moved}.")
    elif view.last is not None:
        what = f" ({view.last.reason})" if view.last.reason else ""
        show(one_line(f"The last rebalance {_ENDS[view.last.action]} {moment(view.last.at)}{what}."))
    if moves:
        show_table(("from panel", "node", "to panel", "node", "keys"), _rows(view))
        hours = -(-len(moves) // view.moves_per_hour)
        show(
            f"Keys to move: {len(moves)}, at most {view.moves_per_hour} an hour: "
            f"about {hours} {'hour' if hours == 1 else 'hours'}.",
            f"The lightest panel bears {_percent(view.plan.before)} less than the heaviest, "
            f"and {_percent(view.plan.after)} less afterwards.",
        )
    elif not view.waits_for:
        show(
            f"Nothing to move: the lightest panel bears {_percent(view.plan.before)} less than the heaviest. Up to a "
            "tenth is left alone, and so are other regions, and keys that were moved within a week."
        )
    for panel_id in view.waits_for:
        show(
            f"It waits for the panel {panel_id}, which should take keys and doesn't answer.",
            f"Next: orbit panel test {panel_id}; if it is to go, orbit panel drain {panel_id}",
        )
    if begins:
        show("The worker moves them; each is served by its old panel until the new one has it.", _HOW_TO_STOP)
    elif view.begun is not None:
        show(_HOW_TO_STOP)
    elif moves:
        show("Nothing was moved. Next: the same command without --dry-run")


def _rows(view: RebalanceView) -> list[tuple[str, ...]]:
    keys = Counter((move.source, move.target) for move in view.plan.moves)
    return [
        (source.panel_id, source.node, target.panel_id, target.node, f"{count}")
        for (source, target), count in sorted(keys.items())
    ]


def _percent(part: Fraction) -> str:
    return f"{round(part * 100)} %"


def _facts(view: RebalanceView, *, begins: bool) -> dict[str, Any]:
    names = ("from_panel", "from_node", "to_panel", "to_node", "keys")
    return {
        "runs": begins or view.begun is not None,
        "since": moment(view.begun.at) if view.begun is not None else None,
        "moved": view.moved,
        "moves": [dict(zip(names, row, strict=True)) | {"keys": int(row[-1])} for row in _rows(view)],
        "moves_per_hour": view.moves_per_hour,
        "spread_before": _percent(view.plan.before),
        "spread_after": _percent(view.plan.after),
        "waits_for": list(view.waits_for),
    }
