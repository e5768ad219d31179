"""Inline keyboards: read with Telegram's limits, returned as they were sent."""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

from orbit_sandbox.telegram.entities import units
from orbit_sandbox.telegram.refusals import BotApiRefusal, bad_request

MAX_BUTTONS = 100
MAX_DATA_BYTES = 64
MAX_COPY_UNITS = 256

Kind = Literal["callback", "url", "copy", "pay"]


@dataclass(frozen=True, slots=True)
class Button:
    """One button: its text, its kind, and its callback data, link or text to copy."""

    text: str
    kind: Kind
    data: str = ""
    style: str | None = None

    def wire(self) -> dict[str, Any]:
        """The `InlineKeyboardButton` object."""
        body: dict[str, Any] = {"text": self.text}
        if self.style is not None:
            body["style"] = self.style
        match self.kind:
            case "callback":
                return body | {"callback_data": self.data}
            case "url":
                return body | {"url": self.data}
            case "copy":
                return body | {"copy_text": {"text": self.data}}
            case "pay":
                return body | {"pay": True}


Keyboard = tuple[tuple[Button, ...], ...]


def keyboard_wire(keyboard: Keyboard) -> dict[str, Any]:
    """The `InlineKeyboardMarkup` object."""
    return {"inline_keyboard": [[button.wire() for button in row] for row in keyboard]}


def keyboard_from(raw: Any) -> Keyboard:
    """Read a `reply_markup`; absent or empty is no keyboard.

    Raises `BotApiRefusal` (400) for what Telegram refuses, and for what the sandbox cannot show:
    keyboards below the text field and buttons of other kinds.
    """
    if raw is None:
        return ()
    if not isinstance(raw, dict):
        raise bad_request("object expected as reply markup")
    if raw.get("remove_keyboard") is True:
        return ()
    if "inline_keyboard" not in raw:
        raise bad_request("the sandbox shows inline keyboards only")
    rows = raw["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    keyboard = tuple(tuple(_button(item) for item in row) for row in rows if row)
    if sum(map(len, keyboard)) > MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return keyboard


def _button(raw: Any) -> Button:
    if not isinstance(raw, dict) or not isinstance(raw.get("text"), str) or not raw["text"].strip():
        raise bad_request("can't parse inline keyboard button: text must be a non-empty String")
    style = raw.get("style") if isinstance(raw.get("style"), str) else None
    match raw:
        case {"callback_data": str(data)}:
            if not 1 <= len(data.encode()) <= MAX_DATA_BYTES:
                raise bad_request("BUTTON_DATA_INVALID")
            return Button(raw["text"], "callback", data, style)
        case {"url": str(url)}:
            return Button(raw["text"], "url", _link(url), style)
        case {"copy_text": {"text": str(text)}}:
            if not 1 <= units(text) <= MAX_COPY_UNITS:
                raise bad_request("BUTTON_COPY_TEXT_INVALID")
            return Button(raw["text"], "copy", text, style)
        case {"pay": True}:
            return Button(raw["text"], "pay", style=style)
    known = {"text", "style", "callback_data", "url", "copy_text", "pay"}
    if set(raw) - known:
        raise bad_request(f"the sandbox doesn't know this kind of button: {', '.join(sorted(set(raw) - known))}")
    raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")


def _link(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        raise _bad_link(url, "Wrong HTTP URL") from None
    if parts.scheme == "tg" and url.startswith("tg://"):
        return url
    if parts.scheme not in {"http", "https"}:
        raise _bad_link(url, "Unsupported URL protocol")
    if ("." not in host and ":" not in host) or any(character.isspace() for character in url):
        raise _bad_link(url, "Wrong HTTP URL")
    return url


def _bad_link(url: str, reason: str) -> BotApiRefusal:
    return bad_request(f"inline keyboard button URL '{url[:64]}' is invalid: {reason}")
