"""Requests to a Marzban panel: one deadline each, few at a time, logged in when needed, repeated when that is harmless.

Facts: Marzban 0.8.4, `POST /api/admin/token` (form) gives a JWT good for a day; a 500 is plain text and the server
then closes the connection without notice; a failed login is reported to the panel's owner with the password typed.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import stamina

from orbit_adapters.marzban.answer import Answer
from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_adapters.marzban.token import Token
from orbit_adapters.panel_plugin.exchange import NoWholeAnswer, exchange, unusable
from orbit_domain.access.ports import OutcomeUnknown, PanelUnavailable
from orbit_domain.clock import Clock
from orbit_domain.ids import PanelId

REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
# Statuses that the panel itself sends with a JSON body. Any other status comes from a proxy in between.
PANEL_STATUSES = frozenset({200, 400, 401, 403, 404, 405, 409, 422})


class PanelServerError(PanelUnavailable):
    """The panel answered a question with 500: what was asked for may be an account that it left half made."""


class PanelHttp:
    """The HTTP connection to one panel. All calls to that panel share it."""

    def __init__(self, settings: MarzbanSettings, http: httpx.AsyncClient, clock: Clock) -> None:
        self.panel_id = PanelId(settings.panel_id)
        self._settings = settings
        self._http = http
        self._slots = asyncio.Semaphore(settings.in_flight)
        self.token = Token(settings, clock, self._send)

    async def call(
        self,
        method: str,
        path: str,
        *,
        json: Mapping[str, object] | None = None,
        params: Mapping[str, str] | None = None,
    ) -> Answer:
        """One exchange as the administrator. Idempotent methods are repeated with jitter.

        Returns any status in PANEL_STATUSES except 401. Without such an answer it raises OutcomeUnknown for a change
        that was sent, else PanelUnavailable (PanelServerError for a 500); PanelAuthFailed when the login is refused.
        """

        async def once() -> Answer:
            return await self._as_admin(method, path, {"json": json, "params": params})

        if method not in REPEATABLE or self._settings.attempts == 1:
            return await once()
        retry = stamina.AsyncRetryingCaller(
            attempts=self._settings.attempts, timeout=20, wait_initial=0.2, wait_max=2, wait_jitter=0.5
        )
        return await retry((PanelUnavailable, OutcomeUnknown), once)

    async def _as_admin(self, method: str, path: str, what: Mapping[str, Any]) -> Answer:
        """Send with the current token. When the panel refuses it, log in once and send again."""
        token = await self.token.get()
        answer = await self._send(method, path, token=token, **what)
        if answer.status != 401:
            return answer
        token = await self.token.get(refused=token)
        answer = await self._send(method, path, token=token, **what)
        if answer.status == 401:
            raise self.token.give_up("refuses the token it has just issued")
        return answer

    async def _send(self, method: str, path: str, *, token: str | None = None, **what: Any) -> Answer:
        """One request, one answer, one deadline. Never repeated here."""
        limit = self._settings.create_timeout_s if (method, path) == ("POST", "/api/user") else self._settings.timeout_s
        headers = {"authorization": f"Bearer {token}"} if token else {}
        # A login changes nothing: one that got lost is simply repeated.
        changes = method != "GET" and token is not None
        async with self._slots:
            try:
                status, body = await exchange(
                    self._http, method, self._settings.base_url + path, timeout_s=limit, headers=headers, **what
                )
            except NoWholeAnswer as error:
                reason, changes = f"{error}", changes and error.was_sent
            else:
                return self._checked(Answer(self.panel_id, status, body, changes))
        raise unusable(self.panel_id, reason, changes=changes)

    def _checked(self, answer: Answer) -> Answer:
        """*answer* if the panel sent it. Raises PanelUnavailable, OutcomeUnknown."""
        status = answer.status
        if status == 500 and not answer.changes:
            raise PanelServerError(self.panel_id, "answered 500")
        if 300 <= status < 400:
            raise PanelUnavailable(self.panel_id, f"answered {status}, a redirect: check the panel's base URL")
        if status == 429:
            raise PanelUnavailable(self.panel_id, "answered 429: it wants fewer requests")
        if status not in PANEL_STATUSES:
            raise answer.unusable(f"answered {status}")
        if status != 200:
            # A 404 from a proxy must not pass for one from the panel: an error without `detail` proves nothing.
            _ = answer.detail
        return answer
