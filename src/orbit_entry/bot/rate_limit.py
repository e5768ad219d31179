"""The rate limit of the bot: a user who sends too many requests gets one answer with the time to come back."""

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
_MAX_CHECKED_BANS = 10_000

Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]
UserLookup = Callable[[TelegramId], Awaitable[User]]
"""Reads a user with role and language. Raises NoSuchUser for a user who never pressed /start."""

log = structlog.get_logger()


class RateLimitMiddleware(BaseMiddleware):
    """Passes on what the rate limiter allows. A ban is announced once; during it nothing is answered.

    An outer middleware of updates. Only messages and taps count, news of payments never do. The user is read only
    when a ban begins, so an allowed request costs no query. An admin's ban is then reset, unless *exempt_admins* is
    off. While the storage can't be read, admins aren't known and the ban holds.
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

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Pass *event* on, or answer it here when its user is banned."""
        request = request_in(event)
        if request is None or request.from_user is None:
            return await handler(event, data)
        tg_id = TelegramId(request.from_user.id)
        verdict = await self._rate_limiter.check(tg_id)
        if isinstance(verdict, Banned):
            user = await self._find_user_once(tg_id, verdict)
            if not (self._exempt_admins and user is not None and user.role in _ADMINS):
                await self._reject(request, request.from_user, verdict, user)
                return None
            await self._rate_limiter.reset(tg_id)
        self.counts["admitted"] += 1
        return await handler(event, data)

    async def _find_user_once(self, tg_id: TelegramId, ban: Banned) -> User | None:
        """Read the user, once a ban. None for an unknown user, and for a customer who was already read in this ban."""
        if not ban.first and self._checked_bans.get(tg_id) == ban.until:
            return None
        user = None
        try:
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

    async def _reject(self, request: Message | CallbackQuery, person: Person, ban: Banned, user: User | None) -> None:
        self.counts["banned" if ban.first else "ignored"] += 1
        text = None
        if ban.first:
            log.info("rate_limit_ban", tg_id=person.id, until=ban.until.isoformat())
            translate = Translator(user.language if user is not None else language_for(person.language_code))
            text = translate.label("rate-limit-ban", minutes=self._minutes_to(ban.until))
        try:
            await _answer(request, text)
        except TelegramAPIError as error:
            log.info("rate_limit_not_answered", error=type(error).__name__)

    def _minutes_to(self, until: datetime) -> int:
        """Whole minutes to *until*, rounded up, so that the ban is over by then."""
        return max(1, -((self._clock.now() - until) // _MINUTE))


def request_in(event: TelegramObject) -> Message | CallbackQuery | None:
    """The message or tap that counts as a request. None for other updates and for news of payments."""
    if not isinstance(event, Update):
        return None
    if event.message is not None and (event.message.successful_payment or event.message.refunded_payment):
        return None
    return event.message or event.callback_query


async def _answer(request: Message | CallbackQuery, text: str | None) -> None:
    """Answer with *text*, or with nothing. The spinner of a tapped button stops in both cases."""
    if isinstance(request, CallbackQuery):
        await request.answer(text, show_alert=text is not None)
    elif text is not None:
        await request.answer(text, parse_mode=None)
