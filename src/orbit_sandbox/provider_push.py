"""Sends a provider's news to the shop, in order, until they are taken."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import httpx

from orbit_sandbox.faults import Faults
from orbit_sandbox.telegram.signal import Signal

_MAX_RETRY_S = 5.0
_ANSWER_S = 10.0


@dataclass(slots=True)
class ProviderEvent:
    """News for the shop: the raw body of a webhook, and how often it could not be handed over."""

    body: bytes
    failures: int = 0


def unsigned(_: bytes) -> Mapping[str, str]:
    """No header: the provider signs nothing."""
    return {}


class Provider(Protocol):
    """A simulated provider with news. `signal` is sent when some are added."""

    webhook_url: str | None
    events: list[ProviderEvent]
    signal: Signal


@dataclass(frozen=True, slots=True)
class ProviderPush:
    """Sends the events of *provider* to its webhook address, while there is one; *sign* gives the headers of a body.

    One that isn't answered with 2xx is sent again after *retry_s* seconds, then after twice as long, up to five
    seconds. The faults `<name>.webhook_lost` and `<name>.webhook_twice` are those of its way.
    """

    name: str
    provider: Provider
    faults: Faults
    sign: Callable[[bytes], Mapping[str, str]]
    retry_s: float = 0.25

    async def run(self) -> None:
        """Send until cancelled."""
        async with httpx.AsyncClient(timeout=_ANSWER_S, trust_env=False) as client:
            while True:
                seen = self.provider.signal.version
                if self.provider.webhook_url is None or not self.provider.events:
                    await self.provider.signal.wait(seen, 60)
                elif not await self.send_next(client):
                    failures = self.provider.events[0].failures
                    await asyncio.sleep(min(self.retry_s * 2 ** min(failures, 8), _MAX_RETRY_S))

    async def send_next(self, client: httpx.AsyncClient) -> bool:
        """Send the oldest event. Returns whether it needs no further attempt."""
        event = self.provider.events[0]
        if self.faults.consume(f"{self.name}.webhook_lost"):
            self.provider.events.remove(event)
            return True
        taken = await self._post(client, event)
        if taken and self.faults.consume(f"{self.name}.webhook_twice"):
            await self._post(client, event)
        if taken:
            self.provider.events.remove(event)
        else:
            event.failures += 1
        return taken

    async def _post(self, client: httpx.AsyncClient, event: ProviderEvent) -> bool:
        headers = {"Content-Type": "application/json", **self.sign(event.body)}
        try:
            answer = await client.post(self.provider.webhook_url or "", content=event.body, headers=headers)
        except httpx.HTTPError:
            return False
        return answer.is_success
