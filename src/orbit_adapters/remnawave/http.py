"""Requests to a Remnawave panel: one deadline each, few at a time, repeated when that is harmless.

Facts: Remnawave 2.8.1 and 3.3.2. In production it destroys the connection of a request that doesn't say that it came
through a proxy by https; through a public proxy it does, and directly to the container we say so.
"""

import asyncio
from collections.abc import Mapping

import httpx
import stamina

from orbit_adapters.payment_plugin.exchange import NoWholeAnswer, exchange
from orbit_adapters.remnawave.answer import Answer
from orbit_adapters.remnawave.settings import RemnawaveSettings
from orbit_domain.access.ports import PanelRefused, PanelUnavailable
from orbit_domain.ids import PanelId

# A page of a thousand users has half of this size.
MAX_BODY_BYTES = 2 * 1024 * 1024
NO_HEADERS = ": it closes connections that don't come by https, through a proxy that says so"
DIRECT = {"x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https"}


class PanelSilent(PanelUnavailable):
    """No answer, or one that the panel's server failed to give: the change may be done or not."""


class PanelHttp:
    """The HTTP connection to one panel. All calls to that panel share it."""

    def __init__(self, settings: RemnawaveSettings, http: httpx.AsyncClient) -> None:
        self.panel_id = PanelId(settings.panel_id)
        self._settings = settings
        self._http = http
        self._slots = asyncio.Semaphore(settings.in_flight)
        self._headers = _headers(settings)

    async def call(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, object] | None = None,
        params: Mapping[str, str] | None = None,
        repeat: bool = True,
    ) -> Answer:
        """One exchange with our token. It is repeated with jitter after silence, unless *repeat* is false.

        Returns a success or a refusal: whose it is, shows when its `error` is read. Raises PanelUnavailable when there
        is no such answer (PanelSilent when repeating may help), PanelRefused when the panel refuses the token.
        """

        async def once() -> Answer:
            return await self._send(method, path, json, params)

        if not repeat or self._settings.attempts == 1:
            return await once()
        retry = stamina.AsyncRetryingCaller(
            attempts=self._settings.attempts, timeout=20, wait_initial=0.2, wait_max=2, wait_jitter=0.5
        )
        return await retry(PanelSilent, once)

    async def _send(
        self, method: str, path: str, json: Mapping[str, object] | None, params: Mapping[str, str] | None
    ) -> Answer:
        async with self._slots:
            try:
                status, body = await exchange(
                    self._http,
                    method,
                    self._settings.base_url + path,
                    timeout_s=self._settings.timeout_s,
                    max_bytes=MAX_BODY_BYTES,
                    headers=self._headers,
                    json=json,
                    params=params,
                )
            except NoWholeAnswer as error:
                reason = f"{error}" + NO_HEADERS * f"{error}".endswith("RemoteProtocolError")
            else:
                return self._checked(Answer(self.panel_id, status, body))
        raise PanelSilent(self.panel_id, reason)

    def _checked(self, answer: Answer) -> Answer:
        """*answer* if the panel sent it. Raises PanelUnavailable or PanelRefused."""
        if answer.is_success:
            return answer
        if answer.status >= 500:
            raise PanelSilent(self.panel_id, f"answered {answer.status}")
        if answer.status < 400:
            raise PanelUnavailable(self.panel_id, f"answered {answer.status}, a redirect: check the panel's base URL")
        if answer.status == 401:
            raise PanelRefused(self.panel_id, f"{answer.reason}: the API token is wrong or has expired")
        if answer.status == 403:
            raise PanelRefused(self.panel_id, f"{answer.reason}: the API token was deleted or lacks a scope")
        return answer


def front_headers(settings: RemnawaveSettings) -> dict[str, str]:
    """What the panel, and what stands in front of it, want of every request. Our token isn't among it."""
    headers = {name.lower(): value.get_secret_value() for name, value in settings.headers.items()}
    if settings.cookies:
        headers["cookie"] = "; ".join(f"{name}={value.get_secret_value()}" for name, value in settings.cookies.items())
    if settings.base_url.startswith("http://"):
        headers |= DIRECT
    return headers


def _headers(settings: RemnawaveSettings) -> dict[str, str]:
    """What every request of ours carries. Our token wins over an extra header of that name."""
    ours = {"authorization": f"Bearer {settings.token.get_secret_value()}", "accept": "application/json"}
    return front_headers(settings) | ours
