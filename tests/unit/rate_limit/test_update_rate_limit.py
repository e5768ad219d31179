"""The rate limit of the bot: real updates through the real dispatcher."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from aiogram import Bot

from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_adapters.telegram.i18n import Translator
from orbit_domain.ids import TelegramId
from orbit_domain.rate_limit.ports import RateLimiter
from orbit_domain.rate_limit.rate_limit import Banned, RateLimitPolicy, Verdict
from orbit_domain.user.user import LANGUAGES, NoSuchUser, Role, User
from orbit_entry.bot.rate_limit import UpdateRateLimit, request_in
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.clock import NOON
from tests.support.shop import Shop
from tests.support.world import World

POLICY = RateLimitPolicy()
PERSON = {"id": 7, "is_bot": False, "first_name": "Vera", "language_code": "ru"}
CHAT = {"id": 7, "type": "private"}
NO_BOT = Bot("123456:" + "a" * 30)
"""It has no server: nothing is answered through it."""


class RateLimitedBot:
    """A bot with the rate limit. `roles` sets users' roles, `found` records the users that were read."""

    def __init__(self, shop: Shop, world: World, *, exempt_admins: bool = True) -> None:
        self.world = world
        self.bot_harness = BotHarness(shop, world)
        self.roles: dict[int, Role] = {}
        self.found: list[TelegramId] = []
        self.error: Exception | None = None
        self.rate_limiter: RateLimiter = MemoryRateLimiter(world.clock, POLICY)
        self.limit = UpdateRateLimit(self.rate_limiter, world.clock, self.find, exempt_admins=exempt_admins)
        self.bot_harness.rate_limit = self.limit

    async def find(self, tg_id: TelegramId) -> User:
        """Read a user, as the use case does."""
        self.found.append(tg_id)
        if self.error is not None:
            raise self.error
        user = (await self.bot_harness.shop.show_home(tg_id)).user
        return replace(user, role=self.roles.get(tg_id, user.role))

    async def new_user(self, language: str = "ru") -> ChatUser:
        """A user who has pressed /start and then waited for two minutes."""
        user = self.bot_harness.new_user(language)
        await user.write("/start")
        self.world.clock.advance(minutes=2)
        return user

    async def send_many(self, user: ChatUser, times: int = POLICY.requests) -> None:
        """Send *times* messages at once."""
        for _ in range(times):
            await user.write("hello")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def shop(world: World) -> Shop:
    shop = Shop(world.ports())
    await shop.open()
    return shop


@pytest.fixture
def bot(shop: Shop, world: World) -> Iterator[RateLimitedBot]:
    bot = RateLimitedBot(shop, world)
    yield bot
    bot.bot_harness.give_back()


async def test_a_ban_is_announced_once_and_then_nothing_is_answered(bot: RateLimitedBot) -> None:
    """Twenty messages are answered, the next one with the time of the ban, a hundred more not at all."""
    vera = await bot.new_user()
    before = len(vera.messages)
    await bot.send_many(vera)
    assert len(vera.messages) == before + 20
    await vera.write("hello")
    assert "через 5 минут" in vera.text
    assert "на месте" in vera.text
    await bot.send_many(vera, 100)
    assert len(vera.messages) == before + 21
    assert (bot.limit.counts["admitted"], bot.limit.counts["banned"], bot.limit.counts["ignored"]) == (21, 1, 100)
    assert bot.found == [vera.user_id]


async def test_the_ban_ends_after_five_minutes(bot: RateLimitedBot) -> None:
    """After the announced time the bot works as before."""
    vera = await bot.new_user()
    await bot.send_many(vera, 30)
    bot.world.clock.advance(minutes=5)
    await vera.write("/start")
    assert "Здравствуйте" in vera.text


async def test_taps_during_a_ban_are_answered_silently(bot: RateLimitedBot) -> None:
    """During a ban each tap is answered exactly once, without text and screen, so that the button stops spinning."""
    vera = await bot.new_user()
    home = vera.newest
    await bot.send_many(vera, 21)
    shown = vera.text
    for _ in range(5):
        await vera.tap("Купить", home)
    assert vera.text == shown
    assert not any(vera.toasts)


async def test_a_ban_begun_by_a_tap_is_shown_in_an_alert(bot: RateLimitedBot) -> None:
    """When a tap begins the ban, an alert shows the text and the screen stays as it is."""
    vera = await bot.new_user()
    for _ in range(10):
        await vera.tap("Купить")
        await vera.tap("home")
    shown = vera.text
    await vera.tap("Купить")
    assert "через 5 минут" in vera.toasts[-1]
    assert vera.text == shown


async def test_other_users_are_not_affected(bot: RateLimitedBot) -> None:
    """A ban of one user costs no other user an answer."""
    vera, boris = await bot.new_user(), await bot.new_user()
    await bot.send_many(vera, 50)
    await boris.tap("Купить")
    assert "129 ₽" in boris.buttons[0].text.replace("\xa0", " ")


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OWNER])
async def test_admins_are_exempt(bot: RateLimitedBot, role: Role) -> None:
    """An admin isn't limited, and is read once in twenty requests, not each time."""
    ada = await bot.new_user()
    bot.roles[ada.user_id] = role
    before = len(ada.messages)
    await bot.send_many(ada, 100)
    assert len(ada.messages) == before + 100
    assert 1 <= len(bot.found) <= 5
    assert bot.limit.counts["banned"] == 0


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SUPPORT])
async def test_other_roles_are_limited(bot: RateLimitedBot, role: Role) -> None:
    """Only admins and the owner are exempt."""
    carl = await bot.new_user()
    bot.roles[carl.user_id] = role
    await bot.send_many(carl, 30)
    assert bot.limit.counts["banned"] == 1


async def test_the_exemption_can_be_switched_off(shop: Shop, world: World) -> None:
    """With RATE_LIMIT_ADMIN_EXEMPT off, admins are limited too."""
    bot = RateLimitedBot(shop, world, exempt_admins=False)
    ada = await bot.new_user()
    bot.roles[ada.user_id] = Role.ADMIN
    await bot.send_many(ada, 30)
    assert bot.limit.counts["banned"] == 1


async def test_the_limit_holds_while_users_cannot_be_read(bot: RateLimitedBot) -> None:
    """Without the storage no user is exempt. Once it can be read, an admin is allowed again within the ban."""
    ada = await bot.new_user()
    bot.roles[ada.user_id] = Role.ADMIN
    bot.error = OSError("the storage is away")
    await bot.send_many(ada, 25)
    assert (bot.limit.counts["banned"], bot.limit.counts["ignored"]) == (1, 4)
    bot.error = None
    before = len(ada.messages)
    await bot.send_many(ada, 10)
    assert len(ada.messages) == before + 10


async def test_unknown_users_are_answered_in_their_language(bot: RateLimitedBot) -> None:
    """A user who never pressed /start reads about the ban in the language of their Telegram."""
    unknown = bot.bot_harness.new_user("en")
    bot.error = NoSuchUser(TelegramId(unknown.user_id))
    await bot.send_many(unknown, 40)
    assert "in 5 minutes" in unknown.text
    assert bot.found == [unknown.user_id]


async def test_the_chosen_language_counts(bot: RateLimitedBot) -> None:
    """A user who chose a language reads about the ban in that one."""
    vera = await bot.new_user("ru")
    await bot.bot_harness.shop.set_language(TelegramId(vera.user_id), "en")
    await bot.send_many(vera, 21)
    assert "in 5 minutes" in vera.text


async def test_the_limit_works_when_the_user_has_blocked_the_bot(bot: RateLimitedBot) -> None:
    """The limit holds even when the text of the ban can't be sent."""
    vera = await bot.new_user()
    await bot.send_many(vera)
    before = len(vera.messages)
    bot.bot_harness.telegram.say(vera.user_id, "hello")
    bot.bot_harness.telegram.block(vera.user_id)
    await bot.bot_harness.process_updates()
    assert len(vera.messages) == before
    assert bot.limit.counts["banned"] == 1


class AlwaysBanned:
    """A rate limiter that bans every user and records the checks."""

    def __init__(self) -> None:
        self.checked: list[TelegramId] = []

    async def check(self, tg_id: TelegramId) -> Verdict:
        self.checked.append(tg_id)
        return Banned(NOON, first=False)

    async def reset(self, tg_id: TelegramId) -> None:
        raise AssertionError("no ban is reset here")


def _message(**content: Any) -> dict[str, Any]:
    return {"message_id": 1, "date": 1_790_000_000, "chat": CHAT, "from": PERSON, **content}


PAID = {
    "currency": "XTR",
    "total_amount": 96,
    "invoice_payload": "p",
    "telegram_payment_charge_id": "t",
    "provider_payment_charge_id": "p",
}
MONEY = {
    "pre-checkout": {
        "pre_checkout_query": {
            "id": "1", "from": PERSON, "currency": "XTR", "total_amount": 96, "invoice_payload": "p",
        }
    },
    "paid": {"message": _message(successful_payment=PAID)},
    "refunded": {"message": _message(refunded_payment=PAID)},
    "gift": {"message": _message(gift={"gift": {"id": "1", "star_count": 15}})},
    "unique gift": {"message": _message(unique_gift={"origin": "transfer"})},
    "gift upgrade": {"message": _message(gift_upgrade_sent={})},
}  # fmt: skip


@pytest.mark.parametrize("raw", MONEY.values(), ids=MONEY)
async def test_payments_are_never_limited(raw: dict[str, Any], world: World) -> None:
    """News of payments are handled during a ban and aren't counted as requests."""
    rate_limiter = AlwaysBanned()

    async def find(tg_id: TelegramId) -> User:
        raise AssertionError("no user is read for payments")

    limit = UpdateRateLimit(rate_limiter, world.clock, find)
    assert [await limit.admits({"update_id": 1, **raw}, NO_BOT) for _ in range(100)] == [True] * 100
    assert rate_limiter.checked == []


async def test_messages_and_taps_are_requests() -> None:
    """Messages and taps count, other updates don't."""
    message, tap = _message(text="hello"), {"id": "1", "from": PERSON, "chat_instance": "1", "data": "home"}
    assert request_in({"update_id": 1, "message": message}) is message
    assert request_in({"update_id": 1, "callback_query": tap}) is tap
    assert request_in({"update_id": 1}) is None
    assert request_in(message) is None


GROUP = {"id": -7, "type": "supergroup", "title": "Talk"}
NO_REQUESTS = {
    "group": {"message": _message(text="hello", chat=GROUP)},
    "tap in a group": {"callback_query": {"id": "1", "from": PERSON, "data": "x", "message": _message(chat=GROUP)}},
    "bot": {"message": _message(**{"text": "hello", "from": {**PERSON, "is_bot": True}})},
    "no sender": {"message": _message(**{"text": "hello", "from": None})},
    "no chat": {"message": _message(text="hello", chat=None)},
    "tap without message": {"callback_query": {"id": "1", "from": PERSON, "data": "x"}},
    "an odd sender": {"message": _message(**{"text": "hello", "from": {**PERSON, "id": "7"}})},
    "no object": {"message": "hello", "callback_query": 7},
    "a block": {"my_chat_member": {"from": PERSON, "chat": CHAT}},
}


@pytest.mark.parametrize("raw", NO_REQUESTS.values(), ids=NO_REQUESTS)
async def test_only_people_in_private_chats_are_limited(raw: dict[str, Any], world: World) -> None:
    """No other update is counted or answered here, however odd it is."""
    rate_limiter = AlwaysBanned()
    limit = UpdateRateLimit(rate_limiter, world.clock, lambda tg_id: _no_user())
    assert await limit.admits({"update_id": 1, **raw}, NO_BOT)
    assert (rate_limiter.checked, limit.counts) == ([], {})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("minutes", [1, 2, 4, 5, 11, 21, 60])
def test_the_text_fits_into_an_alert(language: str, minutes: int) -> None:
    """For any ban the text has the minutes, needs no HTML, and is short enough for an alert."""
    text = Translator(language).label("rate-limit-ban", minutes=minutes)
    assert f" {minutes} " in text
    assert str(Translator(language)("rate-limit-ban", minutes=minutes)) == text
    assert len(text) <= 200


@pytest.mark.parametrize(("minutes", "expected"), [(1, "1 минуту"), (3, "3 минуты"), (5, "5 минут"), (21, "21 минуту")])
def test_russian_minutes_have_the_right_plural(minutes: int, expected: str) -> None:
    """The ending of the word depends on the number."""
    assert f"через {expected}:" in Translator("ru").label("rate-limit-ban", minutes=minutes)


async def test_minutes_are_rounded_up(world: World) -> None:
    """After the announced time the ban is over: a second more than four minutes are announced as five."""
    limit = UpdateRateLimit(AlwaysBanned(), world.clock, lambda tg_id: _no_user())
    now = world.clock.now()
    world.clock.advance(seconds=-241)
    assert limit._minutes_to(now) == 5
    world.clock.advance(seconds=1)
    assert limit._minutes_to(now) == 4
    world.clock.advance(seconds=240)
    assert limit._minutes_to(now) == 1


async def _no_user() -> User:
    raise NoSuchUser(TelegramId(0))
