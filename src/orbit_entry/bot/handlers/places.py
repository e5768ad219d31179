"""Links from the chats of the staff to a place: what the same button shows in the private chat."""

from collections.abc import Awaitable, Callable

from aiogram import F, Router
from aiogram.filters import CommandObject, CommandStart
from aiogram.types import Message
from dishka import FromDishka

from orbit_adapters.telegram.callback_data import Callback
from orbit_adapters.telegram.panel_callbacks import SeePanels
from orbit_adapters.telegram.places import PLACE, place_of
from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.admin_menu import admin_screen
from orbit_adapters.telegram.screens.cases import case_screen, cases_screen
from orbit_adapters.telegram.screens.customer_card import customer_card_screen
from orbit_adapters.telegram.screens.home import home_screen
from orbit_adapters.telegram.screens.panels import panels_screen
from orbit_adapters.telegram.screens.waiting_lists import nameless_screen, waiting_screen
from orbit_adapters.telegram.show import show
from orbit_adapters.telegram.staff_callbacks import SeeCustomer, SeeNameless, SeeWaiting
from orbit_adapters.telegram.support_callbacks import SeeCase, SeeCases
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.list_waiting import ShowNameless, ShowWaiting
from orbit_domain.use_cases.open_admin import OpenAdmin
from orbit_domain.use_cases.run_panels import ShowPanels
from orbit_domain.use_cases.show_cases import ListCases, ShowCase
from orbit_domain.use_cases.show_customer import ShowCustomer
from orbit_domain.use_cases.show_home import ShowHome


def routes() -> Router:
    """The deep links. This router comes before the one of /start."""
    router = Router(name="places")
    link = CommandStart(deep_link=True, ignore_case=True, magic=F.args.regexp(PLACE))
    router.message.register(case_place, link, _leads_to(SeeCase, SeeCases))
    router.message.register(money_place, link, _leads_to(SeeNameless, SeeWaiting))
    router.message.register(place, link)
    return router


def _leads_to(*kinds: type[Callback]) -> Callable[[Message, CommandObject], Awaitable[dict[str, Callback] | bool]]:
    async def leads(_: Message, command: CommandObject) -> dict[str, Callback] | bool:
        found = place_of(command.args or "")
        return {"found": found} if isinstance(found, kinds) else False

    return leads


async def case_place(
    message: Message,
    found: Callback,
    tg_id: TelegramId,
    list_cases: FromDishka[ListCases],
    show_case: FromDishka[ShowCase],
) -> None:
    """Show the case or the list of cases."""
    if isinstance(found, SeeCase):
        await show(message, case_screen(await show_case(tg_id, found.case)))
    else:
        await show(message, cases_screen(await list_cases(tg_id)))


async def money_place(
    message: Message,
    found: Callback,
    tg_id: TelegramId,
    show_nameless: FromDishka[ShowNameless],
    show_waiting: FromDishka[ShowWaiting],
) -> None:
    """Show the money without an owner, or the orders that wait."""
    if isinstance(found, SeeNameless):
        await show(message, nameless_screen(await show_nameless(tg_id)))
    else:
        await show(message, waiting_screen(await show_waiting(tg_id)))


async def place(
    message: Message,
    command: CommandObject,
    tg_id: TelegramId,
    show_customer: FromDishka[ShowCustomer],
    show_panels: FromDishka[ShowPanels],
    open_admin: FromDishka[OpenAdmin],
    show_home: FromDishka[ShowHome],
) -> None:
    """Show a customer, the panels, or the staff's menu; home to whoever has no role."""
    await show(message, await _screen(command, tg_id, show_customer, show_panels, open_admin, show_home))


async def _screen(
    command: CommandObject,
    tg_id: TelegramId,
    show_customer: ShowCustomer,
    show_panels: ShowPanels,
    open_admin: OpenAdmin,
    show_home: ShowHome,
) -> Screen:
    match place_of(command.args or ""):
        case SeeCustomer(customer=customer):
            return customer_card_screen(await show_customer(tg_id, customer))
        case SeePanels():
            return panels_screen(await show_panels(tg_id))
        case _:
            menu = await open_admin(tg_id)
            return admin_screen(menu) if menu else home_screen(await show_home(tg_id))
