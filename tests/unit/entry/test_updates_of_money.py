"""An update that speaks of money is stored before it is acknowledged, whatever fails."""

import asyncio
import json
from collections.abc import Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import structlog
from aiogram import Bot
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from orbit_adapters.memory.storage import MemoryStorage
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.notice.notice import MoneyUpdateReceived
from orbit_domain.payment.inbox import InboxEntry, MoneyEvent, MoneyUpdate
from orbit_domain.rate_limit.rate_limit import Banned, Verdict
from orbit_domain.storage import StorageBusy, StorageConflict, StorageUnavailable
from orbit_domain.use_cases.record_money_update import RecordMoneyUpdate
from orbit_domain.user.user import NoSuchUser, User
from orbit_entry.bot import update_processor
from orbit_entry.bot.money_updates import money_update, speaks_of_money
from orbit_entry.bot.per_user_queue import PerUserQueue
from orbit_entry.bot.polling import Polling
from orbit_entry.bot.rate_limit import UpdateRateLimit
from orbit_entry.bot.update_processor import RecordMoney, RetryUpdate, UpdateProcessor
from tests.support.clock import NOON, FakeClock
from tests.support.world import CountedIds
from tests.unit.entry.test_update_processor_acknowledges_what_is_done import GOOD, SECRET, CountingDispatcher, post

OWNER = TelegramId(1)
BOT = Bot("123456:" + "a" * 30)
SECRET_PAYLOAD = "order-of-anna-and-her-secret"
PAYMENT = {
    "currency": "XTR",
    "total_amount": 96,
    "invoice_payload": SECRET_PAYLOAD,
    "telegram_payment_charge_id": "stx1",
    "provider_payment_charge_id": "p1",
}
GIFT = {"gift": {"id": "5", "star_count": 15, "sticker": {}}}


def paid(field: str = "successful_payment", content: Any = None, number: int = 7) -> dict[str, Any]:
    """An update with *content* in *field* of its message."""
    message = {key: value for key, value in GOOD["message"].items() if key != "text"}
    return {"update_id": number, "message": {**message, field: PAYMENT if content is None else content}}


class MoneyShop:
    """A processor over a storage in memory, and what it has stored."""

    def __init__(self, *errors: BaseException, record: RecordMoney | None = None, limit: Any = None) -> None:
        self.storage = MemoryStorage(base=RUB)
        self.dispatcher = CountingDispatcher()
        self.errors = list(errors)
        self.recorded = asyncio.Event()
        self.use_case = RecordMoneyUpdate(self.storage, FakeClock(NOON), CountedIds(), OWNER)
        self.processor = UpdateProcessor(self.dispatcher, BOT, PerUserQueue(), record or self.record, limit)

    async def record(self, update: MoneyUpdate) -> bool:
        """The use case, after the errors."""
        if self.errors:
            raise self.errors.pop(0)
        is_new = await self.use_case(update)
        self.recorded.set()
        return is_new

    async def stored(self) -> list[InboxEntry]:
        """The whole inbox."""
        async with self.storage.transaction() as tx:
            return list(await tx.inbox.newest(100))

    async def notices(self) -> list[Any]:
        """What the owner is told."""
        async with self.storage.transaction() as tx:
            return [message.notice for message in await tx.outbox.of_user(OWNER, 100)]


@pytest.mark.parametrize(
    ("field", "content", "expected"),
    [
        ("successful_payment", PAYMENT, ("paid:stx1", MoneyEvent.PAID, "XTR", 96)),
        ("refunded_payment", PAYMENT, ("refunded:stx1", MoneyEvent.REFUNDED, "XTR", 96)),
        ("gift", GIFT, ("gift:5:1", MoneyEvent.GIFT, "XTR", 15)),
        ("unique_gift", {"gift": {"name": "x"}, "origin": "transfer"}, ("gift:5:1", MoneyEvent.GIFT, "XTR", 0)),
        ("gift_upgrade_sent", GIFT, ("gift:5:1", MoneyEvent.GIFT, "XTR", 15)),
    ],
)
async def test_money_is_stored_raw_and_told_to_the_owner(field: str, content: Any, expected: Any) -> None:
    """Payments, refunds and gifts are stored as they came, once, with one notice, before anything else happens."""
    shop, raw = MoneyShop(), paid(field, content)
    external_id, event, asset, units = expected
    for _ in range(3):
        await shop.processor.process(raw)
    (entry,) = await shop.stored()
    assert (entry.source, entry.external_id, entry.received_at) == ("telegram:123456", external_id, NOON)
    assert json.loads(entry.payload) == raw
    assert await shop.notices() == [MoneyUpdateReceived("telegram:123456", external_id, event, 5, asset, units)]


FAILURES = (
    StorageUnavailable("down"),
    StorageConflict("odd"),
    RuntimeError("a bug"),
    TimeoutError(),
    ValueError(SECRET_PAYLOAD),
)


@pytest.mark.parametrize("error", FAILURES, ids=lambda error: type(error).__name__)
async def test_money_that_was_not_stored_is_not_acknowledged(error: Exception) -> None:
    """Whatever the failure is, Telegram sends the update again, by webhook and by polling; then it is stored once."""
    secret = {"x-telegram-bot-api-secret-token": SECRET}
    by_webhook, by_polling = MoneyShop(error), MoneyShop(error)
    body = json.dumps(paid()).encode()
    assert [await post(by_webhook.processor, body, secret) for _ in range(2)] == [503, 200]
    polling = Polling(BOT, by_polling.processor, asyncio.Event())
    assert [await polling._handled([paid()]) for _ in range(2)] == [False, True]
    for shop in (by_webhook, by_polling):
        assert len(await shop.stored()) == len(await shop.notices()) == 1
        assert shop.dispatcher.handled == [7]


async def test_a_storage_that_hangs_acknowledges_no_money(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stop-gap of thirty seconds ends the attempt, and the update comes again."""
    monkeypatch.setattr(update_processor, "HANDLING_LIMIT_S", 0)

    async def hang(update: MoneyUpdate) -> bool:
        await asyncio.Event().wait()
        return True

    shop = MoneyShop(record=hang)
    with pytest.raises(RetryUpdate):
        await shop.processor.process(paid())
    assert shop.dispatcher.handled == []


async def test_a_busy_storage_is_tried_again() -> None:
    """A deadlock or a lost answer to a COMMIT is repeated at once; what was recorded then is recorded once."""
    shop = MoneyShop(StorageBusy("deadlock"), StorageBusy("lost"))
    await shop.processor.process(paid())
    assert len(await shop.stored()) == 1


async def test_nothing_is_stored_without_its_notice() -> None:
    """The update and the notice are one transaction: when the notice fails, nothing is stored, and both come again."""
    shop = MoneyShop()
    shop.storage = FailingOutbox(base=RUB)
    shop.use_case = RecordMoneyUpdate(shop.storage, FakeClock(NOON), CountedIds(), OWNER)
    with pytest.raises(RetryUpdate):
        await shop.processor.process(paid())
    assert await shop.stored() == []
    shop.storage.fails = False
    await shop.processor.process(paid())
    assert len(await shop.stored()) == len(await shop.notices()) == 1


async def test_without_an_owner_money_is_stored_all_the_same() -> None:
    """No owner in the settings: the update is stored and nobody is told."""
    shop = MoneyShop()
    shop.use_case = RecordMoneyUpdate(shop.storage, FakeClock(NOON), CountedIds(), None)
    await shop.processor.process(paid())
    assert len(await shop.stored()) == 1
    assert await shop.notices() == []


async def test_a_later_failure_does_not_undo_what_is_stored() -> None:
    """A handler that fails after the update was stored loses nothing, and the update is acknowledged."""
    shop = MoneyShop()
    shop.dispatcher.errors_to_raise.append(RuntimeError("a bug"))
    await shop.processor.process(paid())
    assert len(await shop.stored()) == 1


async def test_money_does_not_wait_behind_its_sender() -> None:
    """An earlier update of the same user that takes long doesn't keep money from being stored."""
    shop, may_end = MoneyShop(), asyncio.Event()

    async def slow() -> None:
        await may_end.wait()

    busy = asyncio.create_task(shop.processor.queue.run(5, slow))
    await asyncio.sleep(0)
    task = asyncio.create_task(shop.processor.process(paid()))
    await asyncio.wait_for(shop.recorded.wait(), 30)
    assert len(await shop.stored()) == 1
    assert not task.done()
    may_end.set()
    await asyncio.gather(busy, task)
    assert shop.dispatcher.handled == [7]


async def test_money_is_stored_from_an_update_that_can_not_be_parsed() -> None:
    """A payment that a newer Bot API describes in another way is stored, acknowledged, and reaches no handler."""
    shop = MoneyShop()
    await shop.processor.process(paid(content={"total_amount": {"new": 1}}))
    (entry,) = await shop.stored()
    assert len(entry.external_id) == 64
    assert shop.dispatcher.handled == []


async def test_a_user_who_sends_too_much_can_still_pay() -> None:
    """During a ban the user's payment is stored, and nothing else of them is handled."""
    shop = MoneyShop(limit=banned_limit())
    await shop.processor.process(GOOD)
    await shop.processor.process(paid(number=8))
    assert shop.dispatcher.handled == [8]
    assert len(await shop.stored()) == 1


@pytest.fixture
def logs() -> Iterator[list[Any]]:
    """What is logged."""
    structlog.reset_defaults()
    with capture_logs() as lines:
        yield lines


async def test_the_log_names_the_update_and_holds_no_secret(logs: list[Any]) -> None:
    """Success and failure leave one line each, without the payload and the text of the error."""
    shop = MoneyShop(ValueError(SECRET_PAYLOAD))
    with pytest.raises(RetryUpdate):
        await shop.processor.process(paid())
    await shop.processor.process(paid())
    assert [(line["event"], line["update_id"]) for line in logs] == [
        ("money_update_not_recorded", 7),
        ("money_update_recorded", 7),
    ]
    assert SECRET_PAYLOAD not in repr(logs)


scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*PAYMENT, "gift", "id"]), inner),
    max_leaves=6,
)


@given(content=scraps, sender=scraps, chat=scraps, field=st.sampled_from(["successful_payment", "gift"]))
async def test_any_content_is_stored_or_speaks_of_no_money(content: Any, sender: Any, chat: Any, field: str) -> None:
    """However odd an update is, it is stored with the same name each time, and only null says nothing."""
    raw = {"update_id": 7, "message": {"message_id": 1, "from": sender, "chat": chat, field: content}}
    first, second = money_update(raw, 1), money_update(json.loads(json.dumps(raw)), 1)
    assert (first is not None) == (content is not None) == speaks_of_money(raw)
    if first is None or second is None:
        return
    assert first.external_id == second.external_id
    assert 0 < len(first.external_id) < 300
    assert first.units >= 0
    shop = MoneyShop()
    assert await shop.use_case(first)
    assert not await shop.use_case(second)


@pytest.mark.parametrize("raw", [GOOD, {}, {"message": None}, {"message": [PAYMENT]}, {"callback_query": PAYMENT}])
def test_other_updates_are_not_stored(raw: dict[str, Any]) -> None:
    """What speaks of no money isn't kept."""
    assert money_update(raw, 1) is None
    assert not speaks_of_money(raw)


class FailingOutbox(MemoryStorage):
    """A storage whose outbox fails."""

    fails = True

    @asynccontextmanager
    async def transaction(self) -> Any:
        async with super().transaction() as tx:
            if self.fails:
                tx.outbox = self
            yield tx

    async def add(self, message: Any) -> bool:
        raise StorageUnavailable("full")


class AlwaysBanned:
    """A rate limiter that bans every user, and announced it earlier."""

    async def check(self, tg_id: TelegramId) -> Verdict:
        return Banned(NOON, first=False)

    async def reset(self, tg_id: TelegramId) -> None:
        raise AssertionError("no ban is reset here")


def banned_limit() -> UpdateRateLimit:
    """The limit by which every user is banned."""

    async def find(tg_id: TelegramId) -> User:
        raise NoSuchUser(tg_id)

    return UpdateRateLimit(AlwaysBanned(), FakeClock(NOON), find)
