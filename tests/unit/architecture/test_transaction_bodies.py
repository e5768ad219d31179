"""A slow gateway may delay one customer, but it never holds locks that others wait for."""

import pytest

from tests.unit.architecture.transactions import slow_awaits
from tests.unit.architecture.tree import SRC, complaints, python_files, report

OPEN = "async def f(self):\n    async with self.storage.transaction() as tx:\n        "


def test_no_outside_call_is_awaited_inside_a_transaction() -> None:
    """Inside a transaction only the transaction itself is waited for."""
    found = complaints(python_files(SRC), slow_awaits)
    assert not found, report(
        found, "ask gateway, panel or Telegram before or after the block; inside it call tx.… or hand tx to a function"
    )


@pytest.mark.parametrize(
    "body",
    [
        "await self.gateway.receipt(payment)",
        "x = await panels.get(panel_id).ensure(account)",
        "await asyncio.gather(tx.users.get(1), self.bot.send())",
        "async for page in self.chain.pages(): pass",
        "xs = [x async for x in self.chain.pages()]",
        "async with self.lock: pass",
        "for x in xs:\n            if x:\n                await self.panel.delete(x)",
        "await task",
    ],
)
def test_a_slow_wait_is_seen(body: str) -> None:
    """However it is written, waiting for anything outside inside a transaction is complained about."""
    assert slow_awaits(OPEN + body)


def test_a_nameless_transaction_is_seen() -> None:
    """A transaction without a name cannot be what the block waits for."""
    assert slow_awaits("async def f(s):\n    async with s.transaction():\n        await write()")


@pytest.mark.parametrize(
    "body",
    [
        "await tx.payments.lock(payment_id)",
        "await tx.repositories['users'].get(1)",
        "await self._settle(tx, payment)",
        "await settle(payment, into=tx)",
        "async for row in tx.payments.pending(): pass",
        "pass\n    await self.gateway.receipt(payment)",
    ],
)
def test_the_transactions_own_waits_are_left_alone(body: str) -> None:
    """Repositories, functions that receive the transaction, and what follows the block are fine."""
    assert slow_awaits(OPEN + body) == []
