"""Before every handler: whoever asks for too much is told once to come back later."""

from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from aiogram import BaseMiddleware
from aiogram.exceptions import TelegramAPIError
from aiogram.types import CallbackQuery, Message, TelegramObject, Update
from aiogram.types import User as Person

from orbit_adapters.telegram.i18n import Translator
from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.rate_limit.ports import RateLimiter
from orbit_domain.rate_limit.rate_limit import Banned
from orbit_domain.user.user import NoSuchUser, Role, User, language_for

_ADMINS = frozenset({Role.ADMIN, Role.OWNER})
_MINUTE = timedelta(minutes=1)
_MAX_LOOKED_UP = 10_000

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]
FindUser = Callable[[TelegramId], Awaitable[User]]
"""Reads a user with role and language. Raises NoSuchUser for somebody who never pressed /start."""

log = structlog.get_logger()


class RateLimitMiddleware(BaseMiddleware):
    """Lets through what the gate admits. A ban is said once; during it nothing is answered and no handler runs.

    An outer middleware of updates. Only messages and taps count; money never does. The user is looked up only
    when a ban begins, so that a flood costs no query: admins are forgiven then, unless *spare_admins* is off.
    Whether somebody is an admin isn't known while the books can't be read, and then the ban holds.
    `counts` holds admitted, banned and swallowed updates.
    """

    def __init__(
        self, rate_limiter: RateLimiter, clock: Clock, find_user: FindUser, *, spare_admins: bool = True
    ) -> None:
        self.counts: Counter[str] = Counter()
        self._rate_limiter = rate_limiter
        self._clock = clock
        self._find_user = find_user
        self._spare_admins = spare_admins
        self._looked_up: dict[TelegramId, datetime] = {}

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Pass *event* on, or answer it in the handler's stead."""
        asked = request_in(event)
        if asked is None or asked.from_user is None:
            return await handler(event, data)
        tg_id = TelegramId(asked.from_user.id)
        verdict = await self._rate_limiter.check(tg_id)
        if isinstance(verdict, Banned):
            user = await self._look_up(tg_id, verdict)
            if not (self._spare_admins and user is not None and user.role in _ADMINS):
                await self._turn_away(asked, asked.from_user, verdict, user)
                return None
            await self._rate_limiter.reset(tg_id)
        self.counts["admitted"] += 1
        return await handler(event, data)

    async def _look_up(self, tg_id: TelegramId, ban: Banned) -> User | None:
        """Who that is, asked once a ban; None for strangers, and for customers who were looked up in this ban."""
        if not ban.first and self._looked_up.get(tg_id) == ban.until:
            return None
        user = None
        try:
            user = await self._find_user(tg_id)
        except NoSuchUser:
            log.debug("flood_by_stranger", tg_id=tg_id)
        except Exception as error:  # The limit must hold even when the books can't be read; we look again next time.
            log.warning("flood_user_not_read", error=type(error).__name__)
            return None
        self._looked_up.pop(tg_id, None)
        if user is None or user.role not in _ADMINS:
            self._looked_up[tg_id] = ban.until
        while len(self._looked_up) > _MAX_LOOKED_UP:
            del self._looked_up[next(iter(self._looked_up))]
        return user

    async def _turn_away(self, asked: Message | CallbackQuery, person: Person, ban: Banned, user: User | None) -> None:
        self.counts["banned" if ban.first else "swallowed"] += 1
        words = None
        if ban.first:
            log.info("flood_ban", tg_id=person.id, until=ban.until.isoformat())
            translate = Translator(user.language if user is not None else language_for(person.language_code))
            words = translate.label("flood-ban", minutes=self._minutes_to(ban.until))
        try:
            await _answer(asked, words)
        except TelegramAPIError as error:
            log.info("flood_not_answered", error=type(error).__name__)

    def _minutes_to(self, until: datetime) -> int:
        """Whole minutes, rounded up: whoever waits that long is let in."""
        return max(1, -((self._clock.now() - until) // _MINUTE))


def request_in(event: TelegramObject) -> Message | CallbackQuery | None:
    """The message or tap that counts as a request; None for everything else, and for news of money."""
    if not isinstance(event, Update):
        return None
    if event.message is not None and (event.message.successful_payment or event.message.refunded_payment):
        return None
    return event.message or event.callback_query


async def _answer(asked: Message | CallbackQuery, words: str | None) -> None:
    """Say *words*, or nothing; a tapped button stops spinning either way."""
    if isinstance(asked, CallbackQuery):
        await asked.answer(words, show_alert=words is not None)
    elif words is not None:
        await asked.answer(words, parse_mode=None)
