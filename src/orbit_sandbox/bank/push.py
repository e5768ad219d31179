"""Sends the bank's news to the shop: signed over the raw bytes, repeated until the answer is 2xx."""

import asyncio
import hashlib
import hmac
from dataclasses import dataclass

import httpx

from orbit_sandbox.bank.records import BankEvent
from orbit_sandbox.bank.sim_bank import WEBHOOK_SECRET, SimBank
from orbit_sandbox.faults import Faults

SIGNATURE_HEADER = "Bank-Signature"
_MAX_RETRY_S = 5.0
_ANSWER_S = 10.0


def signature(body: bytes, seconds: int, secret: str = WEBHOOK_SECRET) -> str:
    """The value of the header: the time, and the HMAC-SHA256 of the time, a point and the raw *body*."""
    digest = hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={seconds},v1={digest}"


@dataclass(frozen=True, slots=True)
class BankWebhookPush:
    """Sends the events of *bank* to its webhook address in order, while there is one.

    One that isn't taken is sent again after *retry_s* seconds, then after twice as long, up to five seconds.
    """

    bank: SimBank
    faults: Faults
    retry_s: float = 0.25

    async def run(self) -> None:
        """Send until cancelled."""
        async with httpx.AsyncClient(timeout=_ANSWER_S, trust_env=False) as client:
            while True:
                seen = self.bank.signal.version
                if self.bank.webhook_url is None or not self.bank.events:
                    await self.bank.signal.wait(seen, 60)
                elif not await self.send_next(client):
                    failures = self.bank.events[0].failures
                    await asyncio.sleep(min(self.retry_s * 2 ** min(failures, 8), _MAX_RETRY_S))

    async def send_next(self, client: httpx.AsyncClient) -> bool:
        """Send the oldest event. Returns whether it needs no further attempt."""
        event = self.bank.events[0]
        if self.faults.consume("bank.webhook_lost"):
            self.bank.events.remove(event)
            return True
        taken = await self._post(client, event)
        if taken and self.faults.consume("bank.webhook_twice"):
            await self._post(client, event)
        if taken:
            self.bank.events.remove(event)
        else:
            event.failures += 1
        return taken

    async def _post(self, client: httpx.AsyncClient, event: BankEvent) -> bool:
        headers = {
            "Content-Type": "application/json",
            SIGNATURE_HEADER: signature(event.body, self.bank.seconds()),
        }
        try:
            answer = await client.post(self.bank.webhook_url or "", content=event.body, headers=headers)
        except httpx.HTTPError:
            return False
        return answer.is_success
