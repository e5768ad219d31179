"""Callback data of the buttons that end an account and begin it again. The rules of `callbacks` hold here too."""

from dataclasses import dataclass
from typing import ClassVar

from orbit_adapters.telegram.callback_data import Callback
from orbit_domain.use_cases.show_deletion import DeletionStamp


@dataclass(frozen=True, slots=True)
class SeeDeletion(Callback):
    """Show what deleting the account means."""

    word: ClassVar[str] = "leave"


@dataclass(frozen=True, slots=True)
class AskDeletion(Callback):
    """Ask whether the account is really to be deleted."""

    word: ClassVar[str] = "leaving"


@dataclass(frozen=True, slots=True)
class DeleteAccount(Callback):
    """Delete the account, as it was shown at *shown_at*, in seconds since 1970."""

    shown_at: int
    stamp: DeletionStamp
    word: ClassVar[str] = "erase"


@dataclass(frozen=True, slots=True)
class StartAgain(Callback):
    """Use the shop again after the account was deleted."""

    word: ClassVar[str] = "restart"
