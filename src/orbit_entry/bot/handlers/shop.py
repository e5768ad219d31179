"""From the plans to a paid order."""

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram import callbacks
from orbit_adapters.telegram.callbacks import BuyPlan, PayBalance, Renew, SeeCheckout, SeePlans
from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.checkout import checkout_screen
from orbit_adapters.telegram.screens.gifts import gift_screen
from orbit_adapters.telegram.screens.paid import paid_screen, trial_screen
from orbit_adapters.telegram.screens.plans import plans_screen
from orbit_adapters.telegram.show import show
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.list_plans import ListPlans
from orbit_domain.use_cases.open_checkout import OpenCheckout
from orbit_domain.use_cases.pay_from_balance import PayFromBalance
from orbit_domain.use_cases.renew_from_balance import RenewFromBalance
from orbit_domain.use_cases.show_checkout import ShowCheckout
from orbit_domain.use_cases.show_gift import ShowGift
from orbit_domain.use_cases.show_home import ShowHome
from orbit_domain.use_cases.start_trial import StartTrial


def routes() -> Router:
    """The routes to plans, orders and the trial."""
    router = Router(name="shop")
    router.message.register(plans, Command("buy", ignore_case=True))
    router.callback_query.register(plans, Tapped(SeePlans))
    router.callback_query.register(buy, Tapped(BuyPlan))
    router.callback_query.register(checkout, Tapped(SeeCheckout))
    router.callback_query.register(pay_balance, Tapped(PayBalance))
    router.callback_query.register(renew, Tapped(Renew))
    router.callback_query.register(trial, Tapped(callbacks.StartTrial))
    return router


async def plans(event: Message | CallbackQuery, tg_id: TelegramId, list_plans: FromDishka[ListPlans]) -> None:
    """Show the plans."""
    await show(event, plans_screen(await list_plans(tg_id)))


async def buy(
    tap: CallbackQuery, callback_data: BuyPlan, tg_id: TelegramId, open_checkout: FromDishka[OpenCheckout]
) -> None:
    """Open the order of a plan and show how to pay it."""
    await show(tap, checkout_screen(await open_checkout(tg_id, callback_data.plan, callback_data.nonce)))


async def checkout(
    tap: CallbackQuery, callback_data: SeeCheckout, tg_id: TelegramId, show_checkout: FromDishka[ShowCheckout]
) -> None:
    """Show an order."""
    await show(tap, checkout_screen(await show_checkout(tg_id, callback_data.order)))


async def pay_balance(
    tap: CallbackQuery,
    callback_data: PayBalance,
    tg_id: TelegramId,
    bot: Bot,
    pay_from_balance: FromDishka[PayFromBalance],
    show_home: FromDishka[ShowHome],
    show_gift: FromDishka[ShowGift],
) -> None:
    """Pay the order, then show the new balance and end, or the link of a gift."""
    order = await pay_from_balance(tg_id, callback_data.order)
    if order.is_gift:
        await show(tap, gift_screen(await show_gift(tg_id, order.id), (await bot.me()).username or ""))
        return
    await show(tap, paid_screen(order, await show_home(tg_id)))


async def renew(
    tap: CallbackQuery,
    callback_data: Renew,
    tg_id: TelegramId,
    renew_from_balance: FromDishka[RenewFromBalance],
    show_checkout: FromDishka[ShowCheckout],
    show_home: FromDishka[ShowHome],
) -> None:
    """Buy the current plan once more from the balance, then show the receipt; or how to pay what is missing."""
    order = await renew_from_balance(tg_id, callback_data.plan, callback_data.nonce)
    if order.is_open:
        await show(tap, checkout_screen(await show_checkout(tg_id, order.id)))
    else:
        await show(tap, paid_screen(order, await show_home(tg_id)))


async def trial(
    tap: CallbackQuery, tg_id: TelegramId, start_trial: FromDishka[StartTrial], show_home: FromDishka[ShowHome]
) -> None:
    """Start the trial, then show until when it lasts."""
    await start_trial(tg_id)
    await show(tap, trial_screen(await show_home(tg_id)))
