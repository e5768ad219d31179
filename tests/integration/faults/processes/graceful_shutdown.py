"""A graceful shutdown under load: SIGTERM in the middle of a stream of updates, then a restart.

`--log-cli-level=info` shows the figures of each round.
"""

import asyncio
import logging
import random
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from orbit_domain.storage import Storage
from orbit_entry.demo.customer import Customer
from orbit_entry.process import IN_FLIGHT_LIMIT_S
from orbit_sandbox.sandbox import Sandbox
from tests.integration.faults.processes.load import Load, unanswered
from tests.integration.faults.processes.purchases import greet, request_and_pay, until_served
from tests.integration.faults.processes.shop_process import ShopProcess

BUYERS = 5
REGULARS = 15
# Two seconds of load: more would only wait in the queue of a machine that is busy with others.
MAXIMUM_UPDATES = 100

log = logging.getLogger(__name__)


class RunningShop(Protocol):
    """A shop with customers: `SingleProcessShop` or `Cluster`."""

    @property
    def sandbox(self) -> Sandbox:
        """The stand-ins around it."""

    @property
    def storage(self) -> Storage:
        """Its storage."""

    def customer(self, name: str) -> Customer:
        """A new customer."""


@dataclass(frozen=True, slots=True)
class Round:
    """Who bought something, how many seconds each process took to end, and what it had claimed and not finished."""

    buyers: tuple[Customer, ...]
    shutdown_s: tuple[float, ...]
    unfinished: tuple[str, ...]


async def regulars_of(shop: RunningShop) -> list[Customer]:
    """Customers who see their home screen."""
    known = [shop.customer(f"Regular {number}") for number in range(REGULARS)]
    await asyncio.gather(*(greet(customer) for customer in known))
    return known


async def shut_down_under_load(
    shop: RunningShop, processes: Sequence[ShopProcess], regulars: Sequence[Customer], chance: random.Random
) -> Round:
    """SIGTERM to all *processes* at once, after one buyer has paid and while others are about to; then restart them.

    Returns when the load has ended, every update is answered, and every buyer has a key. Raises NotSeenError.
    """
    load = Load(shop.sandbox, regulars, chance)
    buyers = tuple(shop.customer(f"Buyer {number}") for number in range(BUYERS))
    paid = asyncio.Event()
    async with asyncio.TaskGroup() as tasks:
        for buyer in buyers:
            tasks.create_task(_buy(buyer, load, paid))
        running = tasks.create_task(load.run(MAXIMUM_UPDATES))
        await paid.wait()
        await asyncio.wait({running}, timeout=chance.uniform(0, 0.5))
        shutdown_s = await asyncio.gather(*(process.end(signal.SIGTERM) for process in processes))
        # A process that needs all its time may be cut off; the others have finished what they had claimed.
        unfinished = () if max(shutdown_s) > IN_FLIGHT_LIMIT_S else await _unfinished(shop.storage, buyers)
        for process in processes:
            await process.start()
        await greet(shop.customer("Early bird"), load.slot)
        load.end()

    async def all_answered() -> bool:
        return not unanswered(shop.sandbox)

    await buyers[0].until("an answer to every update", all_answered)
    seconds = " and ".join(f"{second:.2f}" for second in shutdown_s)
    log.info("ended in %s s under %d updates at %.1f a second", seconds, load.sent, (load.sent - 1) / load.seconds)
    return Round(buyers, tuple(shutdown_s), unfinished)


async def _buy(buyer: Customer, load: Load, paid: asyncio.Event) -> None:
    await greet(buyer, load.slot)
    await request_and_pay(buyer, load.slot)
    paid.set()
    await until_served(buyer)


async def _unfinished(storage: Storage, buyers: Sequence[Customer]) -> tuple[str, ...]:
    """What was claimed and neither done nor postponed: no other process claims it before its lease ends."""
    found: list[str] = []
    async with storage.transaction() as tx:
        for buyer in buyers:
            keys = await tx.keys.of_user(buyer.tg_id)
            notices = await tx.outbox.of_user(buyer.tg_id, 10)
            found += [key.username for key in keys if key.home.fence and not key.home.attempts and not key.is_confirmed]
            found += [one.dedupe for one in notices if one.fence and not one.attempts and one.done_at is None]
    return tuple(found)
