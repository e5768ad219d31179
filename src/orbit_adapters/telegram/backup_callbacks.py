"""Callback data of the buttons about backups. The rules of `callbacks` hold here too."""

from dataclasses import dataclass
from typing import ClassVar

from orbit_adapters.telegram.callback_data import Callback


@dataclass(frozen=True, slots=True)
class SeeBackups(Callback):
    """Show the newest backups, and how far the one is that is being made."""

    word: ClassVar[str] = "backups"


@dataclass(frozen=True, slots=True)
class StartBackup(Callback):
    """Have one made now."""

    word: ClassVar[str] = "backup_go"
