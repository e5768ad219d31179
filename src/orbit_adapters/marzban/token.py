"""The administrator's token: one login at a time, and a pause after a refused login."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from orbit_adapters.marzban.answer import Answer
from orbit_adapters.marzban.schemas import TokenSchema
from orbit_adapters.marzban.settings import MarzbanSettings
from orbit_domain.access.ports import PanelRefused
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
        self._lock = asyncio.Lock()
        self._value: str | None = None
        self._paused_until: datetime | None = None

    async def get(self, refused: str | None = None) -> str:
        """A token other than *refused*; logs in when needed. Concurrent callers share one login.

        Raises PanelRefused when the panel refuses name and password, or refused them less than 30 s ago;
        PanelUnavailable when it doesn't answer.
        """
        async with self._lock:
            if self._value is None or self._value == refused:
                self._value = None
                self._value = await self._log_in()
            return self._value

    def give_up(self) -> None:
        """Drop the token and try no login for PAUSE_AFTER_REFUSAL."""
        self._value = None
        self._paused_until = self._clock.now() + PAUSE_AFTER_REFUSAL

    async def _log_in(self) -> str:
        panel_id = PanelId(self._settings.panel_id)
        if self._paused_until is not None and self._clock.now() < self._paused_until:
            raise PanelRefused(panel_id, "refused our login a moment ago: check the administrator's name and password")
        form = {"username": self._settings.username, "password": self._settings.password.get_secret_value()}
        answer = await self._send("POST", "/api/admin/token", data=form)
        if answer.status != 200:
            self.give_up()
            raise PanelRefused(panel_id, "refuses our login: check the administrator's name and password")
        value = answer.read(TokenSchema).access_token
        issued_at = _issued_at(value)
        self.drift = issued_at - self._clock.now() if issued_at else None
        return value


def _issued_at(token: str) -> datetime | None:
    """When the panel issued *token*, in whole seconds. Unverified: use it only to compare clocks."""
    try:
        body = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return datetime.fromtimestamp(int(claims["iat"]), UTC)
    except (IndexError, KeyError, TypeError, ValueError, OverflowError, OSError, RecursionError):
        return None
