"""Apps that refresh their subscriptions the whole time: one of them asks every tenth of a second."""

import asyncio
import base64
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import httpx

from orbit_domain.clock import Clock

EVERY_S = 0.1
PATIENCE_S = 15
"""Apps wait so long."""


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A customer's own link, and the secret that every good link in it holds."""

    url: str
    credential: str


@dataclass
class AskingApps:
    """The apps of *subscribers*, who take turns, and what became of what they asked."""

    web: httpx.AsyncClient
    clock: Clock
    subscribers: Sequence[Subscriber]
    asked: int = 0
    wrong: list[str] = field(default_factory=list)
    longest_s: float = 0
    watched_s: float = 0

    async def ask(self, subscriber: Subscriber) -> None:
        """Refresh once, and remember what was wrong with the answer."""
        self.asked += 1
        begun = self.clock.now()
        response = await self.web.get(subscriber.url, headers={"user-agent": "v2rayNG/1.9"})
        waited_s = (self.clock.now() - begun).total_seconds()
        self.longest_s = max(self.longest_s, waited_s)
        servers = base64.b64decode(response.content).decode().splitlines() if response.status_code == 200 else []
        if not servers or not all(subscriber.credential in server for server in servers):
            self.wrong.append(f"{begun}: {response.status_code} {servers}")

    async def ask_all(self) -> None:
        """Every customer's app at once."""
        await asyncio.gather(*map(self.ask, self.subscribers))

    @asynccontextmanager
    async def all_the_time(self) -> AsyncIterator[None]:
        """Ask while the body of this runs; at its end every app has its answer."""
        asking, done = set[asyncio.Task[None]](), asyncio.Event()

        async def ask_on() -> None:
            while not done.is_set():
                asking.add(asyncio.create_task(self.ask(self.subscribers[self.asked % len(self.subscribers)])))
                await asyncio.sleep(EVERY_S)

        begun, asks = self.clock.now(), asyncio.create_task(ask_on())
        try:
            yield
        finally:
            self.watched_s += (self.clock.now() - begun).total_seconds()
            done.set()
            await asyncio.gather(asks, *asking)
