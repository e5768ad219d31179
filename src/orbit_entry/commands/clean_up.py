"""`orbit clean-up`: forget the data that nothing needs any more, now."""

import asyncio
from collections.abc import Mapping

from rich.console import Console

from orbit_domain.old_data.old_data import KEPT_FOR, OldData
from orbit_domain.use_cases.clean_up_when_asked import MOST_COUNTED, CarryOutCleanUp, CountOldData, StartCleanUp
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.progress import TableProgress, table_progress
from orbit_entry.commands.terminal import show, show_json, show_table
from orbit_entry.commands.whole_shop import whole_shop
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings

_WORDS: Mapping[OldData, str] = {
    OldData.NOTICES: "sent notices",
    OldData.DEAD_NOTICES: "undelivered notices",
    OldData.RAW_RECORDS: "original texts of transfers",
    OldData.MONEY_UPDATES: "original texts of payment messages",
    OldData.KEY_LINKS: "links of deleted keys",
}


def clean_up(*, dry_run: bool, as_json: bool) -> int:
    """Forget all old data, or only say how much there is. Returns 0. Raises StorageError, CannotStart.

    Safe to stop and to repeat; the worker goes on with what was begun.
    """
    settings = read_settings(Settings)
    old, cleaned = asyncio.run(_cleaned(settings, dry_run=dry_run, with_progress=not as_json))
    if as_json:
        show_json(_facts(old, cleaned))
    else:
        _show(old, cleaned)
    return 0


async def _cleaned(
    settings: Settings, *, dry_run: bool, with_progress: bool
) -> tuple[Mapping[OldData, int], Mapping[OldData, int] | None]:
    """What was old, and how much was cleaned; None: nothing was to be."""
    async with whole_shop(settings) as container:
        old = await (await container.get(CountOldData))()
        if dry_run or not any(old.values()):
            return old, None
        actor = f"cli:{this_actor()}"
        await (await container.get(StartCleanUp))(actor)
        carry_out = await container.get(CarryOutCleanUp)
        # What is shown while it runs mustn't stand among the JSON.
        with table_progress(Console(stderr=True, quiet=not with_progress)) as progress:
            progress.plan({_WORDS[kind]: count for kind, count in old.items()})
            cleaned = await carry_out(actor, told=lambda kind, count: _advance(progress, kind, count))
        return old, cleaned or {}


def _advance(progress: TableProgress, kind: OldData, count: int) -> None:
    progress.advance(_WORDS[kind], count)


def _show(old: Mapping[OldData, int], cleaned: Mapping[OldData, int] | None) -> None:
    show_table(
        ("what nothing needs any more", "older than", "rows" if cleaned is None else "forgotten"),
        [(_WORDS[kind], f"{KEPT_FOR[kind].days} days", _count(kind, old, cleaned)) for kind in OldData],
    )
    if not any(old.values()):
        show("There is nothing to forget.")
    elif cleaned is None:
        show("Nothing was forgotten. Next: the same command without --dry-run")
    else:
        show("Forgotten. On SQLite the file keeps its size, and what became free is used again.")


def _count(kind: OldData, old: Mapping[OldData, int], cleaned: Mapping[OldData, int] | None) -> str:
    if cleaned is not None:
        return f"{cleaned.get(kind, 0)}"
    return f"{old[kind]} or more" if old[kind] == MOST_COUNTED else f"{old[kind]}"


def _facts(old: Mapping[OldData, int], cleaned: Mapping[OldData, int] | None) -> dict[str, object]:
    return {
        "old": {str(kind): count for kind, count in old.items()},
        "counted_up_to": MOST_COUNTED,
        "forgotten": None if cleaned is None else {str(kind): cleaned.get(kind, 0) for kind in OldData},
    }
