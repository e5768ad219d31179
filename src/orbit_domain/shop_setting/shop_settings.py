"""What the shop's settings say together: the stored values over those that the environment gives."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from orbit_domain.money import Currency, Money
from orbit_domain.payment.amount import parse_amount
from orbit_domain.payment.payment import Method
from orbit_domain.referral.referral import ReferralTerms
from orbit_domain.shop_setting.checks import checked, named_methods
from orbit_domain.shop_setting.setting import (
    OFF,
    ON,
    Origin,
    SettingName,
    SettingNotTaken,
    SettingValue,
    StoredSetting,
)
from orbit_domain.user.user import LANGUAGES

DEFAULTS: Mapping[SettingName, str] = {
    **dict.fromkeys(SettingName, ""),
    SettingName.REFERRALS: OFF,
    SettingName.REFERRAL_INVITER: "0",
    SettingName.REFERRAL_INVITED: "0",
}
"""What a shop says that nobody has told anything."""


@dataclass(frozen=True, slots=True)
class ShopSettings:
    """*welcome* by language, as Telegram's HTML; *support* a username without `@`. Empty: the shop has none.

    *methods* are the ways to pay as they were arranged, *given_methods* as the environment names them.
    """

    welcome: Mapping[str, str]
    support: str
    terms: str
    methods: tuple[Method, ...]
    given_methods: tuple[Method, ...]
    referral: ReferralTerms

    @property
    def support_url(self) -> str:
        """Where customers may write to; empty without a support account."""
        return f"https://t.me/{self.support}" if self.support else ""

    def offered(self, known: Collection[Method]) -> tuple[Method, ...]:
        """The ways for new payments, in the order shown. *known* are those that are set up.

        Is none of the arranged ones set up any more, those of the environment count: a shop sells.
        """
        arranged = tuple(method for method in self.methods if method in known)
        return arranged or tuple(method for method in self.given_methods if method in known)


@dataclass(frozen=True, slots=True)
class GivenSettings:
    """What the process was started with, in the form in which values are stored. *named*: those of the environment."""

    values: Mapping[SettingName, str]
    base: Currency
    named: frozenset[SettingName] = frozenset()

    def value(self, name: SettingName, stored: Iterable[StoredSetting] = ()) -> SettingValue:
        """What *name* says over the *stored* rows. A row that can't be read counts as none."""
        given = self.values.get(name, DEFAULTS[name])
        origin = Origin.ENVIRONMENT if name in self.named else Origin.DEFAULT
        row = next((one for one in stored if one.name == name and self._is_readable(name, one.value)), None)
        return SettingValue(name, given if row is None else row.value, given, origin, row)

    def all(self, stored: Iterable[StoredSetting] = ()) -> ShopSettings:
        """What they say together."""
        rows = tuple(stored)
        values = {name: self.value(name, rows).value for name in SettingName}
        rewards = (
            parse_amount(values[name], self.base)
            for name in (SettingName.REFERRAL_INVITER, SettingName.REFERRAL_INVITED)
        )
        inviter, invited = (Money(reward.units, self.base) for reward in rewards)
        return ShopSettings(
            welcome={language: values[SettingName(f"welcome_{language}")] for language in LANGUAGES},
            support=values[SettingName.SUPPORT].removeprefix("@"),
            terms=values[SettingName.TERMS],
            methods=named_methods(values[SettingName.PAYMENT_METHODS]),
            given_methods=named_methods(self.value(SettingName.PAYMENT_METHODS).value),
            referral=ReferralTerms(values[SettingName.REFERRALS] == ON, inviter, invited),
        )

    def _is_readable(self, name: SettingName, value: str) -> bool:
        """Whether the value is one that this version would store; the ways to pay may have changed since."""
        try:
            return checked(name, value, self.base, named_methods(value)) == value
        except SettingNotTaken:
            return False


class CurrentSettings:
    """What holds now in this process: renewed when it saves, and every few seconds. Reading it costs nothing.

    It may be a few seconds old, so what moves money reads the rows in its own transaction. `has_trial`: whether the
    trial's plan is on sale, for the button at home.
    """

    def __init__(self, given: GivenSettings) -> None:
        self.given = given
        self.now = given.all()
        self.has_trial = True

    def renew(self, stored: Iterable[StoredSetting]) -> None:
        """From now on these rows hold."""
        self.now = self.given.all(stored)
