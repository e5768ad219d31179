"""Callback data of the buttons with which customers add, name and delete their keys."""

from dataclasses import dataclass
from typing import ClassVar

from orbit_adapters.telegram.callback_data import Callback
from orbit_domain.access.own_keys import RegionStamp
from orbit_domain.ids import KeyId, Nonce


@dataclass(frozen=True, slots=True)
class OfferKey(Callback):
    """Ask where one more key is to be, or make it where there is nothing to choose."""

    nonce: Nonce
    word: ClassVar[str] = "newkey"


@dataclass(frozen=True, slots=True)
class AddKey(Callback):
    """Make one more key in this region. The nonce is that of the list of keys: one list makes one key."""

    nonce: Nonce
    region: RegionStamp
    word: ClassVar[str] = "addkey"


@dataclass(frozen=True, slots=True)
class AskKeyName(Callback):
    """Ask for a name for this key, which the user then types."""

    key: KeyId
    word: ClassVar[str] = "name"


@dataclass(frozen=True, slots=True)
class AskDeleteKey(Callback):
    """Ask whether this key is to be deleted."""

    key: KeyId
    word: ClassVar[str] = "askdel"


@dataclass(frozen=True, slots=True)
class DeleteKey(Callback):
    """Delete this key for ever."""

    key: KeyId
    word: ClassVar[str] = "delkey"


@dataclass(frozen=True, slots=True)
class PlaceAnywhere(Callback):
    """Let this key live in any region."""

    key: KeyId
    word: ClassVar[str] = "anyplace"
