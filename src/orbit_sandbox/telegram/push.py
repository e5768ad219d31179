"""Pushing updates to a webhook: in parallel, with the secret, again until the bot says 2xx."""

import asyncio
import json
from dataclasses import dataclass

import httpx

from orbit_sandbox.faults import Faults
from orbit_sandbox.telegram.params import Params
from orbit_sandbox.telegram.refusals import BotApiRefusal
from orbit_sandbox.telegram.state import Webhook
from orbit_sandbox.telegram.updates import Pending
from orbit_sandbox.telegram.world import BotApiWorld

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
LONGEST_WAIT_S = 5.0
GIVES_UP_AFTER_S = 60.0


@dataclass(frozen=True, slots=True)
class WebhookPush:
    """Takes what waits in *world* to the address that setWebhook named, while one is set.

    A push that fails is repeated after *retry_s* seconds, then after twice as long, up to five seconds.
    """

    world: BotApiWorld
    faults: Faults
    client: httpx.AsyncClient | None = None
    retry_s: float = 0.25

    async def run(self) -> None:
        """Push until cancelled; a client of its own is closed at the end."""
        if self.client is not None:
            await self._run(self.client)
            return
        limits = httpx.Limits(max_connections=100)
        async with httpx.AsyncClient(timeout=GIVES_UP_AFTER_S, limits=limits, trust_env=False) as client:
            await self._run(client)

    async def _run(self, client: httpx.AsyncClient) -> None:
        async with asyncio.TaskGroup() as lanes:
            while True:
                seen = self.world.signal.version
                with self.world.lock:
                    webhook = self.world.settings.webhook
                    claimed = self.world.updates.claim(webhook.max_connections) if webhook else []
                for one in claimed:
                    if webhook is not None:
                        lanes.create_task(self._deliver(client, webhook, one))
                await self.world.signal.wait(seen, 60)

    async def _deliver(self, client: httpx.AsyncClient, webhook: Webhook, one: Pending) -> None:
        failure = await self._post(client, webhook, one)
        if failure is None:
            with self.world.lock:
                self.world.updates.done(one)
            return
        self.world.settings.last_push_error = (self.world.clock.now(), failure)
        self.world.signal.send()
        await asyncio.sleep(min(self.retry_s * 2 ** min(one.failures, 8), LONGEST_WAIT_S))
        with self.world.lock:
            self.world.updates.failed(one)

    async def _post(self, client: httpx.AsyncClient, webhook: Webhook, one: Pending) -> str | None:
        """Push once; None when it was taken, else what went wrong in Telegram's words."""
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
        """A webhook may answer with a method to call; Telegram tells nobody how that went."""
        try:
            reply = answer.json()
            if isinstance(reply, dict) and isinstance(reply.get("method"), str):
                await self.world.call(reply.pop("method"), Params(reply))
        except (ValueError, BotApiRefusal):
            return
