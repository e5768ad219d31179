"""A round of leaving: processes are asked to go in the middle of a stream of updates, and others come in their place.

`--log-cli-level=info` tells the figures of each round.
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
from tests.integration.faults.processes.purchases import ask_and_pay, greet, until_served
from tests.integration.faults.processes.shop_process import ShopProcess

BUYERS = 5
REGULARS = 30
# Five seconds of the stream: more would only wait in the queue of a machine that is busy with others.
MOST_UPDATES = 250

log = logging.getLogger(__name__)


class Place(Protocol):
    """Where customers come to a shop."""

    @property
    def sandbox(self) -> Sandbox:
        """The world around it."""

    @property
    def storage(self) -> Storage:
        """Its books."""

    def customer(self, name: str) -> Customer:
        """Somebody new."""


@dataclass(frozen=True, slots=True)
class Round:
    """Who bought something, how many seconds each process took to leave, and what it had taken and not finished."""

    buyers: tuple[Customer, ...]
    leaving_s: tuple[float, ...]
    unfinished: tuple[str, ...]


async def regulars_of(place: Place) -> list[Customer]:
    """People who have been here before."""
    known = [place.customer(f"Regular {number}") for number in range(REGULARS)]
    await asyncio.gather(*(greet(customer) for customer in known))
    return known


async def leave_in_the_stream(
    place: Place, shop_process: Sequence[ShopProcess], regulars: Sequence[Customer], chance: random.Random
) -> Round:
    """SIGTERM to all *shops* at once, after somebody has paid and while others are about to; then start them again.

    Returns when the stream has ended, everything in it has been answered, and who paid has a key. Raises NotSeen.
    """
    stream = Load(place.sandbox, regulars, chance)
    buyers = tuple(place.customer(f"Buyer {number}") for number in range(BUYERS))
    paid = asyncio.Event()
    async with asyncio.TaskGroup() as life:
        for buyer in buyers:
            life.create_task(_buy(buyer, stream, paid))
        flowing = life.create_task(stream.flow(MOST_UPDATES))
        await paid.wait()
        await asyncio.wait({flowing}, timeout=chance.uniform(0, 0.5))
        leaving_s = await asyncio.gather(*(shop.end(signal.SIGTERM) for shop in shop_process))
        # Who needs all the time there is may be cut off; the others have finished what was in hand.
        in_hand = () if max(leaving_s) > IN_FLIGHT_LIMIT_S else await _in_hand(place.storage, buyers)
        for shop in shop_process:
            await shop.start()
        await greet(place.customer("Early bird"), stream.turn)
        stream.end()

    async def all_answered() -> bool:
        return not unanswered(place.sandbox)

    await buyers[0].until("an answer to every update", all_answered)
    told = " and ".join(f"{second:.2f}" for second in leaving_s)
    log.info("left in %s s under %d updates at %.1f a second", told, stream.sent, (stream.sent - 1) / stream.seconds)
    return Round(buyers, tuple(leaving_s), in_hand)


async def _buy(buyer: Customer, stream: Load, paid: asyncio.Event) -> None:
    await greet(buyer, stream.turn)
    await ask_and_pay(buyer, stream.turn)
    paid.set()
    await until_served(buyer)


async def _in_hand(storage: Storage, buyers: Sequence[Customer]) -> tuple[str, ...]:
    """What was claimed and neither done nor put off: nobody else touches it before its lease ends."""
    found: list[str] = []
    async with storage.transaction() as tx:
        for buyer in buyers:
            keys = await tx.keys.of_user(buyer.tg_id)
            notices = await tx.outbox.of_user(buyer.tg_id, 10)
            found += [key.username for key in keys if key.fence and not key.attempts and not key.is_confirmed]
            found += [one.dedupe for one in notices if one.fence and not one.attempts and one.done_at is None]
    return tuple(found)
