"""The rate limit of the bot: a user who sends too many requests gets one answer with the time to come back."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiogram import Bot
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramAPIError

from orbit_adapters.telegram.i18n import Translator
from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.rate_limit.ports import RateLimiter
from orbit_domain.rate_limit.rate_limit import Banned
from orbit_domain.user.user import NoSuchUser, Role, User, language_for
from orbit_entry.bot.money_updates import speaks_of_money

_ADMINS = frozenset({Role.ADMIN, Role.OWNER})
_MINUTE = timedelta(minutes=1)
_MAX_CHECKED_BANS = 10_000
_ANSWER_LIMIT_S = 10
_READ_LIMIT_S = 10

Raw = Mapping[str, Any]
UserLookup = Callable[[TelegramId], Awaitable[User]]
"""Reads a user with role and language. Raises NoSuchUser for a user who never pressed /start."""

log = structlog.get_logger()


class UpdateRateLimit:
    """Says which updates are handled. A ban is announced once; during it nothing is answered.

    It reads the raw update, so that the flood of a banned user costs no parsing. Only messages and taps of people in
    private chats count, news of payments never do. The user is read only when a ban begins, so an allowed request
    costs no query. An admin's ban is then reset, unless *exempt_admins* is off. While the storage can't be read,
    admins aren't known and the ban holds.
    `counts` holds the numbers of admitted, banned and ignored updates.
    """

    def __init__(
        self, rate_limiter: RateLimiter, clock: Clock, find_user: UserLookup, *, exempt_admins: bool = True
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._rate_limiter = rate_limiter
        self._clock = clock
        self._find_user = find_user
        self._exempt_admins = exempt_admins
        self._checked_bans: dict[TelegramId, datetime] = {}

    async def admits(self, raw: Raw, bot: Bot) -> bool:
        """Whether *raw* is to be handled. When its user is banned, it is answered here, through *bot*."""
        request = request_in(raw)
        tg_id = _person_of(request) if request is not None else None
        if request is None or tg_id is None:
            return True
        verdict = await self._rate_limiter.check(tg_id)
        if isinstance(verdict, Banned):
            user = await self._find_user_once(tg_id, verdict)
            if not (self._exempt_admins and user is not None and user.role in _ADMINS):
                await self._reject(request, bot, verdict, user)
                return False
            await self._rate_limiter.reset(tg_id)
        self.counts["admitted"] += 1
        return True

    async def _find_user_once(self, tg_id: TelegramId, ban: Banned) -> User | None:
        """Read the user, once a ban. None for an unknown user, and for a customer who was already read in this ban."""
        if not ban.first and self._checked_bans.get(tg_id) == ban.until:
            return None
        user = None
        try:
            async with asyncio.timeout(_READ_LIMIT_S):
                user = await self._find_user(tg_id)
        except NoSuchUser:
            log.debug("rate_limit_unknown_user", tg_id=tg_id)
        except Exception as error:  # The limit holds while the storage can't be read. The next request reads again.
            log.warning("rate_limit_user_not_read", error=type(error).__name__)
            return None
        self._checked_bans.pop(tg_id, None)
        if user is None or user.role not in _ADMINS:
            self._checked_bans[tg_id] = ban.until
        while len(self._checked_bans) > _MAX_CHECKED_BANS:
            del self._checked_bans[next(iter(self._checked_bans))]
        return user

    async def _reject(self, request: Raw, bot: Bot, ban: Banned, user: User | None) -> None:
        self.counts["banned" if ban.first else "ignored"] += 1
        text = None
        if ban.first:
            log.info("rate_limit_ban", tg_id=request["from"]["id"], until=ban.until.isoformat())
            language = user.language if user is not None else language_for(_language_code(request))
            text = Translator(language).label("rate-limit-ban", minutes=self._minutes_to(ban.until))
        try:
            async with asyncio.timeout(_ANSWER_LIMIT_S):
                await _answer(request, bot, text)
        except (TelegramAPIError, TimeoutError) as error:
            log.info("rate_limit_not_answered", error=type(error).__name__)

    def _minutes_to(self, until: datetime) -> int:
        """Whole minutes to *until*, rounded up, so that the ban is over by then."""
        return max(1, -((self._clock.now() - until) // _MINUTE))


def request_in(raw: Raw) -> Raw | None:
    """The message or tap that counts as a request. None for other updates and for news of payments."""
    if speaks_of_money(raw):
        return None
    return next((raw[kind] for kind in ("message", "callback_query") if isinstance(raw.get(kind), Mapping)), None)


def person_in(raw: Raw) -> TelegramId | None:
    """The person whose request *raw* is, if it counts as one: for them the bot reads and writes."""
    request = request_in(raw)
    return None if request is None else _person_of(request)


def _person_of(request: Raw) -> TelegramId | None:
    """The person who sent *request* in a private chat. None for bots, groups and channels: they get no answer."""
    sender, chat = request.get("from"), _message_of(request).get("chat")
    if not isinstance(sender, Mapping) or not isinstance(chat, Mapping):
        return None
    if sender.get("is_bot") is True or chat.get("type") != ChatType.PRIVATE or type(sender.get("id")) is not int:
        return None
    return TelegramId(sender["id"])


def _message_of(request: Raw) -> Raw:
    """The message, or the one whose button was tapped."""
    message = request if "chat" in request else request.get("message")
    return message if isinstance(message, Mapping) else {}


def _language_code(request: Raw) -> str | None:
    code = request["from"].get("language_code")
    return code if isinstance(code, str) else None


async def _answer(request: Raw, bot: Bot, text: str | None) -> None:
    """Answer with *text*, or with nothing. The spinner of a tapped button stops in both cases."""
    if "chat" not in request:
        await bot.answer_callback_query(str(request.get("id")), text, show_alert=text is not None)
    elif text is not None:
        thread = request.get("message_thread_id") if request.get("is_topic_message") is True else None
        await bot.send_message(request["chat"]["id"], text, message_thread_id=thread, parse_mode=None)
