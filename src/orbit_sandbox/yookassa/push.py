"""Sends YooKassa's notifications to the shop: unsigned, repeated until the answer is 200."""

import asyncio
from dataclasses import dataclass

import httpx

from orbit_sandbox.faults import Faults
from orbit_sandbox.yookassa.records import SimNotification
from orbit_sandbox.yookassa.sim_yookassa import SimYooKassa

_MAX_RETRY_S = 5.0
_ANSWER_S = 10.0


@dataclass(frozen=True, slots=True)
class YooKassaPush:
    """Sends the notifications of *sim* to its webhook address in order, while there is one.

    One that isn't taken is sent again after *retry_s* seconds, then after twice as long, up to five seconds.
    """

    sim: SimYooKassa
    faults: Faults
    retry_s: float = 0.25

    async def run(self) -> None:
        """Send until cancelled."""
        async with httpx.AsyncClient(timeout=_ANSWER_S, trust_env=False) as client:
            while True:
                seen = self.sim.signal.version
                if self.sim.webhook_url is None or not self.sim.notifications:
                    await self.sim.signal.wait(seen, 60)
                elif not await self.send_next(client):
                    failures = self.sim.notifications[0].failures
                    await asyncio.sleep(min(self.retry_s * 2 ** min(failures, 8), _MAX_RETRY_S))

    async def send_next(self, client: httpx.AsyncClient) -> bool:
        """Send the oldest notification. Returns whether it needs no further attempt."""
        notification = self.sim.notifications[0]
        if self.faults.consume("yookassa.webhook_lost"):
            self.sim.notifications.remove(notification)
            return True
        taken = await self._post(client, notification)
        if taken and self.faults.consume("yookassa.webhook_twice"):
            await self._post(client, notification)
        if taken:
            self.sim.notifications.remove(notification)
        else:
            notification.failures += 1
        return taken

    async def _post(self, client: httpx.AsyncClient, notification: SimNotification) -> bool:
        headers = {"Content-Type": "application/json"}
        try:
            answer = await client.post(self.sim.webhook_url or "", content=notification.body, headers=headers)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK
