"""The two things that `orbit init` asks Telegram: which bot this is, and who has pressed the owner's link.

No update is confirmed and no webhook is touched: whatever waits there is for the shop, payments among it.
"""

import time
from collections.abc import Callable
from typing import Any

import httpx

_LIMIT_S = 5
_POLL_S = 2
_PAUSE_S = 0.5
_BATCH = 100


class TokenRefused(Exception):
    """Telegram doesn't know this token."""


class TelegramSilent(Exception):
    """Telegram gave no answer that could be read. The message says why, and holds no token."""


class UpdatesTaken(Exception):
    """The bot's updates can't be looked at: a webhook takes them, another process does, or too many wait."""


class BotApi:
    """A few calls, of one thread. The token is in every address, so no error of the client is shown as it is."""

    def __init__(self, http: httpx.Client, address: str, token: str) -> None:
        self._http = http
        self._address = f"{address}/bot{token}"

    def username(self) -> str:
        """The bot's name. Raises TokenRefused, TelegramSilent."""
        me = self._call("getMe")
        name = me.get("username") if isinstance(me, dict) else None
        if not isinstance(name, str):
            raise TelegramSilent("its answer holds no bot")
        return name

    def who_starts(self, payload: str, limit_s: float, interrupted: Callable[[], bool]) -> int | None:
        """The id of the user who presses Start with *payload*. None: nobody has in *limit_s*, or it was *interrupted*.

        Raises TokenRefused, TelegramSilent, UpdatesTaken.
        """
        until = time.monotonic() + limit_s
        while time.monotonic() < until and not interrupted():
            # Without an offset nothing is confirmed, so what waits already is answered at once each time.
            updates = self._call("getUpdates", timeout=_POLL_S, limit=_BATCH)
            rows = updates if isinstance(updates, list) else []
            for update in rows:
                found = _started_by(update, payload)
                if found is not None:
                    return found
            if len(rows) >= _BATCH:
                raise UpdatesTaken
            if rows:
                time.sleep(_PAUSE_S)
        return None

    def _call(self, method: str, **parameters: int) -> Any:
        try:
            response = self._http.get(f"{self._address}/{method}", params=parameters, timeout=_LIMIT_S + _POLL_S)
            if response.status_code in (401, 404):
                raise TokenRefused
            if response.status_code == 409:
                raise UpdatesTaken
            body = response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise TelegramSilent(type(error).__name__) from None
        if not isinstance(body, dict) or body.get("ok") is not True:
            raise TelegramSilent(f"it answers {response.status_code}")
        return body.get("result")


def _started_by(update: object, payload: str) -> int | None:
    message = update.get("message") if isinstance(update, dict) else None
    if not isinstance(message, dict) or message.get("text") != f"/start {payload}":
        return None
    sender, chat = message.get("from"), message.get("chat")
    if not isinstance(sender, dict) or not isinstance(chat, dict) or chat.get("type") != "private":
        return None
    user_id = sender.get("id")
    return user_id if isinstance(user_id, int) else None
