"""The names of what the owner sets while the shop runs, and what is stored of each."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from orbit_domain.errors import Refusal
from orbit_domain.user.permission import Permission


class SettingKind(StrEnum):
    """What a value is: words for customers, a Telegram account, a link, ways to pay, on or off, an amount."""

    TEXT = "text"
    ACCOUNT = "account"
    LINK = "link"
    METHODS = "methods"
    SWITCH = "switch"
    AMOUNT = "amount"


class SettingName(StrEnum):
    """One setting. The words are in the database and in buttons, and stay."""

    WELCOME_RU = "welcome_ru"
    WELCOME_EN = "welcome_en"
    SUPPORT = "support"
    TERMS = "terms"
    PAYMENT_METHODS = "payment_methods"
    REFERRALS = "referrals"
    REFERRAL_INVITER = "referral_inviter"
    REFERRAL_INVITED = "referral_invited"

    @property
    def kind(self) -> SettingKind:
        """What its value is."""
        return _KINDS[self]

    @property
    def is_typed(self) -> bool:
        """Whether its value is a message, not a choice among buttons."""
        return self.kind not in (SettingKind.SWITCH, SettingKind.METHODS)

    @property
    def permission(self) -> Permission:
        """What allows to change it: words harm nobody, but for the rest money or trust may be lost."""
        return Permission.CHANGE_TEXTS if self.kind is SettingKind.TEXT else Permission.CHANGE_SETTINGS


_KINDS = {
    SettingName.WELCOME_RU: SettingKind.TEXT,
    SettingName.WELCOME_EN: SettingKind.TEXT,
    SettingName.SUPPORT: SettingKind.ACCOUNT,
    SettingName.TERMS: SettingKind.LINK,
    SettingName.PAYMENT_METHODS: SettingKind.METHODS,
    SettingName.REFERRALS: SettingKind.SWITCH,
    SettingName.REFERRAL_INVITER: SettingKind.AMOUNT,
    SettingName.REFERRAL_INVITED: SettingKind.AMOUNT,
}
ON, OFF = "on", "off"
"""The values of a switch."""


class Origin(StrEnum):
    """Where a value comes from: nobody has set it, the environment or `.env`, or someone while the shop ran."""

    DEFAULT = "default"
    ENVIRONMENT = "environment"
    STORED = "stored"


class SettingProblem(StrEnum):
    """Why what was typed isn't taken."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    BROKEN_HTML = "broken_html"
    ACCOUNT = "account"
    LINK = "link"
    METHODS = "methods"
    SWITCH = "switch"
    AMOUNT = "amount"
    LAST_METHOD = "last_method"


@dataclass(eq=False)
class NoSuchSetting(Refusal):
    """There is no setting of this name."""

    name: str


@dataclass(eq=False)
class SettingNotTaken(Refusal):
    """What was typed isn't a value of the setting. *maximum* is the limit of a length or of an amount in base units."""

    name: SettingName
    problem: SettingProblem
    maximum: int = 0


@dataclass(frozen=True, slots=True)
class StoredSetting:
    """A row: its name may be one that only a newer version knows."""

    name: str
    value: str
    changed_at: datetime
    changed_by: str


@dataclass(frozen=True, slots=True)
class SettingValue:
    """What a setting says now, what it would say without the stored value, and where it comes from."""

    name: SettingName
    value: str
    given: str
    given_origin: Origin
    stored: StoredSetting | None = None

    @property
    def origin(self) -> Origin:
        """Where the value comes from."""
        return self.given_origin if self.stored is None else Origin.STORED


def setting_subject(name: SettingName) -> str:
    """The subject of what staff does to the setting."""
    return f"setting:{name}"


def setting_named(name: str) -> SettingName:
    """The setting that was typed. Raises NoSuchSetting."""
    try:
        return SettingName(name)
    except ValueError:
        raise NoSuchSetting(name[:40]) from None
