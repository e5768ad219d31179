"""The administrator's token: one login at a time for all callers, and a pause after a refused login."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from orbit_adapters.marzban.answer import Answer
from orbit_adapters.marzban.schemas import TokenSchema
from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_domain.access.ports import PanelAuthFailed
from orbit_domain.clock import Clock
from orbit_domain.ids import PanelId

# The panel sends the password of a refused login to its own notifiers, so the login isn't repeated at once.
PAUSE_AFTER_REFUSAL = timedelta(seconds=30)


class Token:
    """Holds the token that requests carry. Logs in again when the panel refuses it.

    `drift` is how far the panel's clock was ahead of ours at the last login, None when unknown.
    """

    def __init__(self, settings: MarzbanSettings, clock: Clock, send: Callable[..., Awaitable[Answer]]) -> None:
        self.drift: timedelta | None = None
        self._settings = settings
        self._clock = clock
        self._send = send
        self._login: asyncio.Task[str] | None = None
        self._value: str | None = None
        self._refusal = ""
        self._paused_until: datetime | None = None

    async def get(self, refused: str | None = None) -> str:
        """A token other than *refused*; logs in when needed. Concurrent callers share one login, also a failed one.

        Raises PanelAuthFailed when the panel refuses the login, or refused it less than 30 s ago; PanelUnavailable
        when it doesn't answer.
        """
        if self._value is not None and self._value != refused:
            return self._value
        if self._login is None:
            self._value = None
            self._login = asyncio.create_task(self._log_in())
            self._login.add_done_callback(self._forget)
        # A caller that gives up doesn't take the login away from the others.
        return await asyncio.shield(self._login)

    def give_up(self, refusal: str) -> PanelAuthFailed:
        """Drop the token and try no login for PAUSE_AFTER_REFUSAL. The error says *refusal* until then."""
        self._value, self._refusal = None, refusal
        self._paused_until = self._clock.now() + PAUSE_AFTER_REFUSAL
        return PanelAuthFailed(PanelId(self._settings.panel_id), refusal)

    def _forget(self, login: asyncio.Task[str]) -> None:
        self._login = None
        if not login.cancelled():
            login.exception()  # Seen here, should every caller have given up.

    async def _log_in(self) -> str:
        if self._paused_until is not None and self._clock.now() < self._paused_until:
            raise PanelAuthFailed(PanelId(self._settings.panel_id), f"{self._refusal} (a moment ago)")
        form = {"username": self._settings.username, "password": self._settings.password.get_secret_value()}
        answer = await self._send("POST", "/api/admin/token", data=form)
        if answer.status == 401:
            raise self.give_up("refuses our login: check the administrator's name and password")
        if answer.status != 200:
            raise self.give_up(f"answered {answer.status} to our login ({answer.reason}): is this a Marzban panel?")
        self._value = answer.read(TokenSchema).access_token
        issued_at = _issued_at(self._value)
        self.drift = issued_at - self._clock.now() if issued_at else None
        return self._value


def _issued_at(token: str) -> datetime | None:
    """When the panel issued *token*, in whole seconds. Unverified: use it only to compare clocks."""
    try:
        body = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return datetime.fromtimestamp(int(claims["iat"]), UTC)
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, OSError, RecursionError):
        return None
