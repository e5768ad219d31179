"""Requests to a Marzban panel: one deadline each, few at a time, logged in when needed, repeated when harmless.

Facts: Marzban 0.8.4, `POST /api/admin/token` (form) gives a JWT good for a day; a 500 is plain text and the server
then closes the connection without saying so; a failed login is reported to the panel's owner with the password typed.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
import stamina
from pydantic import BaseModel, TypeAdapter

from orbit_adapters.marzban.schemas import Complaint
from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_adapters.marzban.token import Token
from orbit_domain.access.ports import PanelRefused, PanelUnavailable
from orbit_domain.clock import Clock
from orbit_domain.ids import PanelId

# A page of a hundred users is a tenth of this.
MAX_BODY_BYTES = 2 * 1024 * 1024
REPEATABLE = frozenset({"GET", "PUT", "DELETE"})
ATTEMPTS = 3
# What the panel itself says with a body of its own. Everything else comes from something in between.
SPOKEN = frozenset({200, 400, 401, 403, 404, 405, 409, 422})

Model = TypeVar("Model", bound=BaseModel)
Value = TypeVar("Value")


class PanelBroke(PanelUnavailable):
    """The panel answered 500: what it was asked may be done, half done or not done."""


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """An answer of the panel. Its repr shows no body, because bodies hold secrets."""

    panel_id: PanelId
    status: int
    body: bytes

    def read(self, model: type[Model]) -> Model:
        """The body as *model*. Raises PanelUnavailable for anything else: an unreadable answer says nothing."""
        return self.read_as(TypeAdapter(model))

    def read_as(self, adapter: TypeAdapter[Value]) -> Value:
        """The body as what *adapter* describes. Raises PanelUnavailable."""
        # Dropped rather than chained: what it complains of may be secret. A ValidationError is a ValueError.
        with suppress(ValueError):
            return adapter.validate_json(self.body)
        raise PanelUnavailable(self.panel_id, f"answered {self.status} with something that can't be read")

    @property
    def detail(self) -> str | dict[str, Any]:
        """The panel's complaint. Raises PanelUnavailable when the body isn't one."""
        return self.read(Complaint).detail


class PanelHttp:
    """The way to one panel, shared by everybody who talks to it."""

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
        """One exchange as the administrator; what may be repeated is, with jitter.

        Any status the panel itself says is an answer, a 401 excepted. Raises PanelUnavailable when there is none
        (PanelBroke for a 500), PanelRefused when the panel doesn't let us in.
        """

        async def exchange() -> Answer:
            return await self._as_admin(method, path, {"json": json, "params": params})

        if method not in REPEATABLE:
            return await exchange()
        retry = stamina.AsyncRetryingCaller(
            attempts=ATTEMPTS, timeout=20, wait_initial=0.2, wait_max=2, wait_jitter=0.5
        )
        return await retry(PanelUnavailable, exchange)

    async def _as_admin(self, method: str, path: str, what: Mapping[str, Any]) -> Answer:
        """Use the token at hand; when the panel doesn't know it any more, log in once and ask again."""
        token = await self.token.get()
        answer = await self._send(method, path, token=token, **what)
        if answer.status != 401:
            return answer
        token = await self.token.get(refused=token)
        answer = await self._send(method, path, token=token, **what)
        if answer.status == 401:
            self.token.give_up()
            raise PanelRefused(self.panel_id, "refuses the token it has just issued")
        return answer

    async def _send(self, method: str, path: str, *, token: str | None = None, **what: Any) -> Answer:
        """One request, one answer, one deadline. Never repeated here."""
        limit = self._settings.create_timeout_s if (method, path) == ("POST", "/api/user") else self._settings.timeout_s
        headers = {"authorization": f"Bearer {token}"} if token else {}
        async with self._slots:
            try:
                # httpx limits each read, not the whole answer: a panel that drips for ever must be cut by us.
                async with asyncio.timeout(limit):
                    status, body = await self._exchange(method, self._settings.base_url + path, headers, what)
            except (TimeoutError, httpx.TimeoutException):
                trouble = "no answer in time"
            except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                trouble = f"the connection failed: {type(error).__name__}"
            else:
                return self._judged(status, body)
        # Raised out here, so that no request (it carries secrets) travels along as a context.
        raise PanelUnavailable(self.panel_id, trouble)

    async def _exchange(
        self, method: str, url: str, headers: Mapping[str, str], what: Mapping[str, Any]
    ) -> tuple[int, bytes]:
        async with self._http.stream(method, url, headers=headers, follow_redirects=False, **what) as response:
            if response.status_code not in SPOKEN:
                # Left unread, the connection is dropped: after a 500 the panel closes it behind our back.
                return response.status_code, b""
            body = bytearray()
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > MAX_BODY_BYTES:
                    raise httpx.DecodingError("the answer is far too long")
            return response.status_code, bytes(body)

    def _judged(self, status: int, body: bytes) -> Answer:
        if status == 500:
            raise PanelBroke(self.panel_id, "answered 500")
        if 300 <= status < 400:
            raise PanelUnavailable(self.panel_id, f"answered {status}, a redirect: check the panel's base URL")
        if status not in SPOKEN:
            raise PanelUnavailable(self.panel_id, f"answered {status}")
        answer = Answer(self.panel_id, status, body)
        if status != 200:
            # A proxy's own 404 must not pass for the panel's: without a complaint in it the answer says nothing.
            _ = answer.detail
        return answer
