"""Sends the news of Crypto Pay to the shop: signed over the raw bytes, repeated until the answer is 2xx."""

import asyncio
import hashlib
import hmac
from dataclasses import dataclass

import httpx

from orbit_sandbox.cryptopay.records import CryptoPayEvent
from orbit_sandbox.cryptopay.sim_cryptopay import TOKEN, SimCryptoPay
from orbit_sandbox.faults import Faults

SIGNATURE_HEADER = "crypto-pay-api-signature"
_MAX_RETRY_S = 5.0
_ANSWER_S = 10.0


def signature(body: bytes, token: str = TOKEN) -> str:
    """The value of the header: the HMAC-SHA256 of the raw *body* under the SHA-256 of the token."""
    return hmac.new(hashlib.sha256(token.encode()).digest(), body, hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class CryptoPayWebhookPush:
    """Sends the events of *sim* to its webhook address in order, while there is one.

    One that isn't taken is sent again after *retry_s* seconds, then after twice as long, up to five seconds.
    """

    sim: SimCryptoPay
    faults: Faults
    retry_s: float = 0.25

    async def run(self) -> None:
        """Send until cancelled."""
        async with httpx.AsyncClient(timeout=_ANSWER_S, trust_env=False) as client:
            while True:
                seen = self.sim.signal.version
                if self.sim.webhook_url is None or not self.sim.events:
                    await self.sim.signal.wait(seen, 60)
                elif not await self.send_next(client):
                    failures = self.sim.events[0].failures
                    await asyncio.sleep(min(self.retry_s * 2 ** min(failures, 8), _MAX_RETRY_S))

    async def send_next(self, client: httpx.AsyncClient) -> bool:
        """Send the oldest event. Returns whether it needs no further attempt."""
        event = self.sim.events[0]
        if self.faults.consume("cryptopay.webhook_lost"):
            self.sim.events.remove(event)
            return True
        taken = await self._post(client, event)
        if taken and self.faults.consume("cryptopay.webhook_twice"):
            await self._post(client, event)
        if taken:
            self.sim.events.remove(event)
        else:
            event.failures += 1
        return taken

    async def _post(self, client: httpx.AsyncClient, event: CryptoPayEvent) -> bool:
        headers = {"Content-Type": "application/json", SIGNATURE_HEADER: signature(event.body)}
        try:
            answer = await client.post(self.sim.webhook_url or "", content=event.body, headers=headers)
        except httpx.HTTPError:
            return False
        return answer.is_success
