"""`orbit clean-up` over a real database."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.old_data.clean_up import CLEAN_UP
from orbit_domain.old_data.old_data import KEPT_FOR, OldData
from orbit_entry.commands.clean_up import clean_up
from orbit_testing import samples
from orbit_testing.contracts.storage_old_data import add_old_row
from orbit_testing.samples import HOUR
from tests.integration.entry.terminal import Terminal, open_terminal

ROWS = 250


@pytest.fixture
async def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Terminal]:
    async with open_terminal(tmp_path, monkeypatch, capsys, secret="canary-key") as terminal:
        old = datetime.now(UTC) - timedelta(days=15)
        async with terminal.storage.transaction() as tx:
            for number in range(1, ROWS + 1):
                await tx.outbox.add(samples.message(number, TelegramId(number), not_before=old))
            for message in await tx.outbox.claim(old, old + HOUR, ROWS):
                await tx.outbox.mark_done(message, old)
        yield terminal


async def of_every_kind(terminal: Terminal) -> dict[str, int]:
    """Add old rows of each kind, of each a younger one and one that is needed; how many are to go."""
    now, wanted = datetime.now(UTC), {"notices": ROWS}
    async with terminal.storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        for row, kind in enumerate(kind for kind in OldData if kind is not OldData.NOTICES):
            old, first = now - KEPT_FOR[kind] - HOUR, 1_000 * (row + 1)
            for number in range(first, first + row + 2):
                await add_old_row(tx, kind, number, old - HOUR)
            await add_old_row(tx, kind, first + 100, now)
            await add_old_row(tx, kind, first + 101, old - HOUR, is_needed=True)
            wanted[kind.value] = row + 2
    return wanted


async def test_a_dry_run_tells_and_a_run_does(terminal: Terminal) -> None:
    """First it is said what would go, then exactly that goes, and the log says by whom; then nothing is left."""
    wanted = await of_every_kind(terminal)
    told = await terminal.run(partial(clean_up, dry_run=True, as_json=False))
    assert f"{ROWS}" in told.out
    assert "Nothing was forgotten." in told.out
    facts = json.loads((await terminal.run(partial(clean_up, dry_run=True, as_json=True))).out)
    assert (facts["old"], facts["forgotten"]) == (wanted, None)
    done = await terminal.run(partial(clean_up, dry_run=False, as_json=True))
    assert json.loads(done.out)["forgotten"] == wanted
    assert done.err == ""
    again = await terminal.run(partial(clean_up, dry_run=False, as_json=False))
    assert "There is nothing to forget." in again.out
    async with terminal.storage.transaction() as tx:
        log = await tx.admin_log.of_subject(CLEAN_UP, 9)
        assert not await tx.outbox.of_user(TelegramId(1), 9)
    assert [(one.action, one.actor[:4]) for one in reversed(log)] == [
        ("start_clean_up", "cli:"),
        ("end_clean_up", "cli:"),
    ]
