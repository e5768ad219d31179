"""Requests to a Remnawave panel: one deadline each, few at a time, repeated when that is harmless.

Facts: Remnawave 2.8.1 and 3.3.2. In production it destroys the connection of a request that doesn't say that it came
through a proxy by https; through a public proxy it does, and directly to the container we say so.
"""

import asyncio
from collections.abc import Mapping

import httpx
import stamina

from orbit_adapters.panel_plugin.exchange import NoWholeAnswer, exchange, unusable
from orbit_adapters.remnawave.answer import Answer
from orbit_adapters.remnawave.settings import RemnawaveSettings
from orbit_domain.access.ports import OutcomeUnknown, PanelAuthFailed, PanelUnavailable
from orbit_domain.ids import PanelId

NO_HEADERS = ", or misses a proxy that says that it was asked by https"
DIRECT = {"x-forwarded-for": "127.0.0.1", "x-forwarded-proto": "https"}


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

        Returns a success or a refusal: whose it is, shows when its `error` is read. Without such an answer it raises
        OutcomeUnknown for a change that was sent, else PanelUnavailable; PanelAuthFailed when the token is refused.
        """

        async def once() -> Answer:
            return await self._send(method, path, json, params)

        if not repeat or self._settings.attempts == 1:
            return await once()
        retry = stamina.AsyncRetryingCaller(
            attempts=self._settings.attempts, timeout=20, wait_initial=0.2, wait_max=2, wait_jitter=0.5
        )
        return await retry((PanelUnavailable, OutcomeUnknown), once)

    async def _send(
        self, method: str, path: str, json: Mapping[str, object] | None, params: Mapping[str, str] | None
    ) -> Answer:
        changes = method != "GET"
        async with self._slots:
            try:
                status, body = await exchange(
                    self._http,
                    method,
                    self._settings.base_url + path,
                    timeout_s=self._settings.timeout_s,
                    headers=self._headers,
                    json=json,
                    params=params,
                )
            except NoWholeAnswer as error:
                reason, changes = f"{error}" + NO_HEADERS * error.was_closed, changes and error.was_sent
            else:
                return self._checked(Answer(self.panel_id, status, body, changes))
        raise unusable(self.panel_id, reason, changes=changes)

    def _checked(self, answer: Answer) -> Answer:
        """*answer* if the panel sent it. Raises PanelUnavailable, OutcomeUnknown or PanelAuthFailed."""
        if answer.status >= 500:
            raise answer.unusable(f"answered {answer.status}")
        if 300 <= answer.status < 400:
            raise PanelUnavailable(self.panel_id, f"answered {answer.status}, a redirect: check the panel's base URL")
        if answer.status == 429:
            raise PanelUnavailable(self.panel_id, "answered 429: it wants fewer requests")
        if answer.status == 401:
            raise PanelAuthFailed(self.panel_id, f"{answer.reason}: the API token is wrong or has expired")
        if answer.status == 403:
            raise PanelAuthFailed(self.panel_id, f"{answer.reason}: the API token was deleted or lacks a scope")
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
