"""Callback data of the buttons about renewal. The rules of `callbacks` hold here too."""

from dataclasses import dataclass
from typing import ClassVar

from orbit_adapters.telegram.callback_data import Callback
from orbit_domain.ids import PaymentId


@dataclass(frozen=True, slots=True)
class SeeAutoRenewal(Callback):
    """Show whether the subscription renews from the balance."""

    word: ClassVar[str] = "renewal"


@dataclass(frozen=True, slots=True)
class SwitchAutoRenewal(Callback):
    """Let the subscription renew from the balance (`on`), or not (`off`)."""

    turned: str
    word: ClassVar[str] = "autorenew"


@dataclass(frozen=True, slots=True)
class SeeRenewal(Callback):
    """Show the subscription that Telegram charges again."""

    word: ClassVar[str] = "again"


@dataclass(frozen=True, slots=True)
class AskStopRenewal(Callback):
    """Ask whether Telegram is to charge no more."""

    word: ClassVar[str] = "stop"


@dataclass(frozen=True, slots=True)
class StopRenewal(Callback):
    """Let Telegram charge no more for this payment."""

    payment: PaymentId
    word: ClassVar[str] = "stopped"


@dataclass(frozen=True, slots=True)
class AllowRenewal(Callback):
    """Let Telegram offer this payment's subscription again."""

    payment: PaymentId
    word: ClassVar[str] = "unstop"
