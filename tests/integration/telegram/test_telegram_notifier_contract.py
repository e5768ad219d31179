"""The real notifier keeps its promises, over aiogram and the strict stand-in of the Bot API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod

from orbit_adapters.telegram.notifier import LATER, TelegramNotifier
from orbit_adapters.telegram.send_rate_limiter import SendRateLimiter
from orbit_domain.ids import TelegramId
from orbit_domain.notice.notice import OrderPaid
from orbit_domain.notice.ports import RetryLater, Unreachable
from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.telegram.session import WorldSession
from orbit_sandbox.telegram.world import BotApiWorld
from orbit_testing.contracts.notifier import ONE_OF_EACH, NotifierContract, NotifierWorld

TOKEN = "424242:sandbox-token"
PAUSE_S = 37


class FakeClock:
    """Moves when told to, and when somebody sleeps."""

    def __init__(self) -> None:
        self.at = datetime(2027, 3, 3, 12, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class MoodySession(WorldSession):
    """Telegram with moods: busy chats, answers made to order, or no connection at all."""

    def __init__(self, world: BotApiWorld) -> None:
        super().__init__(world)
        self.busy: set[int] = set()
        self.is_cut = False
        self.ordered: tuple[int, str] | None = None
        self.asked = 0

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> Any:
        self.asked += 1
        if self.is_cut:
            raise TelegramNetworkError(method, "cut off")
        code, body = 0, ""
        if getattr(method, "chat_id", None) in self.busy:
            words = f'"Too Many Requests: retry after {PAUSE_S}","parameters":{{"retry_after":{PAUSE_S}}}'
            code, body = 429, words
        elif self.ordered is not None:
            code, body = self.ordered[0], f'"{self.ordered[1]}"'
        if code:
            content = f'{{"ok":false,"error_code":{code},"description":{body}}}'
            self.check_response(bot=bot, method=method, status_code=code, content=content)
        return await super().make_request(bot, method, timeout)


class TelegramPeople:
    """Customers of the little Telegram."""

    def __init__(self) -> None:
        self.telegram = BotApiWorld(SandboxClock(), TOKEN, "orbit_sandbox_bot", seed=7)
        self.session = MoodySession(self.telegram)
        self.clock = FakeClock()
        self.notifier = TelegramNotifier(Bot(TOKEN, session=self.session), self.clock)
        self.notifier.send_rate_limiter = SendRateLimiter(self.clock, self.clock.sleep)

    def person(self) -> TelegramId:
        customer = self.telegram.add_customer("Вера")
        self.telegram.press_start(customer.id)
        return TelegramId(customer.id)

    def heard(self, tg_id: TelegramId) -> int:
        return sum(message.from_bot for message in self.telegram.chats[tg_id].messages.values())

    def leave(self, tg_id: TelegramId) -> None:
        self.telegram.block(tg_id)

    def be_busy(self, tg_id: TelegramId) -> None:
        self.session.busy.add(tg_id)

    def go_down(self) -> None:
        self.session.is_cut = True

    def heal(self) -> None:
        self.session.busy.clear()
        self.session.is_cut = False
        self.clock.at += timedelta(seconds=PAUSE_S + 1)


@pytest.fixture
def people() -> TelegramPeople:
    return TelegramPeople()


class TestTelegramNotifier(NotifierContract):
    @pytest.fixture
    def world(self, people: TelegramPeople) -> NotifierWorld:
        return people


async def test_a_deleted_account_and_an_unknown_chat_are_unreachable(people: TelegramPeople) -> None:
    """Nobody is there who could ever hear."""
    gone = people.person()
    people.telegram.deactivate(gone)
    for nobody in (gone, TelegramId(2**52)):
        with pytest.raises(Unreachable):
            await people.notifier.send(nobody, "ru", ONE_OF_EACH[0])


@pytest.mark.parametrize(
    ("code", "words", "minimum"),
    [
        (400, "Bad Request: can't parse entities: unexpected end tag", LATER),
        (400, "Bad Request: BUTTON_DATA_INVALID", LATER),
        (403, "Forbidden: bot can't send messages to the user", LATER),
        (401, "Unauthorized", timedelta(minutes=1)),
        (404, "Not Found", timedelta(minutes=1)),
        (500, "Internal Server Error", timedelta(seconds=10)),
        (502, "Bad Gateway", timedelta(seconds=10)),
    ],
)
async def test_no_refusal_becomes_a_tight_loop(
    people: TelegramPeople, code: int, words: str, minimum: timedelta
) -> None:
    """What Telegram refuses is tried again, later the less it can mend by itself, and its reason is kept."""
    listener = people.person()
    people.session.ordered = (code, words)
    with pytest.raises(RetryLater) as trouble:
        await people.notifier.send(listener, "ru", ONE_OF_EACH[0])
    assert trouble.value.after >= minimum
    assert trouble.value.reason
    assert TOKEN not in trouble.value.reason


async def test_a_chat_that_asked_for_a_pause_isn_t_asked_again_before(people: TelegramPeople) -> None:
    """The pause is the one Telegram named, and until its end Telegram isn't even asked."""
    busy = people.person()
    people.be_busy(busy)
    with pytest.raises(RetryLater) as first:
        await people.notifier.send(busy, "ru", ONE_OF_EACH[0])
    asked = people.session.asked
    with pytest.raises(RetryLater) as second:
        await people.notifier.send(busy, "ru", ONE_OF_EACH[0])
    assert first.value.after == timedelta(seconds=PAUSE_S)
    assert timedelta(0) < second.value.after <= timedelta(seconds=PAUSE_S + 1)
    assert people.session.asked == asked


async def test_a_notice_without_words_waits_for_a_person(people: TelegramPeople) -> None:
    """A row that can't be rendered is put off for long, and nothing is sent."""
    listener = people.person()
    broken: Any = OrderPaid(ONE_OF_EACH[0].order_id, "x", {}, -5, 0, "ton", people.clock.at)  # type: ignore[union-attr]
    with pytest.raises(RetryLater) as trouble:
        await people.notifier.send(listener, "ru", broken)
    assert trouble.value.after == LATER
    assert people.heard(listener) == 0


async def test_a_new_key_comes_with_its_picture(people: TelegramPeople) -> None:
    """The QR picture is in the message of a new key, and only there."""
    listener = people.person()
    for notice in ONE_OF_EACH[1:3]:
        await people.notifier.send(listener, "ru", notice)
    messages = [one for one in people.telegram.chats[listener].messages.values() if one.from_bot]
    assert [message.content.photo is not None for message in messages] == [True, False]
