"""The flood limit at the bot's door: real updates through the real dispatcher, answered or not."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from aiogram.types import CallbackQuery, Chat, Message, PreCheckoutQuery, RefundedPayment, SuccessfulPayment, Update
from aiogram.types import User as Person

from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_adapters.telegram.i18n import Translator
from orbit_domain.ids import TelegramId
from orbit_domain.rate_limit.ports import RateLimiter
from orbit_domain.rate_limit.rate_limit import Banned, RateLimitPolicy, Verdict
from orbit_domain.user.user import LANGUAGES, NoSuchUser, Role, User
from orbit_entry.bot.rate_limit import RateLimitMiddleware, request_in
from tests.integration.telegram.bot_harness import BotHarness, Phone
from tests.support.shop import Shop
from tests.support.world import World

POLICY = RateLimitPolicy()
PERSON = Person(id=7, is_bot=False, first_name="Vera", language_code="ru")
CHAT = Chat(id=7, type="private")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Door:
    """A shop's bot_harness behind a flood limit. `roles` says who is an admin; `found` who was looked up."""

    def __init__(self, shop: Shop, world: World, *, spare_admins: bool = True) -> None:
        self.world = world
        self.bot_harness = BotHarness(shop, world)
        self.roles: dict[int, Role] = {}
        self.found: list[TelegramId] = []
        self.trouble: Exception | None = None
        self.rate_limiter: RateLimiter = MemoryRateLimiter(world.clock, POLICY)
        self.limit = RateLimitMiddleware(self.rate_limiter, world.clock, self.find, spare_admins=spare_admins)
        self.bot_harness.dispatcher.update.outer_middleware(self.limit)

    async def find(self, tg_id: TelegramId) -> User:
        """Read a user, as the shop's verb does."""
        self.found.append(tg_id)
        if self.trouble is not None:
            raise self.trouble
        user = (await self.bot_harness.shop.show_home(tg_id)).user
        return replace(user, role=self.roles.get(tg_id, user.role))

    async def newcomer(self, language: str = "ru") -> Phone:
        """Somebody who has pressed /start and then been quiet for a while."""
        phone = self.bot_harness.visitor(language)
        await phone.write("/start")
        self.world.clock.advance(minutes=2)
        return phone

    async def flood(self, phone: Phone, times: int = POLICY.requests) -> None:
        """So many messages at once."""
        for _ in range(times):
            await phone.write("hello")


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
async def shop(world: World) -> Shop:
    shop = Shop(world.ports())
    await shop.open_doors()
    return shop


@pytest.fixture
def door(shop: Shop, world: World) -> Door:
    return Door(shop, world)


async def test_a_flood_is_answered_once_and_then_no_more(door: Door) -> None:
    """Twenty messages are answered; the next one is told when to come back; a hundred more are told nothing."""
    vera = await door.newcomer()
    before = len(vera.messages)
    await door.flood(vera)
    assert len(vera.messages) == before + 20
    await vera.write("hello")
    assert "через 5 минут" in vera.text
    assert "на месте" in vera.text
    await door.flood(vera, 100)
    assert len(vera.messages) == before + 21
    assert (door.limit.counts["admitted"], door.limit.counts["banned"], door.limit.counts["swallowed"]) == (21, 1, 100)
    assert door.found == [vera.user_id]


async def test_after_five_minutes_all_is_well(door: Door) -> None:
    """Coming back when it was said works, without another word about it."""
    vera = await door.newcomer()
    await door.flood(vera, 30)
    door.world.clock.advance(minutes=5)
    await vera.write("/start")
    assert "Здравствуйте" in vera.text


async def test_taps_during_a_ban_are_answered_silently(door: Door) -> None:
    """A button never spins for ever: during a ban each tap is answered exactly once, with no words and no screen."""
    vera = await door.newcomer()
    home = vera.newest
    await door.flood(vera, 21)
    shown = vera.text
    for _ in range(5):
        await vera.tap("Купить", home)
    assert vera.text == shown
    assert not any(vera.toasts)


async def test_a_tap_too_many_says_it_in_an_alert(door: Door) -> None:
    """When it is a tap that begins the ban, the words come as an alert over the screen, which stays as it is."""
    vera = await door.newcomer()
    for _ in range(10):
        await vera.tap("Купить")
        await vera.tap("home")
    shown = vera.text
    await vera.tap("Купить")
    assert "через 5 минут" in vera.toasts[-1]
    assert vera.text == shown


async def test_others_are_not_disturbed(door: Door) -> None:
    """One person's flood doesn't cost another a single answer."""
    vera, boris = await door.newcomer(), await door.newcomer()
    await door.flood(vera, 50)
    await boris.tap("Купить")
    assert "129 ₽" in boris.text.replace("\xa0", " ")


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OWNER])
async def test_admins_are_exempt(door: Door, role: Role) -> None:
    """An admin works as fast as fingers go, and is looked up once in twenty requests, not each time."""
    ada = await door.newcomer()
    door.roles[ada.user_id] = role
    before = len(ada.messages)
    await door.flood(ada, 100)
    assert len(ada.messages) == before + 100
    assert 1 <= len(door.found) <= 5
    assert door.limit.counts["banned"] == 0


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SUPPORT])
async def test_nobody_else_is(door: Door, role: Role) -> None:
    """Other roles are limited like everybody."""
    carl = await door.newcomer()
    door.roles[carl.user_id] = role
    await door.flood(carl, 30)
    assert door.limit.counts["banned"] == 1


async def test_the_exemption_can_be_switched_off(shop: Shop, world: World) -> None:
    """With RATE_LIMIT_ADMIN_EXEMPT off, admins are limited too."""
    door = Door(shop, world, spare_admins=False)
    ada = await door.newcomer()
    door.roles[ada.user_id] = Role.ADMIN
    await door.flood(ada, 30)
    assert door.limit.counts["banned"] == 1


async def test_while_nobody_can_be_looked_up_the_limit_holds(door: Door) -> None:
    """Without the books nobody is exempt; once they can be read, an admin is let in again within the ban."""
    ada = await door.newcomer()
    door.roles[ada.user_id] = Role.ADMIN
    door.trouble = OSError("the books are away")
    await door.flood(ada, 25)
    assert (door.limit.counts["banned"], door.limit.counts["swallowed"]) == (1, 4)
    door.trouble = None
    before = len(ada.messages)
    await door.flood(ada, 10)
    assert len(ada.messages) == before + 10


async def test_strangers_are_limited_in_their_own_language(door: Door) -> None:
    """Somebody who floods without ever having pressed /start is told in the language of their Telegram."""
    stranger = door.bot_harness.visitor("en")
    door.trouble = NoSuchUser(TelegramId(stranger.user_id))
    await door.flood(stranger, 40)
    assert "in 5 minutes" in stranger.text
    assert door.found == [stranger.user_id]


async def test_the_chosen_language_counts(door: Door) -> None:
    """Whoever chose a language in the shop is told in that one."""
    vera = await door.newcomer("ru")
    await door.bot_harness.shop.set_language(TelegramId(vera.user_id), "en")
    await door.flood(vera, 21)
    assert "in 5 minutes" in vera.text


async def test_somebody_who_blocked_the_bot_breaks_nothing(door: Door) -> None:
    """When the words of a ban can't be delivered, the limit works nevertheless."""
    vera = await door.newcomer()
    await door.flood(vera)
    before = len(vera.messages)
    door.bot_harness.telegram.say(vera.user_id, "hello")
    door.bot_harness.telegram.block(vera.user_id)
    await door.bot_harness.serve()
    assert len(vera.messages) == before
    assert door.limit.counts["banned"] == 1


class Wall:
    """A gate that bans everybody, and counts whom."""

    def __init__(self) -> None:
        self.asked: list[TelegramId] = []

    async def check(self, tg_id: TelegramId) -> Verdict:
        self.asked.append(tg_id)
        return Banned(NOON, first=False)

    async def reset(self, tg_id: TelegramId) -> None:
        raise AssertionError("nobody is forgiven here")


def _message(**content: Any) -> Message:
    return Message(message_id=1, date=NOON, chat=CHAT, from_user=PERSON, **content)


PAID = SuccessfulPayment(
    currency="XTR", total_amount=96, invoice_payload="p", telegram_payment_charge_id="t", provider_payment_charge_id="p"
)
REFUNDED = RefundedPayment(currency="XTR", total_amount=96, invoice_payload="p", telegram_payment_charge_id="t")
MONEY = {
    "pre-checkout": Update(
        update_id=1,
        pre_checkout_query=PreCheckoutQuery(
            id="1", from_user=PERSON, currency="XTR", total_amount=96, invoice_payload="p"
        ),
    ),
    "paid": Update(update_id=1, message=_message(successful_payment=PAID)),
    "refunded": Update(update_id=1, message=_message(refunded_payment=REFUNDED)),
}


@pytest.mark.parametrize("update", MONEY.values(), ids=MONEY)
async def test_money_is_never_limited(update: Update, world: World) -> None:
    """News of money reach their handler even in the middle of a ban, and aren't counted as requests."""
    wall = Wall()

    async def find(tg_id: TelegramId) -> User:
        raise AssertionError("nobody is looked up for money")

    async def handle(event: object, data: dict[str, Any]) -> str:
        return "handled"

    limit = RateLimitMiddleware(wall, world.clock, find)
    assert [await limit(handle, update, {}) for _ in range(100)] == ["handled"] * 100
    assert wall.asked == []


async def test_messages_and_taps_are_requests() -> None:
    """What a person writes or taps counts, and nothing else an update may hold."""
    message, tap = _message(text="hello"), CallbackQuery(id="1", from_user=PERSON, chat_instance="1", data="home")
    assert request_in(Update(update_id=1, message=message)) is message
    assert request_in(Update(update_id=1, callback_query=tap)) is tap
    assert request_in(Update(update_id=1)) is None
    assert request_in(message) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("minutes", [1, 2, 4, 5, 11, 21, 60])
def test_the_words_fit_into_an_alert(language: str, minutes: int) -> None:
    """However long the ban, the words say the minutes, need no HTML, and are short enough for an alert."""
    words = Translator(language).label("flood-ban", minutes=minutes)
    assert f" {minutes} " in words
    assert str(Translator(language)("flood-ban", minutes=minutes)) == words
    assert len(words) <= 200


@pytest.mark.parametrize(("minutes", "words"), [(1, "1 минуту"), (3, "3 минуты"), (5, "5 минут"), (21, "21 минуту")])
def test_russian_minutes_are_russian(minutes: int, words: str) -> None:
    """The number decides the word's ending."""
    assert f"через {words}:" in Translator("ru").label("flood-ban", minutes=minutes)


async def test_minutes_are_rounded_up(world: World) -> None:
    """Whoever waits as long as was said is let in: a second more than four minutes are five."""
    limit = RateLimitMiddleware(Wall(), world.clock, lambda tg_id: _nobody())
    now = world.clock.now()
    world.clock.advance(seconds=-241)
    assert limit._minutes_to(now) == 5
    world.clock.advance(seconds=1)
    assert limit._minutes_to(now) == 4
    world.clock.advance(seconds=240)
    assert limit._minutes_to(now) == 1


async def _nobody() -> User:
    raise NoSuchUser(TelegramId(0))
