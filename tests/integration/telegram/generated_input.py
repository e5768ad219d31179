"""Whatever may come from Telegram, made from a seed: odd texts, contents, kinds of updates, data of buttons."""

import random
from dataclasses import dataclass, field
from typing import Any

from orbit_adapters.telegram.support_callbacks import ChooseHere

LONGEST = 4_096
DATA_BYTES = 64
_TIME = 1_700_000_000
_SCRAPS = (
    "", " ", "0", "-1", "1e9", "450", "450,50", "٤٥٠", "NaN", "∞", "9" * 20, "\u202e\u2066abc\u2069", "\u200b\u200d",
    "<b>", "</b>&lt;", "<a href='tg://user?id=1'>x</a>", "{ $price }", "%s%n{0}", "'; DROP TABLE users; --",
    "\\u0000", "\r\n\t", "ORB0123456789A", "https://example.org/?a=b&c", "javascript:alert(1)", "@vera", "@",
    "+79991234567", "🧑\u200d🚀" * 9, "é\u0301" * 30, "00:00", "31.02.2030", "promo_X", "gift_", "ref_", "a" * 65,
    "мама мыла раму", "\ufeff", "\ud7ff", "DAY30", "yes", "да",
)  # fmt: skip
_MEDIA: tuple[dict[str, Any], ...] = (
    {"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
                 "is_animated": False, "is_video": False}},
    {"photo": [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}], "caption": "<i>"},
    {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 1}},
    {"document": {"file_id": "d", "file_unique_id": "d", "file_name": "../../etc/passwd"}},
    {"contact": {"phone_number": "1", "first_name": "<b>"}},
    {"location": {"latitude": 0.0, "longitude": 0.0}},
    {"dice": {"emoji": "🎲", "value": 6}},
    {"video_note": {"file_id": "n", "file_unique_id": "n", "length": 1, "duration": 1}},
    {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
              "is_anonymous": True, "members_only": False, "type": "regular", "allows_multiple_answers": False,
              "allows_revoting": True}},
)  # fmt: skip
_FORWARDED_INVOICE = {
    "invoice": {"title": "t", "description": "d", "start_parameter": "", "currency": "XTR", "total_amount": 1},
    "forward_origin": {"type": "hidden_user", "sender_user_name": "x", "date": _TIME},
}
_SERVICE: tuple[dict[str, Any], ...] = (
    {"new_chat_title": "x"}, {"pinned_message": None}, {"group_chat_created": True},
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Generated:
    """One update, and whether the bot owes an answer in the private chat."""

    update: dict[str, Any]
    owes_answer: bool


@dataclass
class Generator:
    """Updates of the people *ids*. *commands* are known, *data* is what real buttons carried."""

    rng: random.Random
    commands: tuple[str, ...]
    data: tuple[str, ...]
    updates: int = 0
    _shown: dict[str, Any] = field(default_factory=dict)

    def update(self, user: dict[str, Any], shown: dict[str, Any]) -> Generated:
        """The next one of that user, who taps on the message *shown*."""
        self.updates += 1
        self._shown = shown
        kinds = (self._text, self._command, self._callback, self._media, self._silent)
        body, owes = self.rng.choices(kinds, weights=(40, 15, 25, 8, 12))[0](user)
        return Generated({"update_id": 10_000_000 + self.updates, **body}, owes)

    def words(self) -> str:
        """Text as hostile people write it, up to the longest that Telegram passes on."""
        rng = self.rng
        if rng.random() < 0.04:
            return rng.choice(("<" * LONGEST, "&" * LONGEST, "\u202e" + "я" * (LONGEST - 1), "1" * LONGEST))
        parts = rng.choices(_SCRAPS, k=rng.randint(1, 4))
        if rng.random() < 0.2:
            parts.append(
                "".join(chr(rng.choice((rng.randint(32, 0x24F), rng.randint(0x590, 0x6FF)))) for _ in range(12))
            )
        return rng.choice(("", " ", "\n")).join(parts)[:LONGEST]

    def _message(self, user: dict[str, Any], **content: Any) -> dict[str, Any]:
        chat = {"id": user["id"], "type": "private", "first_name": "x"}
        return {"message_id": 900_000 + self.updates, "date": _TIME, "chat": chat, "from": user, **content}

    def _text(self, user: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        # Telegram passes no empty text on.
        return {"message": self._message(user, text=self.words().strip() or "x")}, True

    def _command(self, user: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        command = self.rng.choice((*self.commands, "unknown", self.rng.choice(self.commands).upper()))
        text = f"/{command} {self.words()}".strip()[:LONGEST]
        entity = {"type": "bot_command", "offset": 0, "length": len(command) + 1}
        return {"message": self._message(user, text=text, entities=[entity])}, True

    def _media(self, user: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        return {"message": self._message(user, **self.rng.choice((*_MEDIA, _FORWARDED_INVOICE)))}, True

    def _callback(self, user: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        return {"callback_query": {**self._tap(user), "message": self._shown}}, True

    def _tap(self, user: dict[str, Any]) -> dict[str, Any]:
        return {"id": f"generated-{self.updates}", "from": user, "chat_instance": "1", "data": self._data()}

    def _data(self) -> str:
        """A button's data, whole or spoiled, or words."""
        rng, data = self.rng, self.rng.choice(self.data)
        parts = data.split(":")
        match rng.randrange(5):
            case 0:
                parts[rng.randrange(len(parts))] = self.words()
            case 1:
                parts.append(self.words())
            case 2:
                parts = parts[:-1] or [""]
            case 3:
                parts = [parts[0], *rng.choice(self.data).split(":")[1:]]
        return ":".join(parts).encode()[:DATA_BYTES].decode(errors="ignore") or "x"

    def _silent(self, user: dict[str, Any]) -> tuple[dict[str, Any], bool]:
        """What gets no answer in the private chat: edits, groups, channels, bots, service messages."""
        message = self._message(user, text=self.words().strip() or "x")
        group = {"id": -100_5, "type": self.rng.choice(("group", "supergroup")), "title": "<b>"}
        channel = {"id": -100_6, "type": "channel", "title": "x"}
        match self.rng.randrange(7):
            case 0:
                return {"edited_message": {**message, "edit_date": _TIME + 1}}, False
            case 1:
                return {"message": {**message, "chat": group}}, False
            case 2:
                return {"channel_post": {**message, "chat": channel, "from": None, "sender_chat": channel}}, False
            case 3:
                return {"message": {**message, "from": {**user, "is_bot": True}}}, False
            case 4:
                service = dict(self.rng.choice(_SERVICE))
                if "pinned_message" in service:
                    service["pinned_message"] = self._message(user, text="x")
                return {"message": self._message(user, **service)}, False
            case 5:
                tap = self._tap(user)
                # In a group the staff's switches of `/here` are answered, to whoever may not use them as well.
                owes = ChooseHere.unpack(tap["data"]) is not None
                return {"callback_query": {**tap, "message": {**message, "chat": group}}}, owes
            case _:
                return {"callback_query": {**self._tap(user), "inline_message_id": "1"}}, False
