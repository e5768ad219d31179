"""Methods about the bot itself, its webhook, its chats and files."""

import re
from typing import Any
from urllib.parse import urlsplit

from orbit_sandbox.telegram.messages import seconds
from orbit_sandbox.telegram.params import Params
from orbit_sandbox.telegram.refusals import bad_request
from orbit_sandbox.telegram.state import TelegramState, Webhook

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")
ACTIONS = frozenset(
    {"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document"}
    | {"choose_sticker", "find_location", "record_video_note", "upload_video_note"}
)
TEXT_LIMITS = {"name": 64, "description": 512, "short_description": 120}


def get_me(state: TelegramState, params: Params) -> dict[str, Any]:
    """The bot and its capabilities."""
    abilities = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return state.bot_wire() | abilities


def get_chat(state: TelegramState, params: Params) -> dict[str, Any]:
    """A chat by id or @username."""
    return state.find_chat(params.text("chat_id")).full_wire()


def send_chat_action(state: TelegramState, params: Params) -> bool:
    """Show that the bot is typing, until its next message or for five seconds."""
    chat = state.writable_chat(params.text("chat_id"))
    if params.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    state.typing[chat.id] = state.clock.now()
    state.signal.send()
    return True


def get_file(state: TelegramState, params: Params) -> dict[str, Any]:
    """Where a file can be downloaded."""
    return state.files.get(params.text("file_id")).file_wire()


def set_webhook(state: TelegramState, params: Params) -> bool:
    """Have updates pushed to an address; an empty one removes the webhook. Plain http is allowed here."""
    url, secret = params.text("url"), params.text("secret_token")
    if not url:
        return delete_webhook(state, params)
    if urlsplit(url).scheme not in {"http", "https"}:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains illegal characters")
    connections = params.integer("max_connections", 40)
    if not 1 <= connections <= 100:
        raise bad_request("max_connections must be 1-100")
    allowed = params.structure("allowed_updates")
    if isinstance(allowed, list):
        state.updates.allowed = frozenset(str(kind) for kind in allowed)
    _drop_if_requested(state, params)
    state.settings.webhook = Webhook(url, secret, connections)
    state.updates.terminate_poller()
    return True


def delete_webhook(state: TelegramState, params: Params) -> bool:
    """Remove the webhook: updates are read with getUpdates again."""
    _drop_if_requested(state, params)
    state.settings.webhook = None
    state.signal.send()
    return True


def get_webhook_info(state: TelegramState, params: Params) -> dict[str, Any]:
    """The address, the number of queued updates, and the last push error."""
    webhook, failure = state.settings.webhook, state.settings.last_push_error
    body: dict[str, Any] = {
        "url": webhook.url if webhook else "",
        "has_custom_certificate": False,
        "pending_update_count": state.updates.waiting(),
    }
    if webhook is not None:
        body["max_connections"] = webhook.max_connections
    if state.updates.allowed:
        body["allowed_updates"] = sorted(state.updates.allowed)
    if failure is not None:
        body |= {"last_error_date": seconds(failure[0]), "last_error_message": failure[1]}
    return body


def _drop_if_requested(state: TelegramState, params: Params) -> None:
    if params.flag("drop_pending_updates"):
        state.updates.clear()


def set_my_commands(state: TelegramState, params: Params) -> bool:
    """The menu of commands for a scope and language."""
    raw = params.structure("commands")
    if not isinstance(raw, list) or len(raw) > 100:
        raise bad_request("can't parse BotCommand: expected at most 100 commands")
    state.settings.commands[_scope(params)] = [_command(item) for item in raw]
    return True


def delete_my_commands(state: TelegramState, params: Params) -> bool:
    """Remove the menu of a scope and language."""
    state.settings.commands.pop(_scope(params), None)
    return True


def get_my_commands(state: TelegramState, params: Params) -> list[dict[str, str]]:
    """The menu of a scope and language; empty when none was set."""
    return state.settings.commands.get(_scope(params), [])


def _scope(params: Params) -> tuple[str, str]:
    scope = params.structure("scope")
    match scope:
        case None:
            name = "default"
        case {"type": str(kind)}:
            place = [str(scope[key]) for key in ("chat_id", "user_id") if key in scope]
            name = ":".join([kind, *place])
        case _:
            raise bad_request("can't parse BotCommandScope")
    return name, params.text("language_code")


def _command(raw: Any) -> dict[str, str]:
    match raw:
        case {"command": str(name), "description": str(words)}:
            bare = name.removeprefix("/")
            if not _COMMAND.fullmatch(bare):
                raise bad_request("BOT_COMMAND_INVALID")
            if not 1 <= len(words) <= 256:
                raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
            return {"command": bare, "description": words}
    raise bad_request("can't parse BotCommand: field missing")


def set_text(state: TelegramState, params: Params, name: str) -> bool:
    """Keep one of the bot's own texts (name, description, short description) for a language."""
    value = params.text(name)
    if len(value) > TEXT_LIMITS[name]:
        raise bad_request(f"bot {name.replace('_', ' ')} is too long")
    state.settings.texts[name, params.text("language_code")] = value
    state.signal.send()
    return True
