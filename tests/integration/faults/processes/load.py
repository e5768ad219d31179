"""Updates at a fixed rate, set by the clock: in front of a slow shop more of them wait, never fewer."""

import asyncio
import random
from collections import deque
from collections.abc import Sequence
from itertools import cycle

from orbit_entry.demo.customer import Customer
from orbit_sandbox.sandbox import Sandbox

PER_S = 50
_AT_HOME = ("plans", "balance", "help", "settings")


class Load:
    """Fifty updates a second while it runs.

    Buyers wait for their `slot` when they have something to tap; every other update is a tap of one of the *regulars*,
    who see their home screen already, or the /start of a new customer. `sent` counts them all.
    """

    def __init__(self, sandbox: Sandbox, regulars: Sequence[Customer], chance: random.Random) -> None:
        self.sent = 0
        self.seconds = 0.0
        self._sandbox = sandbox
        self._chance = chance
        self._homes = cycle((customer.id, _home_of(sandbox, customer.id)) for customer in regulars)
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._over = asyncio.Event()

    async def slot(self) -> None:
        """Wait until the next update may be the caller's; not at all when the load has ended."""
        if not self._over.is_set():
            mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(mine)
            await mine

    async def run(self, maximum: int) -> None:
        """Send until `end`, and at most *maximum* updates."""
        loop = asyncio.get_running_loop()
        begin = loop.time()
        while self.sent < maximum and not self._over.is_set():
            await asyncio.sleep(begin + self.sent / PER_S - loop.time())
            self._send()
            self.sent += 1
            self.seconds = loop.time() - begin
        self.end()

    def end(self) -> None:
        """Send no more updates by the clock, and let every waiting buyer go on."""
        self._over.set()
        while self._waiting:
            self._waiting.popleft().set_result(None)

    def _send(self) -> None:
        if self._waiting:
            self._waiting.popleft().set_result(None)
        elif self._chance.random() < 0.5:
            new_customer = self._sandbox.telegram.add_customer(f"New {self.sent}", "en")
            self._sandbox.telegram.press_start(new_customer.id)
        else:
            # Phones lag: the button may be one that the message had before.
            self._sandbox.telegram.tap(*next(self._homes), self._chance.choice(_AT_HOME))


def unanswered(sandbox: Sandbox) -> list[str]:
    """Every tap that was never answered, and every /start that never had its home screen."""
    telegram = sandbox.telegram
    with telegram.lock:
        taps = [f"{tap.data} of {tap.user_id}" for tap in telegram.taps.values() if tap.answers == 0]
        started = [customer.id for customer in telegram.customers.values() if customer.started]
    return taps + [f"/start of {user_id}" for user_id in started if _home_of(sandbox, user_id) is None]


def _home_of(sandbox: Sandbox, user_id: int) -> int | None:
    """The message that is or once was the user's home screen."""
    telegram = sandbox.telegram
    with telegram.lock:
        chat = telegram.chats[user_id]
        seen = chat.messages | chat.deleted
    return next((message.id for message in seen.values() if "plans" in message.old_data), None)
