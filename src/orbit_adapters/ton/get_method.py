"""Asking a contract of the TON network: the stack that its get-methods take and give, as toncenter v3 writes it."""

import re
from collections.abc import Mapping
from typing import Any, Final

from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.boc import MAGIC, BocError
from orbit_adapters.ton.cell_slice import CellSlice, SliceError
from orbit_adapters.ton.comment import read_cell
from orbit_adapters.ton.strict_json import MalformedAnswerError, read_object, text_of

Stack = tuple[Mapping[str, Any], ...]

_AMOUNT: Final = re.compile("0x[0-9a-fA-F]{1,30}")
_CELLS: Final = ("cell", "slice")
_ENDED_WELL: Final = (0, 1)
# One cell without references, 267 bits in 34 bytes: the last of them ends with the mark and four zeros.
_ONE_CELL = MAGIC + bytes.fromhex("010101010024000043")
_STANDARD, _MARK, _PADDING = 0b100, 0b1, 4


def address_boc(address: TonAddress) -> bytes:
    """A bag of one cell that holds *address* alone."""
    workchain = address.workchain & 0xFF
    bits = (_STANDARD << 8 | workchain) << 256 | int.from_bytes(address.account, "big")
    return _ONE_CELL + ((bits << 1 | _MARK) << _PADDING).to_bytes(34, "big")


def read_stack(text: str, _network: Network) -> Stack:
    """The answer of `runGetMethod`. Raises NotJsonError, and MalformedAnswerError also when the contract failed."""
    answer = read_object(text)
    stack = answer.get("stack")
    if answer.get("exit_code") not in _ENDED_WELL:
        raise MalformedAnswerError("the contract gives no answer")
    if not isinstance(stack, list) or not all(isinstance(entry, dict) for entry in stack):
        raise MalformedAnswerError("the stack is not a list of entries")
    return tuple(stack)


def number_at(stack: Stack, place: int) -> int:
    """The number at *place*, from 0 up to what an amount can say. Raises MalformedAnswerError."""
    if place >= len(stack) or stack[place].get("type") != "num":
        raise MalformedAnswerError("no number where one belongs in the stack")
    digits = text_of(stack[place], "value")
    if not _AMOUNT.fullmatch(digits):
        raise MalformedAnswerError("something else than an amount is in the stack")
    return int(digits, 16)


def address_at(stack: Stack, place: int) -> TonAddress | None:
    """The account at *place*; None for nobody's. Raises MalformedAnswerError."""
    if place >= len(stack) or stack[place].get("type") not in _CELLS:
        raise MalformedAnswerError("no address where one belongs in the stack")
    try:
        return CellSlice(read_cell(text_of(stack[place], "value"))).address()
    except (BocError, SliceError):
        raise MalformedAnswerError("something else than an address is in the stack") from None
