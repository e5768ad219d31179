"""/start and its deep links, and the button that starts again after an account was deleted."""

from uuid import UUID

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import CallbackQuery, Message, User
from dishka import FromDishka

from orbit_adapters.telegram.account_callbacks import StartAgain
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.balance import topup_screen
from orbit_adapters.telegram.screens.checkout import checkout_screen
from orbit_adapters.telegram.screens.home import home_screen, unknown_link_screen
from orbit_adapters.telegram.screens.offered_gift import offered_gift_screen
from orbit_adapters.telegram.screens.promo import promo_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import OrderId, PlanCode, TelegramId
from orbit_domain.payment.amount import parse_amount
from orbit_domain.use_cases.apply_promo import ApplyPromo
from orbit_domain.use_cases.list_plans import ListPlans
from orbit_domain.use_cases.open_checkout import OpenCheckout
from orbit_domain.use_cases.register_user import RegisteredCustomer, RegisterUser
from orbit_domain.use_cases.show_checkout import ShowCheckout
from orbit_domain.use_cases.show_home import ShowHome
from orbit_domain.use_cases.show_statement import ShowStatement
from orbit_domain.use_cases.take_gift import LookAtGift
from orbit_entry.bot.private_chats import is_private

_INVITATION = r"ref_[0-9a-z]{1,13}\Z"
_PLAN = r"plan_[A-Za-z0-9_-]{1,32}\Z"
_PROMO = r"promo_[A-Za-z0-9_-]{1,58}\Z"
_GIFT = r"gift_[A-Za-z0-9_-]{1,58}\Z"
_ORDER = r"pay_[0-9a-f]{32}\Z"
# Telegram's links have no point: hundredths come behind a hyphen.
_TOP_UP = r"topup_[0-9]{1,9}(-[0-9]{1,2})?\Z"
_OURS = r"(ref|plan|promo|pay|topup|gift)_"


def plain_routes() -> Router:
    """/start alone, which most send: it is asked for first of all."""
    router = Router(name="plain start")
    router.message.register(start, is_plain)
    return router


def routes() -> Router:
    """The deep links, then what only looks like one of ours.

    Any other payload is a plain /start: so owners may name their advertisements as they like.
    """
    router = Router(name="start")
    router.message.register(invited, _link(_INVITATION))
    router.message.register(plan_link, _link(_PLAN))
    router.message.register(order_link, _link(_ORDER))
    router.message.register(promo_link, _link(_PROMO))
    router.message.register(top_up_link, _link(_TOP_UP))
    router.message.register(gift_link, _link(_GIFT))
    router.message.register(unknown_link, _link(_OURS))
    router.message.register(start, CommandStart(ignore_case=True))
    router.callback_query.register(start, Tapped(StartAgain))
    return router


async def is_plain(message: Message) -> bool:
    """Whether it is /start alone, in a private chat."""
    return (message.text or "").lower() == "/start" and is_private(message)


def _link(pattern: str) -> CommandStart:
    return CommandStart(deep_link=True, ignore_case=True, magic=F.args.regexp(pattern))


async def start(
    event: Message | CallbackQuery,
    event_from_user: User,
    register_user: FromDishka[RegisterUser],
    show_home: FromDishka[ShowHome],
) -> None:
    """Register the user and show home. Who is banned is told so: `TurnBannedAway` leaves /start to these handlers."""
    registered = await _welcome(register_user, event_from_user)
    await show(event, home_screen(await show_home.after_start(registered)))


async def invited(
    message: Message,
    command: CommandObject,
    event_from_user: User,
    register_user: FromDishka[RegisterUser],
    show_home: FromDishka[ShowHome],
) -> None:
    """Register the user with the inviter, and show home."""
    registered = await _welcome(register_user, event_from_user, _payload(command, "ref_"))
    await show(message, home_screen(await show_home.after_start(registered)))


async def plan_link(
    message: Message,
    command: CommandObject,
    event_from_user: User,
    tg_id: TelegramId,
    register_user: FromDishka[RegisterUser],
    list_plans: FromDishka[ListPlans],
    open_checkout: FromDishka[OpenCheckout],
) -> None:
    """Open the checkout of one plan, at today's price."""
    await _welcome(register_user, event_from_user)
    plans = await list_plans(tg_id)
    checkout = await open_checkout(tg_id, PlanCode(_payload(command, "plan_")), plans.nonce)
    await show(message, checkout_screen(checkout))


async def order_link(
    message: Message,
    command: CommandObject,
    event_from_user: User,
    tg_id: TelegramId,
    register_user: FromDishka[RegisterUser],
    show_checkout: FromDishka[ShowCheckout],
) -> None:
    """Show an order of the user."""
    await _welcome(register_user, event_from_user)
    checkout = await show_checkout(tg_id, OrderId(UUID(_payload(command, "pay_"))))
    await show(message, checkout_screen(checkout))


async def promo_link(
    message: Message,
    command: CommandObject,
    event_from_user: User,
    tg_id: TelegramId,
    register_user: FromDishka[RegisterUser],
    apply_promo: FromDishka[ApplyPromo],
) -> None:
    """Enter the code of the link."""
    await _welcome(register_user, event_from_user)
    await show(message, promo_screen(await apply_promo(tg_id, _payload(command, "promo_"))))


async def gift_link(
    message: Message,
    event_from_user: User,
    command: CommandObject,
    tg_id: TelegramId,
    register_user: FromDishka[RegisterUser],
    look_at_gift: FromDishka[LookAtGift],
) -> None:
    """Show the gift of the link."""
    await _welcome(register_user, event_from_user)
    await show(message, offered_gift_screen(await look_at_gift(tg_id, _payload(command, "gift_"))))


async def top_up_link(
    message: Message,
    command: CommandObject,
    event_from_user: User,
    tg_id: TelegramId,
    register_user: FromDishka[RegisterUser],
    show_statement: FromDishka[ShowStatement],
) -> None:
    """Ask how to put the amount of the link on the balance. An invoice is made by a tap alone."""
    await _welcome(register_user, event_from_user)
    statement = await show_statement(tg_id)
    amount = parse_amount(_payload(command, "topup_").replace("-", "."), statement.limits.currency)
    await show(message, topup_screen(statement, amount))


async def unknown_link(
    message: Message,
    event_from_user: User,
    register_user: FromDishka[RegisterUser],
    show_home: FromDishka[ShowHome],
) -> None:
    """Say that the link leads nowhere, and show home."""
    registered = await _welcome(register_user, event_from_user)
    await show(message, unknown_link_screen(await show_home.after_start(registered)))


async def _welcome(register_user: RegisterUser, user: User, invitation: str | None = None) -> RegisteredCustomer:
    """Know the user, who may have been gone. Raises CustomerBanned."""
    tg_id = TelegramId(user.id)
    known = await register_user(tg_id, user.username, user.language_code, invitation, comes_back=True)
    known.user.require_welcome()
    return known


def _payload(command: CommandObject, prefix: str) -> str:
    return (command.args or "").removeprefix(prefix)
