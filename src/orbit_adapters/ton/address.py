"""Accounts of the TON network and their text forms.

Raw form: workchain, colon, 64 hex digits. Friendly form: 36 bytes (tag, workchain, hash, CRC-16)
in either base64 alphabet, 48 characters. All forms name one account, so only (workchain, hash) is
compared and stored.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self

_RAW = re.compile(r"(0|-1):([0-9a-fA-F]{64})", re.ASCII)
_FRIENDLY = re.compile(r"[A-Za-z0-9+/]{48}|[A-Za-z0-9_-]{48}", re.ASCII)
_BOUNCEABLE = 0x11
_NON_BOUNCEABLE = 0x51
_TESTNET = 0x80


class Network(StrEnum):
    """The TON network. Testnet coins are worth nothing."""

    MAINNET = "mainnet"
    TESTNET = "testnet"

    @property
    def global_id(self) -> int:
        """The network's number in a masterchain block."""
        return -239 if self is Network.MAINNET else -3


class AddressError(ValueError):
    """The text is no address, or one of another network. The message says why and doesn't repeat the text."""


@dataclass(frozen=True, slots=True)
class TonAddress:
    """One account: `workchain` is 0 or -1, `account` the 32 bytes that name it there."""

    workchain: int
    account: bytes
    raw: str = field(init=False, compare=False)
    """The raw form with upper-case digits, as it is stored and compared: `0:AB…`."""

    def __post_init__(self) -> None:
        if self.workchain not in (0, -1) or len(self.account) != 32:
            raise AddressError("an account has workchain 0 or -1 and 32 bytes")
        object.__setattr__(self, "raw", f"{self.workchain}:{self.account.hex().upper()}")

    @classmethod
    def parse(cls, text: str, network: Network) -> Self:
        """Parse any form strictly: no blanks, one alphabet, known tag, right checksum.

        A form marked as testnet is refused on the mainnet. Raises AddressError.
        """
        raw = _RAW.fullmatch(text)
        if raw:
            return cls(int(raw[1]), bytes.fromhex(raw[2]))
        if not _FRIENDLY.fullmatch(text):
            raise AddressError("neither a raw nor a friendly address")
        packed = base64.b64decode(text.replace("-", "+").replace("_", "/"))
        if binascii.crc_hqx(packed[:34], 0) != int.from_bytes(packed[34:], "big"):
            raise AddressError("the checksum is wrong: a character is missing or mistyped")
        tag = packed[0]
        if tag & ~_TESTNET not in (_BOUNCEABLE, _NON_BOUNCEABLE):
            raise AddressError("an unknown kind of address")
        if tag & _TESTNET and network is not Network.TESTNET:
            raise AddressError("an address of the testnet")
        return cls(int.from_bytes(packed[1:2], "big", signed=True), packed[2:34])

    def friendly(self, network: Network, *, bounceable: bool) -> str:
        """The friendly form, URL-safe: `UQ…` keeps coins even at a new wallet, `EQ…` (bounceable) may return them."""
        tag = _BOUNCEABLE if bounceable else _NON_BOUNCEABLE
        if network is Network.TESTNET:
            tag |= _TESTNET
        packed = bytes([tag]) + self.workchain.to_bytes(1, "big", signed=True) + self.account
        checksum = binascii.crc_hqx(packed, 0).to_bytes(2, "big")
        return base64.urlsafe_b64encode(packed + checksum).decode("ascii")
