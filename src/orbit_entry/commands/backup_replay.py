"""`orbit backup replay`: how far a restored shop has read again what was paid since its backup."""

import asyncio

from orbit_domain.backup.replay import Replay
from orbit_domain.use_cases.end_replay import EndReplay, ShowReplay
from orbit_entry.commands.actor import this_actor
from orbit_entry.commands.amounts import moment
from orbit_entry.commands.terminal import show, show_json
from orbit_entry.commands.whole_shop import whole_shop
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings


def show_replay(*, end: bool, as_json: bool) -> int:
    """Print it; 1 while one runs. With *end* it ends as it is. Raises StorageError, CannotStart."""
    replay = asyncio.run(_replay(read_settings(Settings), end=end))
    if as_json:
        show_json(_facts(replay))
    elif replay is None:
        show("The replay has ended: everything runs." if end else "No replay runs: what was paid is known.")
    else:
        show(*_words(replay))
    return 0 if replay is None else 1


async def _replay(settings: Settings, *, end: bool) -> Replay | None:
    async with whole_shop(settings) as container:
        if end:
            return await (await container.get(EndReplay))(f"cli:{this_actor()}")
        return await (await container.get(ShowReplay))()


def _words(replay: Replay) -> tuple[str, ...]:
    waits = f"not read up to then: {', '.join(replay.behind)}" if replay.behind else "what was read is being settled"
    return (
        f"Restored at {moment(replay.restored_at)} ({replay.reason}); {waits}.",
        "Until then renewals, reminders, sweeps and moves of keys wait; sales and deliveries go on.",
        "Next: orbit run reads them. For a source that never comes back: orbit backup replay --end",
    )


def _facts(replay: Replay | None) -> dict[str, object]:
    if replay is None:
        return {"runs": False}
    return {
        "runs": True,
        "restored_at": replay.restored_at.isoformat(),
        "backup": replay.reason,
        "behind": list(replay.behind),
        "settled": replay.is_settled,
    }
