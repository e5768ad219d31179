"""Updates at a fixed rate, set by the clock: a slow shop finds more of them waiting, never fewer."""

import asyncio
import random
from collections import deque
from collections.abc import Sequence
from itertools import cycle

from orbit_entry.demo.customer import Customer
from orbit_sandbox.sandbox import Sandbox

PER_S = 50
_AT_HOME = ("plans", "balance", "invite", "help", "settings")


class Load:
    """One update each fiftieth of a second while it flows.

    Buyers take their `turn` when they have something to tap; every other update is a tap of one of the *regulars*,
    who are at home already, or the /start of a newcomer. `sent` counts them all.
    """

    def __init__(self, sandbox: Sandbox, regulars: Sequence[Customer], chance: random.Random) -> None:
        self.sent = 0
        self.seconds = 0.0
        self._sandbox = sandbox
        self._chance = chance
        self._homes = cycle((customer.id, _home_of(sandbox, customer.id)) for customer in regulars)
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._over = asyncio.Event()

    async def turn(self) -> None:
        """Wait until the next update may be this one. Nobody waits when the stream is over."""
        if not self._over.is_set():
            mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(mine)
            await mine

    async def flow(self, maximum: int) -> None:
        """Send until `end`, and *most* updates at the most."""
        loop = asyncio.get_running_loop()
        begin = loop.time()
        while self.sent < maximum and not self._over.is_set():
            await asyncio.sleep(begin + self.sent / PER_S - loop.time())
            self._send()
            self.sent += 1
            self.seconds = loop.time() - begin
        self.end()

    def end(self) -> None:
        """No more updates by the clock; whoever waits for a turn has it."""
        self._over.set()
        while self._waiting:
            self._waiting.popleft().set_result(None)

    def _send(self) -> None:
        if self._waiting:
            self._waiting.popleft().set_result(None)
        elif self._chance.random() < 0.5:
            newcomer = self._sandbox.telegram.add_customer(f"Newcomer {self.sent}", "en")
            self._sandbox.telegram.press_start(newcomer.id)
        else:
            # Phones lag: the button may be one that the message had before.
            self._sandbox.telegram.tap(*next(self._homes), self._chance.choice(_AT_HOME))


def unanswered(sandbox: Sandbox) -> list[str]:
    """Every tap that was never answered, and every /start that never had its home screen."""
    telegram = sandbox.telegram
    with telegram.lock:
        taps = [f"{tap.data} of {tap.user_id}" for tap in telegram.taps.values() if tap.answers == 0]
        started = [customer.id for customer in telegram.customers.values() if customer.started]
    return taps + [f"/start of {who}" for who in started if _home_of(sandbox, who) is None]


def _home_of(sandbox: Sandbox, who: int) -> int | None:
    """The message that is or once was somebody's home screen."""
    telegram = sandbox.telegram
    with telegram.lock:
        chat = telegram.chats[who]
        seen = chat.messages | chat.deleted
    return next((message.id for message in seen.values() if "plans" in message.old_data), None)
