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
from orbit_adapters.marzban.connection_errors import in_words
from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_adapters.marzban.token import Token
from orbit_domain.access.ports import PanelUnavailable
from orbit_domain.clock import Clock
from orbit_domain.ids import PanelId

# A page of a hundred users has a tenth of this size.
MAX_BODY_BYTES = 2 * 1024 * 1024
REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
# Statuses that the panel itself sends with a JSON body. Any other status comes from a proxy in between.
PANEL_STATUSES = frozenset({200, 400, 401, 403, 404, 405, 409, 422})


class PanelServerError(PanelUnavailable):
    """The panel answered 500: the requested change may be done, half done or not done."""


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

        Returns any status in PANEL_STATUSES except 401. Raises PanelUnavailable when there is no answer
        (PanelServerError for a 500), PanelRefused when the panel refuses the login.
        """

        async def exchange() -> Answer:
            return await self._as_admin(method, path, {"json": json, "params": params})

        if method not in REPEATABLE or self._settings.attempts == 1:
            return await exchange()
        retry = stamina.AsyncRetryingCaller(
            attempts=self._settings.attempts, timeout=20, wait_initial=0.2, wait_max=2, wait_jitter=0.5
        )
        return await retry(PanelUnavailable, exchange)

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
        async with self._slots:
            try:
                # httpx limits each read, not the whole answer: a panel that sends a byte at a time needs this deadline.
                async with asyncio.timeout(limit):
                    status, body = await self._exchange(method, self._settings.base_url + path, headers, what)
            except (TimeoutError, httpx.TimeoutException):
                reason = "no answer in time"
            except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                reason = f"the connection failed: {in_words(error)}"
            else:
                return self._checked(status, body)
        # Raised outside `except`, so that the exception context holds no request: requests carry secrets.
        raise PanelUnavailable(self.panel_id, reason)

    async def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], what: Mapping[str, Any]
    ) -> tuple[int, bytes]:
        async with self._http.stream(method, url, headers=headers, follow_redirects=False, **what) as response:
            if response.status_code not in PANEL_STATUSES:
                # The body stays unread, so httpx drops the connection: after a 500 the panel closes it without notice.
                return response.status_code, b""
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise httpx.DecodingError("the answer is far too long")
            return response.status_code, bytes(body)

    def _checked(self, status: int, body: bytes) -> Answer:
        if status == 500:
            raise PanelServerError(self.panel_id, "answered 500")
        if 300 <= status < 400:
            raise PanelUnavailable(self.panel_id, f"answered {status}, a redirect: check the panel's base URL")
        if status not in PANEL_STATUSES:
            raise PanelUnavailable(self.panel_id, f"answered {status}")
        answer = Answer(self.panel_id, status, body)
        if status != 200:
            # A 404 from a proxy must not pass for one from the panel: an error without `detail` proves nothing.
            _ = answer.detail
        return answer
