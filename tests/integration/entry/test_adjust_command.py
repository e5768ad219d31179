"""`orbit adjust` over a real database: what two admins type, and what is told."""

import json
import re
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import pytest

from orbit_domain.ledger.adjustments import SecondAdminNeeded
from orbit_entry.commands import actor
from orbit_entry.commands.adjust import adjust, confirm, list_adjustments, reject
from orbit_entry.commands.reports import audit_ledger
from orbit_testing import samples
from orbit_testing.samples import ALICE
from tests.integration.entry.terminal import Terminal, open_terminal

credit, debit = partial(adjust, sign=1), partial(adjust, sign=-1)


@pytest.fixture
async def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Terminal]:
    limit = {"ORBIT_ADJUSTMENT_LIMIT": "100.50"}
    async with open_terminal(tmp_path, monkeypatch, capsys, secret="canary-key", **limit) as terminal:
        async with terminal.storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
        yield terminal


async def balance(terminal: Terminal) -> int:
    """Kopecks on the customer's balance."""
    async with terminal.storage.transaction() as tx:
        user = await tx.users.get(ALICE)
    assert user is not None
    return user.balance.units


async def test_two_admins_move_what_one_may_not(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to the limit at once; above it the one who asked is refused whatever LOGNAME says, another one confirms."""
    assert (await terminal.run(partial(credit, ALICE, "100.50", "the outage", None))).code == 0
    assert await balance(terminal) == 10_050
    asked = await terminal.run(partial(credit, ALICE, "100.51", "the outage", None))
    found = re.search(r"orbit adjust confirm (\S+)", asked.out)
    assert found is not None
    (waiting,) = json.loads((await terminal.run(partial(list_adjustments, as_json=True))).out)
    assert (waiting["id"], waiting["units"]) == (found[1], "10051 RUB")
    monkeypatch.setenv("LOGNAME", "somebody-else")
    with pytest.raises(SecondAdminNeeded):
        await terminal.run(partial(confirm, found[1]))
    assert await balance(terminal) == 10_050
    monkeypatch.setattr(actor.os, "getuid", lambda: 2**31 - 2)
    assert (await terminal.run(partial(confirm, found[1]))).code == 0
    assert await balance(terminal) == 20_101
    assert (await terminal.run(partial(list_adjustments, as_json=False))).out == "Nothing.\n"
    assert (await terminal.run(partial(audit_ledger, as_json=False))).code == 0


async def test_a_command_with_an_id_counts_once(terminal: Terminal) -> None:
    """The same command again, after a lost answer for example, changes nothing; a rejected request moves nothing."""
    name = str(samples.identity(5))
    for _ in range(2):
        assert (await terminal.run(partial(credit, ALICE, "50", "why", name))).code == 0
    assert await balance(terminal) == 5_000
    asked = str(samples.identity(6))
    assert (await terminal.run(partial(debit, ALICE, "200", "why", asked))).code == 0
    assert (await terminal.run(partial(reject, asked, "a slip"))).code == 0
    assert await balance(terminal) == 5_000


@pytest.mark.parametrize(
    ("typed", "reason", "name"),
    [("0", "why", None), ("-5", "why", None), ("1e3", "why", None), ("5", "  ", None), ("5", "why", "no-id")],
)
async def test_nonsense_is_refused(terminal: Terminal, typed: str, reason: str, name: str | None) -> None:
    """Exit 1, with the reason, and nothing has moved."""
    told = await terminal.run(partial(credit, ALICE, typed, reason, name))
    assert (told.code, told.err.splitlines()[-1]) == (1, "Next: orbit adjust --help")
    assert await balance(terminal) == 0
