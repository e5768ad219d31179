"""What the environment says of the settings that the owner may change while the shop runs."""

from orbit_domain.shop_setting.checks import amount_text
from orbit_domain.shop_setting.setting import OFF, ON, SettingName
from orbit_domain.shop_setting.shop_settings import GivenSettings
from orbit_entry.config.settings import Settings

_FIELDS = {
    "support": SettingName.SUPPORT,
    "payment_methods": SettingName.PAYMENT_METHODS,
    "referrals": SettingName.REFERRALS,
    "referral_inviter": SettingName.REFERRAL_INVITER,
    "referral_invited": SettingName.REFERRAL_INVITED,
}


def given_settings(settings: Settings) -> GivenSettings:
    """The values of *settings* as they would be stored, and which of them someone has set."""
    inviter, invited = settings.referral_units
    values = {
        SettingName.SUPPORT: settings.support.removeprefix("@"),
        SettingName.PAYMENT_METHODS: ",".join(settings.shown_methods),
        SettingName.REFERRALS: ON if settings.referrals else OFF,
        SettingName.REFERRAL_INVITER: amount_text(inviter),
        SettingName.REFERRAL_INVITED: amount_text(invited),
    }
    # An empty variable says nothing.
    said = (field for field in settings.model_fields_set if getattr(settings, field) not in (None, ""))
    named = frozenset(_FIELDS[field] for field in said if field in _FIELDS)
    return GivenSettings(values, settings.base, named)
