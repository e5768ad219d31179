"""Handles updates from polling and from the webhook. An acknowledged update is done."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Hashable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Protocol

import structlog
from aiogram import Bot, Dispatcher
from aiogram.types import Update

from orbit_adapters.tracing.spans import SpanKind, piece_of_work
from orbit_domain.ids import TelegramId
from orbit_domain.payment.inbox import MoneyUpdate
from orbit_domain.storage import StorageBusy, StorageUnavailable
from orbit_entry.bot.errors import FAILED
from orbit_entry.bot.money_updates import money_update
from orbit_entry.bot.parsed_update import MalformedUpdate, parsed_update
from orbit_entry.bot.per_user_queue import PerUserQueue
from orbit_entry.bot.rate_limit import UpdateRateLimit, person_in
from orbit_entry.bot.update_outcome import UpdateOutcome
from orbit_entry.runtime.retry import retry_on_busy

ALLOWED_UPDATES = ["message", "callback_query", "my_chat_member", "pre_checkout_query", "subscription"]
_OTHER = "other"
KINDS = (*ALLOWED_UPDATES, _OTHER)
"""What `MeasureUpdate` may hear of."""
HANDLING_LIMIT_S = 30
_MAX_REMEMBERED = 10_000
_PRE_CHECKOUT = "pre_checkout_query"

RecordMoney = Callable[[MoneyUpdate], Awaitable[bool]]
"""Stores an update that speaks of money. Returns whether it is new."""
LookSooner = Callable[[], Awaitable[object]]
"""Makes the sources of money be read at once. It is quick and never fails."""


MeasureUpdate = Callable[[str, UpdateOutcome, float], None]
"""Hears of the kind of an update, its outcome, and the seconds from its arrival to its end. It never fails."""


class ReadsOfUpdate(Protocol):
    """What shared memory knows of *tg_id* is read once within the block, and asked for with its first command."""

    def __call__(
        self, bot_id: int, tg_id: TelegramId | None, *, with_menu: bool = False
    ) -> AbstractContextManager[object]:
        """The block of one update. *with_menu*: the answer to it will be a new message."""


log = structlog.get_logger()


class RetryUpdate(Exception):
    """The storage is unreachable and nothing was done: the update must come again."""


class UpdateProcessor:
    """Passes each update to the dispatcher, in order for each user, and returns when it has been handled.

    An update that speaks of money is stored by *record_money* first. Until that has succeeded it isn't acknowledged,
    whatever the failure is. Then *look_sooner* is called: what the update says is booked from its source alone.
    Telegram's question whether a payment may be made waits for nothing else of its user: it is good for ten seconds.
    Any other update that fails is logged with its number and skipped: it doesn't come again. While the storage is
    unreachable nothing is acknowledged. An update that found the storage busy is retried.
    *rate_limit* is asked before an update is parsed. An update that comes again is counted once. Both the limit and
    the handler run inside the block of *reads_of_update*. *measure* hears of every update when it has ended.
    """

    def __init__(
        self,
        dispatcher: Dispatcher,
        bot: Bot,
        queue: PerUserQueue,
        record_money: RecordMoney,
        rate_limit: UpdateRateLimit | None = None,
        look_sooner: LookSooner | None = None,
        reads_of_update: ReadsOfUpdate | None = None,
        measure: MeasureUpdate | None = None,
    ) -> None:
        self.dispatcher = dispatcher
        self.bot = bot
        self.queue = queue
        self._record_money = record_money
        self._rate_limit = rate_limit
        self._look_sooner = look_sooner
        self._reads_of_update = reads_of_update
        self._measure = measure
        self._to_come_again: set[object] = set()

    async def process(self, raw: Mapping[str, Any]) -> None:
        """Handle one update. Raises MalformedUpdate and RetryUpdate; other errors of a handler are logged."""
        kind = _kind_of(raw)
        with piece_of_work(SpanKind.UPDATE, kind):
            await self._measured(raw, kind)

    async def _measured(self, raw: Mapping[str, Any], kind: str) -> None:
        if self._measure is None:
            await self._process(raw)
            return
        began_at, outcome = time.monotonic(), UpdateOutcome.TO_COME_AGAIN
        try:
            outcome = await self._process(raw)
        except MalformedUpdate:
            outcome = UpdateOutcome.MALFORMED
            raise
        finally:
            self._measure(kind, outcome, time.monotonic() - began_at)

    async def _process(self, raw: Mapping[str, Any]) -> UpdateOutcome:
        try:
            money = money_update(raw, self.bot.id)
        except RecursionError as error:
            raise MalformedUpdate from error
        if money is None:
            return await self.queue.run(_queue_of(raw), lambda: self._admit_and_handle(raw))
        # Not behind the user's other updates: one of them may take half a minute.
        await self.queue.run((money.source, money.external_id), lambda: self._record(money, raw))
        return await self.queue.run(_user_of(raw), lambda: self._handle_recorded(raw))

    async def process_or_skip(self, raw: object) -> None:
        """Handle one update of a batch. A malformed one is logged and skipped. Raises RetryUpdate."""
        try:
            if not isinstance(raw, Mapping):
                raise MalformedUpdate
            await self.process(raw)
        except MalformedUpdate:
            log.warning("update_malformed", update_id=raw.get("update_id") if isinstance(raw, Mapping) else None)

    async def _record(self, money: MoneyUpdate, raw: Mapping[str, Any]) -> None:
        """Store *money*. No outcome but success acknowledges it: a timeout and a bug make it come again, too."""
        number = raw.get("update_id")
        try:
            async with asyncio.timeout(HANDLING_LIMIT_S):
                is_new = await retry_on_busy(lambda: self._record_money(money))
        except Exception as error:
            log.warning("money_update_not_recorded", update_id=number, error=type(error).__name__)
            raise RetryUpdate from error
        log.info("money_update_recorded", update_id=number, money=money.event.value, is_new=is_new)
        # Also for one that was stored before: it may be here again because its first signal was lost.
        if self._look_sooner is not None:
            await self._look_sooner()

    async def _handle_recorded(self, raw: Mapping[str, Any]) -> UpdateOutcome:
        """A recorded update is safe, so one that can't be parsed may be acknowledged."""
        try:
            update = parsed_update(raw, self.bot)
        except MalformedUpdate:
            log.warning("money_update_malformed", update_id=raw.get("update_id"))
            return UpdateOutcome.MALFORMED
        return await self._handle(update)

    async def _admit_and_handle(self, raw: Mapping[str, Any]) -> UpdateOutcome:
        # Nothing may be awaited between entering the block and the rate limit: so both share a round trip.
        with self._reads(raw):
            if await self._is_admitted(raw):
                return await self._handle(parsed_update(raw, self.bot))
        return UpdateOutcome.LIMITED

    def _reads(self, raw: Mapping[str, Any]) -> AbstractContextManager[object]:
        if self._reads_of_update is None:
            return nullcontext()
        return self._reads_of_update(self.bot.id, person_in(raw), with_menu="message" in raw)

    async def _is_admitted(self, raw: Mapping[str, Any]) -> bool:
        """Ask the rate limit. A failure of the limit is no reason to lose the update."""
        number = raw.get("update_id")
        if self._rate_limit is None or (isinstance(number, int) and number in self._to_come_again):
            return True
        try:
            return await self._rate_limit.admits(raw, self.bot)
        except Exception as error:
            log.exception("rate_limit_failed", update_id=number, error=type(error).__name__)
            return True

    async def _handle(self, update: Update) -> UpdateOutcome:
        self._to_come_again.discard(update.update_id)
        try:
            async with asyncio.timeout(HANDLING_LIMIT_S):
                answer = await retry_on_busy(lambda: self.dispatcher.feed_update(self.bot, update))
        except (StorageBusy, StorageUnavailable) as error:
            log.warning("storage_unreachable", update_id=update.update_id, error=type(error).__name__)
            if len(self._to_come_again) < _MAX_REMEMBERED:
                self._to_come_again.add(update.update_id)
            raise RetryUpdate from error
        except Exception as error:  # An error in one update must not stop the others.
            log.exception("update_failed", update_id=update.update_id, error=type(error).__name__)
            return UpdateOutcome.FAILED
        return UpdateOutcome.FAILED if answer is FAILED else UpdateOutcome.DONE


def _kind_of(raw: Mapping[str, Any]) -> str:
    """Which of the kinds that we ask Telegram for *raw* is, or another one."""
    return next((kind for kind in ALLOWED_UPDATES if kind in raw), _OTHER)


def _queue_of(raw: Mapping[str, Any]) -> Hashable:
    """What *raw* must not overtake: other updates of the same user, or only their other questions about payments."""
    return (_PRE_CHECKOUT, _user_of(raw)) if isinstance(raw.get(_PRE_CHECKOUT), Mapping) else _user_of(raw)


def _user_of(raw: Mapping[str, Any]) -> Hashable:
    """The user of *raw*: the sender's id, else the chat's, else the number of the update."""
    events = (raw[kind] for kind in ALLOWED_UPDATES if isinstance(raw.get(kind), Mapping))
    event: Mapping[str, Any] = next(events, {})
    for owner in ("from", "chat"):
        found = event.get(owner)
        if isinstance(found, Mapping) and isinstance(found.get("id"), int):
            return int(found["id"])
    return str(raw.get("update_id"))
