"""A Telegram account that pressed /start."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.money import Money
from orbit_domain.notice_settings.notice_settings import AS_NEW, NoticeSettings

LANGUAGES = ("ru", "en")
_RUSSIAN_SPEAKING = frozenset({"ru", "be", "uk", "kk", "ky", "uz", "tg", "hy", "az"})


class Role(StrEnum):
    """What a user may do beyond buying."""

    CUSTOMER = "customer"
    SUPPORT = "support"
    ADMIN = "admin"
    OWNER = "owner"


@dataclass(eq=False)
class NoSuchUser(Refusal):
    """No user with this id has pressed /start."""

    tg_id: TelegramId


@dataclass(eq=False)
class NoSuchLanguage(Refusal):
    """The shop doesn't speak this language."""

    language: str


@dataclass(eq=False)
class CustomerBanned(Refusal):
    """The shop sells this user nothing any more."""

    tg_id: TelegramId


@dataclass(eq=False)
class AccountDeleted(Refusal):
    """This user has deleted the account, and hasn't pressed /start since."""

    tg_id: TelegramId


@dataclass(eq=False)
class UserLocked(Refusal):
    """The database lets only its owner do that to a user: making an owner, or changing what isn't logged."""

    tg_id: TelegramId


@dataclass(frozen=True, slots=True)
class User:
    """Who buys. `balance` is the fold of the user's ledger account, in the base currency.

    With a `deleted_at` only orders, payments and the ledger are left, under a number without a name.
    """

    tg_id: TelegramId
    username: str | None
    language: str
    balance: Money
    role: Role
    referrer_id: TelegramId | None
    trial_used_at: datetime | None
    unreachable_at: datetime | None
    created_at: datetime
    banned_at: datetime | None = None
    notices: NoticeSettings = AS_NEW
    deleted_at: datetime | None = None

    @property
    def is_welcome(self) -> bool:
        """Whether the shop sells this user anything."""
        return self.banned_at is None and self.deleted_at is None

    def require_welcome(self) -> None:
        """Raises CustomerBanned for a banned user, AccountDeleted for one who is gone."""
        if self.banned_at is not None:
            raise CustomerBanned(self.tg_id)
        if self.deleted_at is not None:
            raise AccountDeleted(self.tg_id)


@dataclass(frozen=True, slots=True)
class NewUser:
    """The facts of a first /start."""

    tg_id: TelegramId
    username: str | None
    language: str
    referrer_id: TelegramId | None
    created_at: datetime


def language_for(telegram_code: str | None) -> str:
    """The shop's language for a Telegram client that says *telegram_code* (an IETF tag, or nothing)."""
    primary = (telegram_code or "").lower().replace("_", "-").split("-")[0]
    return "ru" if primary in _RUSSIAN_SPEAKING else "en"


def known_language(language: str) -> str:
    """*language* if the shop speaks it. Raises NoSuchLanguage."""
    if language not in LANGUAGES:
        raise NoSuchLanguage(language)
    return language
