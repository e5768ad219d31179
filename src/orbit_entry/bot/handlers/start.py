"""/start and its deep links."""

from uuid import UUID

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import Message, User
from dishka import FromDishka

from orbit_adapters.telegram.screens.checkout import checkout_screen
from orbit_adapters.telegram.screens.home import home_screen
from orbit_adapters.telegram.screens.promo import promo_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import OrderId, PlanCode, TelegramId
from orbit_domain.use_cases.apply_promo import ApplyPromo
from orbit_domain.use_cases.list_plans import ListPlans
from orbit_domain.use_cases.open_checkout import OpenCheckout
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.show_checkout import ShowCheckout
from orbit_domain.use_cases.show_home import ShowHome

_INVITATION = r"ref_[0-9a-z]{1,13}\Z"
_PLAN = r"plan_[A-Za-z0-9_-]{1,32}\Z"
_PROMO = r"promo_[A-Za-z0-9_-]{1,58}\Z"
_ORDER = r"pay_[0-9a-f]{32}\Z"


def routes() -> Router:
    """The deep links first; any other payload is a plain /start."""
    router = Router(name="start")
    router.message.register(invited, _link(_INVITATION))
    router.message.register(plan_link, _link(_PLAN))
    router.message.register(order_link, _link(_ORDER))
    router.message.register(promo_link, _link(_PROMO))
    router.message.register(start, CommandStart(ignore_case=True))
    return router


def _link(pattern: str) -> CommandStart:
    return CommandStart(deep_link=True, ignore_case=True, magic=F.args.regexp(pattern))


async def start(
    message: Message,
    event_from_user: User,
    tg_id: TelegramId,
    register_user: FromDishka[RegisterUser],
    show_home: FromDishka[ShowHome],
) -> None:
    """Register the user and show home. Who is banned is told so: `TurnBannedAway` leaves /start to these handlers."""
    (await register_user(tg_id, event_from_user.username, event_from_user.language_code)).user.require_welcome()
    await show(message, home_screen(await show_home(tg_id)))


async def invited(
    message: Message,
    command: CommandObject,
    event_from_user: User,
    tg_id: TelegramId,
    register_user: FromDishka[RegisterUser],
    show_home: FromDishka[ShowHome],
) -> None:
    """Register the user with the inviter, and show home."""
    code = _payload(command, "ref_")
    (await register_user(tg_id, event_from_user.username, event_from_user.language_code, code)).user.require_welcome()
    await show(message, home_screen(await show_home(tg_id)))


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
    (await register_user(tg_id, event_from_user.username, event_from_user.language_code)).user.require_welcome()
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
    (await register_user(tg_id, event_from_user.username, event_from_user.language_code)).user.require_welcome()
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
    (await register_user(tg_id, event_from_user.username, event_from_user.language_code)).user.require_welcome()
    await show(message, promo_screen(await apply_promo(tg_id, _payload(command, "promo_"))))


def _payload(command: CommandObject, prefix: str) -> str:
    return (command.args or "").removeprefix(prefix)
