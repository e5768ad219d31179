"""A place in the history of an account, and its text in a cursor."""

from dataclasses import dataclass
from typing import Self

from orbit_adapters.ton.strict_json import ZERO_HASH


@dataclass(frozen=True, slots=True)
class ChainPosition:
    """Right behind the transaction *lt* with that hash. Lt 0 and a hash of zeros stand before the first one."""

    lt: int = 0
    tx_hash: str = ZERO_HASH

    @classmethod
    def parse(cls, text: str) -> Self:
        """What `str` made. Raises ValueError."""
        if not text:
            return cls()
        lt, _, tx_hash = text.partition(":")
        return cls(int(lt), tx_hash)

    def __str__(self) -> str:
        return f"{self.lt}:{self.tx_hash}" if self.lt else ""
