"""Where users are kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.notice_settings.notice_settings import NoticeSettings
from orbit_domain.user.user import NewUser, Role, User


@dataclass(frozen=True, slots=True)
class Registered:
    """The user, and whether this /start was the first."""

    user: User
    is_new: bool


class NoSuchPayer(Exception):
    """There is no such payment, so no one pays it."""


class Users(Protocol):
    """Everyone who pressed /start. The balance is moved by the ledger alone."""

    async def add_if_absent(self, new: NewUser) -> Registered:
        """Record a first /start; a later one changes nothing. A referrer who is unknown or gone is not recorded."""

    async def get(self, tg_id: TelegramId) -> User | None:
        """The user, if known."""

    async def lock(self, tg_id: TelegramId) -> User:
        """The user, held until the transaction ends. Raises NoSuchUser."""

    async def lock_payer(self, payment_id: PaymentId) -> User:
        """The user whose payment it is, held until the transaction ends. Raises NoSuchPayer."""

    async def set_language(self, tg_id: TelegramId, language: str) -> None:
        """Speak *language* to this user from now on."""

    async def set_notices(self, tg_id: TelegramId, notices: NoticeSettings) -> None:
        """What this user wants to be told, and when."""

    async def set_trial_used(self, tg_id: TelegramId, at: datetime) -> None:
        """The one trial is spent."""

    async def set_unreachable(self, tg_id: TelegramId, at: datetime | None) -> None:
        """Telegram won't let us write to this user (since *at*), or will again (None)."""

    async def set_role(self, tg_id: TelegramId, role: Role) -> None:
        """What this user may do from now on; the log has it already, in this transaction.

        Raises UserLocked where that isn't so, or an owner is to be made, and the shop's database role is restricted.
        """

    async def set_banned(self, tg_id: TelegramId, at: datetime | None) -> None:
        """The shop sells this user nothing (since *at*), or does again (None); the log has it. Raises UserLocked."""

    async def erase(self, tg_id: TelegramId, at: datetime) -> None:
        """The name and the language are forgotten, and the account is deleted since *at*."""

    async def bring_back(self, tg_id: TelegramId, username: str | None, language: str) -> None:
        """The account isn't deleted any more."""

    async def staff(self) -> tuple[User, ...]:
        """Everyone whose recorded role isn't that of a customer, by id."""

    async def named(self, username: str, limit: int) -> tuple[User, ...]:
        """The users who had this username when they pressed /start first, whatever its capitals, by id."""
