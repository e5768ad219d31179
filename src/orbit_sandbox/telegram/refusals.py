"""The error responses of the Bot API."""

from typing import Any


class BotApiRefusal(Exception):
    """An answer with `ok: false`: the HTTP code, Telegram's own words and its optional `parameters`."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON object that Telegram would answer."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = dict(self.parameters)
        return body


class NoSuchButton(LookupError):
    """A customer tapped a button that was never on that message."""


def bad_request(words: str) -> BotApiRefusal:
    """A 400 in Telegram's usual form."""
    return BotApiRefusal(400, f"Bad Request: {words}")


def forbidden(words: str) -> BotApiRefusal:
    """A 403 in Telegram's usual form."""
    return BotApiRefusal(403, f"Forbidden: {words}")


def too_many_requests(retry_after_s: int) -> BotApiRefusal:
    """A 429 that names the seconds to wait in `parameters.retry_after`."""
    return BotApiRefusal(429, f"Too Many Requests: retry after {retry_after_s}", retry_after=retry_after_s)
