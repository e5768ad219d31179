"""Plans that are given: the giver's screens, and the tap that takes a gift."""

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, User
from dishka import FromDishka

from orbit_adapters.telegram import gift_callbacks
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.gift_callbacks import (
    AskGiveUpGift,
    DropGiftMessage,
    GivePlan,
    OfferGifts,
    SeeGift,
    SeeGifts,
    SendGiftCard,
)
from orbit_adapters.telegram.screens.checkout import checkout_screen
from orbit_adapters.telegram.screens.gifts import (
    ask_give_up_screen,
    gift_card_screen,
    gift_plans_screen,
    gift_screen,
    gifts_screen,
    given_up_screen,
)
from orbit_adapters.telegram.screens.offered_gift import offered_gift_screen
from orbit_adapters.telegram.show import answer, edit_or_send, show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.give_up_gift import GiveUpGift
from orbit_domain.use_cases.list_plans import ListPlans
from orbit_domain.use_cases.open_gift import OpenGift
from orbit_domain.use_cases.show_gift import ListGifts, ShowGift
from orbit_domain.use_cases.take_gift import TakeGift
from orbit_domain.use_cases.write_gift_message import WriteGiftMessage


def routes() -> Router:
    """The routes of gifts, but for the link and the typed message."""
    router = Router(name="gifts")
    router.callback_query.register(gift_plans, Tapped(OfferGifts))
    router.callback_query.register(give, Tapped(GivePlan))
    router.callback_query.register(gifts, Tapped(SeeGifts))
    router.callback_query.register(gift, Tapped(SeeGift))
    router.callback_query.register(drop_message, Tapped(DropGiftMessage))
    router.callback_query.register(card, Tapped(SendGiftCard))
    router.callback_query.register(ask_give_up, Tapped(AskGiveUpGift))
    router.callback_query.register(give_up, Tapped(gift_callbacks.GiveUpGift))
    router.callback_query.register(take, Tapped(gift_callbacks.TakeGift))
    return router


async def gift_plans(tap: CallbackQuery, tg_id: TelegramId, list_plans: FromDishka[ListPlans]) -> None:
    """Show the plans that can be given."""
    await show(tap, gift_plans_screen(await list_plans(tg_id)))


async def give(
    tap: CallbackQuery,
    callback_data: GivePlan,
    event_from_user: User,
    tg_id: TelegramId,
    open_gift: FromDishka[OpenGift],
) -> None:
    """Open the order of a gift and show how to pay it."""
    checkout = await open_gift(tg_id, event_from_user.full_name, callback_data.plan, callback_data.nonce)
    await show(tap, checkout_screen(checkout))


async def gifts(tap: CallbackQuery, tg_id: TelegramId, list_gifts: FromDishka[ListGifts]) -> None:
    """Show what was given."""
    await show(tap, gifts_screen(await list_gifts(tg_id)))


async def gift(
    tap: CallbackQuery, callback_data: SeeGift, tg_id: TelegramId, bot: Bot, show_gift: FromDishka[ShowGift]
) -> None:
    """Show one gift, with its link."""
    view = await show_gift(tg_id, callback_data.order)
    await show(tap, gift_screen(view, (await bot.me()).username or ""))


async def drop_message(
    tap: CallbackQuery,
    callback_data: DropGiftMessage,
    tg_id: TelegramId,
    bot: Bot,
    write_gift_message: FromDishka[WriteGiftMessage],
    show_gift: FromDishka[ShowGift],
) -> None:
    """Take the words away, then show the gift."""
    await write_gift_message(tg_id, callback_data.order, None)
    view = await show_gift(tg_id, callback_data.order)
    await show(tap, gift_screen(view, (await bot.me()).username or ""))


async def card(
    tap: CallbackQuery, callback_data: SendGiftCard, tg_id: TelegramId, bot: Bot, show_gift: FromDishka[ShowGift]
) -> None:
    """Send the card as a message of its own, so that it can be forwarded."""
    view = await show_gift(tg_id, callback_data.order)
    await edit_or_send(tap, gift_card_screen(view, (await bot.me()).username or ""), None)
    await answer(tap)


async def ask_give_up(
    tap: CallbackQuery, callback_data: AskGiveUpGift, tg_id: TelegramId, show_gift: FromDishka[ShowGift]
) -> None:
    """Ask whether the gift is to be given up."""
    await show(tap, ask_give_up_screen(await show_gift(tg_id, callback_data.order)))


async def give_up(
    tap: CallbackQuery,
    callback_data: gift_callbacks.GiveUpGift,
    tg_id: TelegramId,
    give_up_gift: FromDishka[GiveUpGift],
) -> None:
    """Give the price back, then show the balance."""
    await show(tap, given_up_screen(await give_up_gift(tg_id, callback_data.order)))


async def take(
    tap: CallbackQuery,
    callback_data: gift_callbacks.TakeGift,
    event_from_user: User,
    tg_id: TelegramId,
    take_gift: FromDishka[TakeGift],
) -> None:
    """Take the gift, then show until when the time lasts."""
    taken = await take_gift(tg_id, event_from_user.full_name, callback_data.code)
    await show(tap, offered_gift_screen(taken))
