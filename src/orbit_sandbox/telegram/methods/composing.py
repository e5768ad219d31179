"""Reads the texts, files and keyboards that a bot sends."""

from typing import Any, Literal

from orbit_sandbox.telegram.entities import Formatted, entities_from, units
from orbit_sandbox.telegram.files import StoredFile
from orbit_sandbox.telegram.html_parser import parse_html
from orbit_sandbox.telegram.keyboard import Keyboard, keyboard_from
from orbit_sandbox.telegram.params import Params
from orbit_sandbox.telegram.refusals import bad_request
from orbit_sandbox.telegram.state import TelegramState

MAX_TEXT = 4096
MAX_CAPTION = 1024
# Far above what can be shown; limits the work of the parser.
MAX_SOURCE = 65_536


def text_of(params: Params) -> Formatted:
    """The `text` of a message: 1 to 4096 UTF-16 units once parsed. Raises `BotApiRefusal` (400)."""
    words = _formatted(params.text("text"), params.text("parse_mode"), params.structure("entities"), "message")
    if not words.text:
        raise bad_request("message text is empty")
    if units(words.text) > MAX_TEXT:
        raise bad_request("message is too long")
    return words


def caption_of(params: Params) -> Formatted:
    """The `caption` under a picture or document: up to 1024 UTF-16 units. Raises `BotApiRefusal` (400)."""
    raw = params.structure("caption_entities")
    words = _formatted(params.text("caption"), params.text("parse_mode"), raw, "message caption")
    if units(words.text) > MAX_CAPTION:
        raise bad_request("message caption is too long")
    return words


def keyboard_of(params: Params) -> Keyboard:
    """The `reply_markup` of any message but an invoice. Raises `BotApiRefusal` (400)."""
    keyboard = keyboard_from(params.structure("reply_markup"))
    if any(key.kind == "pay" for row in keyboard for key in row):
        raise bad_request("BUTTON_TYPE_INVALID")
    return keyboard


def file_of(state: TelegramState, kind: Literal["photo", "document"], params: Params, reference: str) -> StoredFile:
    """The file meant by *reference*: an upload, or the id of a file sent before. Raises `BotApiRefusal`."""
    upload = params.upload(reference or kind)
    if upload is not None:
        return state.files.add(kind, upload)
    if not reference:
        raise bad_request(f"there is no {kind} in the request")
    return state.files.get(reference)


def _formatted(source: str, parse_mode: str, raw_entities: Any, what: str) -> Formatted:
    if len(source) > MAX_SOURCE:
        raise bad_request(f"{what} is too long")
    match parse_mode.lower():
        case "html":
            words = parse_html(source)
        case "":
            words = Formatted(source, entities_from(raw_entities) if raw_entities else ())
        case _:
            raise bad_request("unsupported parse_mode")
    return words.trimmed()
