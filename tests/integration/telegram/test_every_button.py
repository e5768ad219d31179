"""Every button of every screen, in every state of a customer and every role: what comes is an answer with a way on."""

import re
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from itertools import cycle

import pytest

from orbit_adapters.telegram.i18n import Translator
from orbit_domain.ids import Nonce, PlanCode
from orbit_domain.shop_chat.shop_chat import Place, Purpose
from orbit_domain.subscription_link.link import PublicAddress
from orbit_domain.support.case import CaseSubject
from orbit_domain.user.user import LANGUAGES, Role
from orbit_sandbox.telegram.messages import Message
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.callback_kinds import CALLBACK_KINDS
from tests.support.shop import OWNER, Shop
from tests.support.world import MAIN, World

TYPED = ("450", "<b>\u202e no amount, no comment </b>")
"""What a customer types where the bot asks for something: an answer, and nonsense."""
DEEPEST = 3
BEYOND = {"order", "cast", "castbtn", "giftmsg", "askgiveup", "story", "told"}
"""One tap more: from an invoice to its order, from a draft that was typed just now, what is done with a gift, and from
a customer's card to the story and the notices."""
KINDS = {kind.word: kind.__name__ for kind in CALLBACK_KINDS}
_ID = re.compile(r"[0-9a-f]{12,}|\d{4,}")


async def _new(user: ChatUser) -> None:
    """Nothing yet."""


async def _trial(user: ChatUser) -> None:
    await user.buyer.shop.start_trial(user.buyer.tg_id)
    await user.buyer.shop.work()


async def _active(user: ChatUser) -> None:
    await user.buyer.buy()


async def _rich(user: ChatUser) -> None:
    await user.buyer.buy()
    await user.buyer.add_balance(90_000)


async def _waiting(user: ChatUser) -> None:
    await user.buyer.start_purchase()
    await user.buyer.top_up(30_000)


async def _short(user: ChatUser) -> None:
    view = await user.buyer.start_purchase()
    user.buyer.send(view, view.payment.quote.due.units // 2)
    await user.buyer.shop.work()


async def _grace(user: ChatUser) -> None:
    await user.buyer.buy()
    user.bot_harness.world.clock.advance(days=30.5)
    await user.buyer.shop.work()


async def _expired(user: ChatUser) -> None:
    await user.buyer.buy()
    user.bot_harness.world.clock.advance(days=90)
    await user.buyer.shop.work()


async def _panel_down(user: ChatUser) -> None:
    user.bot_harness.world.panel.unavailable = True
    await user.buyer.buy()


async def _giver(user: ChatUser) -> None:
    """Somebody with money, a gift that waits, and one that the giver has taken."""
    await user.buyer.add_balance(90_000)
    shop, tg_id = user.buyer.shop, user.buyer.tg_id
    for nonce in ("a1", "a2"):
        order = (await shop.open_gift(tg_id, "Vera <b>", PlanCode("sub_1m"), Nonce(nonce))).order
        await shop.pay_from_balance(tg_id, order.id)
        view = await shop.show_gift(tg_id, order.id)
    await shop.take_gift(tg_id, "Vera <b>", view.code)
    await shop.work()


async def _staff(user: ChatUser, role: Role) -> None:
    """A customer with money, a nameless transfer, an order that waits, and somebody with that role."""
    await _rich(user)
    user.bot_harness.world.chain.deposit(1_000_000_000, "")
    user.bot_harness.world.panel.unavailable = True
    await user.buyer.pay_from_balance((await user.buyer.choose("sub_3m")).order.id)
    await user.buyer.shop.work()
    await user.buyer.shop.ask_owner(user.buyer.tg_id, "", CaseSubject.PAYMENT)
    user.bot_harness.world.clock.advance(minutes=1)
    await user.buyer.shop.change_role(OWNER, user.buyer.tg_id, role)
    await user.buyer.shop.choose_shop_chat(OWNER, Purpose.EVENTS, Place(-100, 7, "№ 1"))


STATES: dict[str, Callable[[ChatUser], Awaitable[None]]] = {
    "new": _new, "trial": _trial, "active": _active, "rich": _rich, "waiting": _waiting, "short": _short,
    "grace": _grace, "expired": _expired, "panel down": _panel_down, "giver": _giver,
    **{role: lambda user, role=role: _staff(user, role) for role in (Role.SUPPORT, Role.ADMIN, Role.OWNER)},
}  # fmt: skip


@dataclass
class Walk:
    """A user who presses every button that appears, each kind once, nearest to home first."""

    user: ChatUser
    language: str
    depths: dict[str, int] = field(default_factory=dict)
    waiting: deque[str] = field(default_factory=deque)
    seen: list[object] = field(default_factory=list)

    async def go(self) -> dict[str, int]:
        """How many taps from home each kind of button is, once all were pressed."""
        self.look(await self.user.write("/start"), 0)
        while self.waiting:
            data = self.waiting.popleft()
            if self.waiting and data.startswith("erase:"):
                self.waiting.append(data)  # The account is deleted last: nothing else leads on then.
                continue
            assert await self.user.send_data(data) == 1, data
            depth = self.depths[kind_of(data)]
            self.look(self.user.newest, depth)
            await self.type_what_is_asked(depth)
        return self.depths

    async def type_what_is_asked(self, depth: int) -> None:
        """Answer an open dialog: each text gets an answer of its own."""
        harness = self.user.bot_harness
        context = harness.dispatcher.fsm.get_context(harness.bot, self.user.user_id, self.user.user_id)
        for typed in reversed(TYPED):
            if await context.get_state() is None:
                return
            before = self.user.newest.id
            self.look(await self.user.write(typed), depth)
            assert self.user.newest.id > before, f"{typed!r} wasn't answered"

    def look(self, message: Message, depth: int) -> None:
        """The screen has words and leads on; new kinds of buttons are pressed later."""
        buttons = [button for row in message.content.keyboard for button in row]
        text = message.content.words.text
        assert text
        self.seen.append((message.id, text, [(one.text, one.data) for one in buttons], list(self.user.toasts)))
        # A text that is missing shows its name, and one that can't be formatted its placeables.
        assert not re.search(r"\{ ?\$|^[a-z]+(-[a-z]+)+$", text, re.MULTILINE), text
        assert Translator(self.language).label("failed-toast") not in self.user.toasts, text
        # Home itself has a button to the settings, which has none to home beside it.
        assert {kind_of(one.data) for one in buttons} & {"home", "settings", "restart"}, text
        for button in buttons:
            kind = kind_of(button.data)
            if button.kind == "callback" and kind not in self.depths:
                self.depths[kind] = depth + 1
                self.waiting.append(button.data)


def kind_of(data: str) -> str:
    """The data of a button without its ids: one of each kind is pressed."""
    return _ID.sub("#", data).removesuffix("+")


async def walked(state: str, language: str, *, short_way: bool = True) -> Walk:
    """A walk through all buttons, in a shop of its own."""
    world = World({MAIN: ("home",), "spare": ("away",)})
    world.panels["spare"].unavailable = True
    shop = Shop(replace(world.ports(), address=PublicAddress("https://vpn.example.org")))
    await shop.open()
    user = BotHarness(shop, world).new_user(language)
    # The way of a webhook's bot; and the long one, as by polling.
    user.bot_harness.dispatcher.has_short_way = user.bot_harness.by_webhook = short_way
    await user.write("/start")
    await STATES[state](user)
    walk = Walk(user, language)
    await walk.go()
    return walk


@pytest.mark.parametrize("state", ["rich", Role.OWNER])
async def test_the_short_way_shows_what_the_long_way_shows(state: str) -> None:
    """Every tap and /start, whichever way they go: the same screens, buttons and toasts, refusals and errors too.

    The short way is walked as behind a webhook, whose answer stops the spinners; each tap is answered once either way.
    """
    walks = []
    for short_way in (True, False):
        walk = await walked(state, "ru", short_way=short_way)
        user = walk.user
        if state == "rich":  # Staff can't be banned.
            await user.bot_harness.shop.ban_customer(user.buyer.tg_id, "cli:owner", "spam")
        for data in ("nonsense", "home:1", "plans"):
            await user.send_data(data)
            walk.seen.append((user.text, list(user.toasts)))
        walk.seen.append((await user.write("/start")).content.words.text)
        walks.append(walk.seen)
        user.bot_harness.give_back()
    assert walks[0] == walks[1]


@pytest.mark.parametrize("short_way", [True, False])
async def test_errors_are_met_on_either_way(short_way: bool) -> None:
    """What breaks a tap or /start becomes the same screen."""

    class Broken:
        async def __call__(self, *_: object, **__: object) -> None:
            raise ZeroDivisionError

    world = World()
    shop = Shop(world.ports())
    await shop.open()
    user = BotHarness(shop, world, list_plans=Broken(), register_user=Broken()).new_user("ru")
    user.bot_harness.dispatcher.has_short_way = short_way
    failed = Translator("en").label("failed-toast"), Translator("ru").label("failed-toast")
    first = (await user.write("/start")).content.words.text
    await user.send_data("plans")
    assert len(user.toasts) == 1
    assert user.toasts[0] in failed
    assert re.sub(r"[0-9A-F]{8}", "#", user.text) == re.sub(r"[0-9A-F]{8}", "#", first)


@pytest.mark.parametrize(("state", "language"), list(zip(STATES, cycle(LANGUAGES), strict=False)))
async def test_every_button_is_answered_and_leads_on(state: str, language: str) -> None:
    """No silence, no dead end, and no screen further from home than three taps."""
    walk = await walked(state, language)
    walk.user.bot_harness.give_back()
    depths = walk.depths
    deep = {kind.split(":")[0] for kind, depth in depths.items() if depth > DEEPEST}
    assert {word for word in deep if KINDS[word].startswith(("See", "Ask"))} <= BEYOND
