"""`orbit reconcile`, and the commands that it names, over a real database and a chain that doesn't answer."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
import typer

from orbit_adapters.system.clock import SystemClock
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.payment.source import Cursor
from orbit_domain.subscription.subscription import Grant
from orbit_entry.commands.period import day_of_option
from orbit_entry.commands.reconcile import mend_keys, reconcile
from orbit_entry.commands.refund import refund_order
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS
from tests.integration.entry.terminal import Terminal, open_terminal

LOOK = partial(reconcile, None, None, as_json=False)
LOOK_AS_JSON = partial(reconcile, None, None, as_json=True)


@pytest.fixture
async def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Terminal]:
    async with open_terminal(tmp_path, monkeypatch, capsys, secret="canary-key") as terminal:
        yield terminal


async def test_a_shop_without_history_agrees(terminal: Terminal) -> None:
    """Exit 0 in one line, and the same for a program."""
    told = await terminal.run(LOOK)
    facts = json.loads((await terminal.run(LOOK_AS_JSON)).out)
    assert (told.code, told.out.splitlines()[0][:18]) == (0, "Everything agrees:")
    assert (facts["differences"], facts["unasked"], facts["has_more"]) == ([], [], False)


async def test_a_source_that_does_not_answer_is_told(terminal: Terminal) -> None:
    """Exit 3 names the source, and one that the settings don't name any more."""
    now = SystemClock().now()
    source = "ton:mainnet:0:" + "AB" * 32
    async with terminal.storage.transaction() as tx:
        for name in (source, "bank:gone"):
            await tx.cursors.move(None, Cursor(name, "1:" + "0" * 64))
        await tx.source_records.add(samples.source_record(1, source=source, occurred_at=now - timedelta(days=2)), now)
    told = await terminal.run(LOOK)
    assert (told.code, told.out.splitlines()[0][:28]) == (3, "Not everything could be aske")
    assert "bank:gone couldn't be asked: the settings don't name it any more. Next: orbit doctor" in told.out


async def test_each_difference_names_the_command_that_mends_it(terminal: Terminal) -> None:
    """Exit 1; after the commands that were printed nothing is left, and each is in the admin log with its reason."""
    now = SystemClock().now()
    order = samples.order()
    async with terminal.storage.transaction() as tx:
        for tg_id in (ALICE, BORIS):
            await tx.users.add_if_absent(samples.new_user(tg_id))
        await tx.plans.add_if_absent(samples.plan())
        await tx.orders.add_if_absent(order)
        await tx.ledger.post(samples.gift(1, order.price.units))
        await tx.ledger.post(samples.gift(2, -order.price.units, kind=EntryKind.ORDER, ref=str(order.id)))
        await tx.orders.save(order.pay(now).deliver(now))
        grant = Grant("gift:1", BORIS, 3600, now)
        await tx.grants.add(grant)
        await tx.subscriptions.save((await tx.subscriptions.get(BORIS)).extend(grant, samples.TERMS.code))
    told = await terminal.run(LOOK)
    facts = json.loads((await terminal.run(LOOK_AS_JSON)).out)
    assert told.code == 1
    assert [one["command"] for one in facts["differences"]] == [
        ["refund", "order", str(order.id)],
        ["keys", "mend", str(BORIS)],
    ]
    assert facts["by_kind"] == {"customer_without_key": 1, "order_without_time": 1}
    assert f"user {BORIS} has time left and no key. Next: orbit keys mend {BORIS} --reason 'why'" in told.out
    assert (await terminal.run(partial(refund_order, str(order.id), "no time"))).code == 0
    assert (await terminal.run(partial(mend_keys, BORIS, "no key"))).code == 0
    assert (await terminal.run(LOOK)).code == 0
    async with terminal.storage.transaction() as tx:
        log = [*await tx.admin_log.of_subject(f"user:{ALICE}", 9), *await tx.admin_log.of_subject(f"user:{BORIS}", 9)]
        assert (await tx.users.get(ALICE)) is not None
        assert [(one.action, one.reason) for one in log] == [("refund_order", "no time"), ("mend_keys", "no key")]


@pytest.mark.parametrize("text", ["2026-11-31", "", "yesterday", "2026-1-1", "2026-11-05T00:00", "٢٠٢٦-11-05"])
def test_what_is_no_day_is_refused(text: str) -> None:
    """Anything but a day of the calendar names its option; a day begins at midnight of UTC."""
    with pytest.raises(typer.BadParameter, match="must be a day"):
        day_of_option(text, "--from")
    assert day_of_option("2026-11-05", "--from") == datetime(2026, 11, 5, tzinfo=UTC)
