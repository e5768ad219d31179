"""The Telegram notifier fulfils its contract, over aiogram and the simulated Bot API."""

from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod

from orbit_adapters.telegram.notifier import LATER, TelegramNotifier
from orbit_adapters.telegram.send_rate_limiter import SendRateLimiter
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.notice.notice import OrderPaid
from orbit_domain.notice.ports import RetryLater, Unreachable
from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.telegram.session import InProcessSession
from orbit_sandbox.telegram.sim_telegram import SimTelegram
from orbit_testing.contracts.notifier import ONE_OF_EACH, NotifierContract, NotifierHarness
from tests.support.clock import FakeClock
from tests.support.shop import Shop
from tests.support.world import World

TOKEN = "424242:sandbox-token"
PAUSE_S = 37


class FaultySession(InProcessSession):
    """Telegram with faults: busy chats, given error answers, or no connection."""

    def __init__(self, telegram: SimTelegram) -> None:
        super().__init__(telegram)
        self.busy: set[int] = set()
        self.is_cut = False
        self.next_error: tuple[int, str] | None = None
        self.requests = 0
        self.silent: list[bool] = []

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[Any],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> Any:
        self.requests += 1
        self.silent.append(bool(getattr(method, "disable_notification", None)))
        if self.is_cut:
            raise TelegramNetworkError(method, "cut off")
        code, body = 0, ""
        if getattr(method, "chat_id", None) in self.busy:
            text = f'"Too Many Requests: retry after {PAUSE_S}","parameters":{{"retry_after":{PAUSE_S}}}'
            code, body = 429, text
        elif self.next_error is not None:
            code, body = self.next_error[0], f'"{self.next_error[1]}"'
        if code:
            content = f'{{"ok":false,"error_code":{code},"description":{body}}}'
            self.check_response(bot=bot, method=method, status_code=code, content=content)
        return await super().make_request(bot, method, timeout)


class TelegramUsers:
    """Users of the simulated Telegram."""

    def __init__(self) -> None:
        self.telegram = SimTelegram(SandboxClock(), TOKEN, "orbit_sandbox_bot", seed=7)
        self.session = FaultySession(self.telegram)
        self.clock = FakeClock()
        shop = Shop(World().ports())
        bot = Bot(TOKEN, session=self.session)
        self.notifier = TelegramNotifier(bot, self.clock, shop.show_payment, shop.record_invoice_message, RUB)
        self.notifier.send_rate_limiter = SendRateLimiter(self.clock, self.clock.sleep)

    def new_user(self) -> TelegramId:
        customer = self.telegram.add_customer("Вера")
        self.telegram.press_start(customer.id)
        return TelegramId(customer.id)

    def received(self, tg_id: TelegramId) -> int:
        return sum(message.from_bot for message in self.telegram.chats[tg_id].messages.values())

    def make_unreachable(self, tg_id: TelegramId) -> None:
        self.telegram.block(tg_id)

    def make_busy(self, tg_id: TelegramId) -> None:
        self.session.busy.add(tg_id)

    def go_down(self) -> None:
        self.session.is_cut = True

    def restore(self) -> None:
        self.session.busy.clear()
        self.session.is_cut = False
        self.clock.advance(seconds=PAUSE_S + 1)


@pytest.fixture
def users() -> TelegramUsers:
    return TelegramUsers()


class TestTelegramNotifier(NotifierContract):
    @pytest.fixture
    def harness(self, users: TelegramUsers) -> NotifierHarness:
        return users


async def test_a_silent_notice_makes_no_sound(users: TelegramUsers) -> None:
    """With a picture and without; any other one does."""
    user = users.new_user()
    for silent in (True, False):
        for notice in ONE_OF_EACH[:2]:
            await users.notifier.send(user, "ru", notice, silent=silent)
    assert users.session.silent == [True, True, False, False]
    assert users.received(user) == len(users.session.silent)


async def test_a_deleted_account_and_an_unknown_chat_are_unreachable(users: TelegramUsers) -> None:
    """No later attempt can reach such a user."""
    gone = users.new_user()
    users.telegram.deactivate(gone)
    for user in (gone, TelegramId(2**52)):
        with pytest.raises(Unreachable):
            await users.notifier.send(user, "ru", ONE_OF_EACH[0])


@pytest.mark.parametrize(
    ("code", "description", "minimum"),
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
async def test_a_refused_message_is_retried_after_a_delay(
    users: TelegramUsers, code: int, description: str, minimum: timedelta
) -> None:
    """The delay is longer for errors that need a person to change something, and the reason is kept.

    A message that Telegram refuses for its own sake holds up no other.
    """
    user = users.new_user()
    users.session.next_error = (code, description)
    with pytest.raises(RetryLater) as raised:
        await users.notifier.send(user, "ru", ONE_OF_EACH[0])
    assert raised.value.after >= minimum
    assert raised.value.keeps_place == (code not in {400, 403})
    assert raised.value.reason
    assert TOKEN not in raised.value.reason


async def test_no_request_is_sent_to_a_paused_chat(users: TelegramUsers) -> None:
    """The pause is the one from Telegram's answer. Before its end no request is sent."""
    busy = users.new_user()
    users.make_busy(busy)
    with pytest.raises(RetryLater) as first:
        await users.notifier.send(busy, "ru", ONE_OF_EACH[0])
    requests = users.session.requests
    with pytest.raises(RetryLater) as second:
        await users.notifier.send(busy, "ru", ONE_OF_EACH[0])
    assert first.value.after == timedelta(seconds=PAUSE_S)
    assert timedelta(0) < second.value.after <= timedelta(seconds=PAUSE_S + 1)
    assert users.session.requests == requests


async def test_a_notice_that_cannot_be_rendered_is_put_off(users: TelegramUsers) -> None:
    """A notice that can't be rendered is retried much later, and nothing is sent."""
    user = users.new_user()
    broken: Any = OrderPaid(ONE_OF_EACH[0].order_id, "x", {}, -5, 0, "ton", users.clock.at)  # type: ignore[union-attr]
    with pytest.raises(RetryLater) as raised:
        await users.notifier.send(user, "ru", broken)
    assert (raised.value.after, raised.value.keeps_place) == (LATER, False)
    assert users.received(user) == 0


async def test_a_new_key_comes_with_its_qr_code(users: TelegramUsers) -> None:
    """The message of a new key has the QR code, that of a renewed key hasn't."""
    user = users.new_user()
    for notice in ONE_OF_EACH[1:3]:
        await users.notifier.send(user, "ru", notice)
    messages = [one for one in users.telegram.chats[user].messages.values() if one.from_bot]
    assert [message.content.photo is not None for message in messages] == [True, False]
