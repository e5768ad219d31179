"""The staff's menu: the log and the roles."""

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message
from dishka import FromDishka

from orbit_adapters.telegram.filters import Tapped
from orbit_adapters.telegram.screens.admin_menu import admin_screen, audit_screen
from orbit_adapters.telegram.screens.admin_staff import person_screen, role_given_screen, staff_screen
from orbit_adapters.telegram.screens.home import home_screen
from orbit_adapters.telegram.show import show
from orbit_adapters.telegram.staff_callbacks import (
    GiveRole,
    SeeAdmin,
    SeeAudit,
    SeePerson,
    SeeStaff,
)
from orbit_domain.ids import TelegramId
from orbit_domain.use_cases.change_role import ChangeRole, ShowStaff
from orbit_domain.use_cases.open_admin import OpenAdmin, ShowAudit
from orbit_domain.use_cases.show_home import ShowHome


def routes() -> Router:
    """The command, which isn't in the list that Telegram shows, and the buttons."""
    router = Router(name="admin")
    router.message.register(admin, Command("admin", ignore_case=True))
    router.callback_query.register(admin, Tapped(SeeAdmin))
    router.callback_query.register(audit, Tapped(SeeAudit))
    router.callback_query.register(staff, Tapped(SeeStaff))
    router.callback_query.register(person, Tapped(SeePerson))
    router.callback_query.register(give_role, Tapped(GiveRole))
    return router


async def admin(
    event: Message | CallbackQuery,
    tg_id: TelegramId,
    open_admin: FromDishka[OpenAdmin],
    show_home: FromDishka[ShowHome],
) -> None:
    """Show the menu. A user without a role sees home, as if there were no such command."""
    menu = await open_admin(tg_id)
    await show(event, admin_screen(menu) if menu else home_screen(await show_home(tg_id)))


async def audit(
    tap: CallbackQuery, callback_data: SeeAudit, tg_id: TelegramId, show_audit: FromDishka[ShowAudit]
) -> None:
    """Show a page of the log."""
    await show(tap, audit_screen(await show_audit(tg_id, callback_data.page)))


async def staff(tap: CallbackQuery, tg_id: TelegramId, show_staff: FromDishka[ShowStaff]) -> None:
    """Show everyone with a role."""
    await show(tap, staff_screen(await show_staff(tg_id)))


async def person(
    tap: CallbackQuery, callback_data: SeePerson, tg_id: TelegramId, show_staff: FromDishka[ShowStaff]
) -> None:
    """Show the roles to choose from."""
    await show(tap, person_screen(await show_staff.choice(tg_id, callback_data.person)))


async def give_role(
    tap: CallbackQuery,
    callback_data: GiveRole,
    tg_id: TelegramId,
    change_role: FromDishka[ChangeRole],
    show_staff: FromDishka[ShowStaff],
) -> None:
    """Change the role, and show everyone with one."""
    await change_role(tg_id, callback_data.person, callback_data.role)
    await show(tap, role_given_screen(await show_staff(tg_id)))
