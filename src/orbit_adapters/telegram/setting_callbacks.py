"""Callback data of the buttons of the shop's settings. The rules of `callbacks` hold here too."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from orbit_adapters.telegram.callback_data import Callback
from orbit_domain.payment.payment import Method
from orbit_domain.shop_setting.setting import SettingName


@dataclass(frozen=True, slots=True)
class SeeShopSettings(Callback):
    """Show what the owner may change while the shop runs."""

    word: ClassVar[str] = "setup"


@dataclass(frozen=True, slots=True)
class SeeCleanUp(Callback):
    """Show the data that nothing needs any more."""

    word: ClassVar[str] = "clean"


@dataclass(frozen=True, slots=True)
class StartCleanUp(Callback):
    """Have it forgotten now."""

    word: ClassVar[str] = "clean_go"


@dataclass(frozen=True, slots=True)
class SeeShopSetting(Callback):
    """Show this setting; where its value is typed, the next message is it."""

    name: SettingName
    word: ClassVar[str] = "setup_of"


@dataclass(frozen=True, slots=True)
class SaveSetting(Callback):
    """Save the open draft of that number."""

    request: UUID
    word: ClassVar[str] = "set_save"


@dataclass(frozen=True, slots=True)
class ResetSetting(Callback):
    """Forget the value of this setting: that of the environment holds again."""

    name: SettingName
    word: ClassVar[str] = "set_reset"


@dataclass(frozen=True, slots=True)
class SwitchSetting(Callback):
    """Turn this setting on or off."""

    name: SettingName
    value: str
    word: ClassVar[str] = "set_turn"


@dataclass(frozen=True, slots=True)
class SwitchMethod(Callback):
    """Offer this way to pay, or not."""

    method: Method
    value: str
    word: ClassVar[str] = "set_way"


@dataclass(frozen=True, slots=True)
class PlaceMethod(Callback):
    """Show this way to pay at that place, counted from zero."""

    method: Method
    position: int
    word: ClassVar[str] = "set_place"
