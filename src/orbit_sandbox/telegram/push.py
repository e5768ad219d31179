"""Pushes updates to a webhook: in parallel, with the secret, repeated until the response is 2xx."""

import asyncio
import json
from dataclasses import dataclass

import httpx

from orbit_sandbox.faults import Faults
from orbit_sandbox.telegram.params import Params
from orbit_sandbox.telegram.refusals import BotApiRefusal
from orbit_sandbox.telegram.sim_telegram import SimTelegram
from orbit_sandbox.telegram.state import Webhook
from orbit_sandbox.telegram.updates import Pending

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
MAX_RETRY_S = 5.0
REQUEST_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class WebhookPush:
    """Sends the queued updates of *telegram* to the webhook address, while one is set.

    A failed push is repeated after *retry_s* seconds, then after twice as long, up to five seconds.
    """

    telegram: SimTelegram
    faults: Faults
    client: httpx.AsyncClient | None = None
    retry_s: float = 0.25

    async def run(self) -> None:
        """Push until cancelled; a client of its own is closed at the end."""
        if self.client is not None:
            await self._run(self.client)
            return
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(timeout=REQUEST_TIMEOUT_S, limits=limits, trust_env=False) as client:
            await self._run(client)

    async def _run(self, client: httpx.AsyncClient) -> None:
        async with asyncio.TaskGroup() as deliveries:
            while True:
                seen = self.telegram.signal.version
                with self.telegram.lock:
                    webhook = self.telegram.settings.webhook
                    claimed = self.telegram.updates.claim(webhook.max_connections) if webhook else []
                for one in claimed:
                    if webhook is not None:
                        deliveries.create_task(self._deliver(client, webhook, one))
                await self.telegram.signal.wait(seen, 60)

    async def _deliver(self, client: httpx.AsyncClient, webhook: Webhook, one: Pending) -> None:
        failure = await self._post(client, webhook, one)
        if failure is None:
            with self.telegram.lock:
                self.telegram.updates.done(one)
            return
        self.telegram.settings.last_push_error = (self.telegram.clock.now(), failure)
        self.telegram.signal.send()
        await asyncio.sleep(min(self.retry_s * 2 ** min(one.failures, 8), MAX_RETRY_S))
        with self.telegram.lock:
            self.telegram.updates.failed(one)

    async def _post(self, client: httpx.AsyncClient, webhook: Webhook, one: Pending) -> str | None:
        """Push once. Returns None for a 2xx response, else the error in Telegram's words."""
        if self.faults.is_on("telegram.down"):
            return "Connection refused"
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers[SECRET_HEADER] = webhook.secret
        try:
            answer = await client.post(webhook.url, content=json.dumps(one.body), headers=headers)
        except httpx.HTTPError as error:
            return f"{type(error).__name__}: {error}"
        if not answer.is_success:
            return f"Wrong response from the webhook: {answer.status_code} {answer.reason_phrase}"
        await self._perform_reply(answer)
        return None

    async def _perform_reply(self, answer: httpx.Response) -> None:
        """Call the method that the response of a webhook may name. As in Telegram, its result is dropped."""
        try:
            reply = answer.json()
            if isinstance(reply, dict) and isinstance(reply.get("method"), str):
                await self.telegram.call(reply.pop("method"), Params(reply))
        except (ValueError, BotApiRefusal):
            return
