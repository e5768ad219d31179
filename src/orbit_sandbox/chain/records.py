"""What the simulated chain stores: messages, transactions, accounts. Amounts are nanotons."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from orbit_sandbox.chain.cells import CellOut, to_boc

ZERO_HASH = bytes(32)


@dataclass(frozen=True, slots=True)
class SimMessage:
    """A message; `source` is None for an external message, signed by the account's owner.

    `newer_bounce`: its sender asked to get the whole body back when it bounces.
    """

    source: str | None
    destination: str
    value: int
    body: CellOut
    created_lt: int
    created_at: int
    bounce: bool = False
    bounced: bool = False
    fwd_fee: int = 0
    extra: Mapping[str, str] = field(default_factory=dict)
    newer_bounce: bool = False


@dataclass(frozen=True, slots=True)
class SimTransaction:
    """One transaction of one account. `bounce` is the type of its bounce phase, if it had one.

    `ran` is false when there was no contract to run; `succeeded` says whether it ended well.
    """

    account: str
    lt: int
    prev_lt: int
    prev_hash: bytes
    now: int
    mc_seqno: int
    in_msg: SimMessage
    out_msgs: tuple[SimMessage, ...]
    fees: int
    balance_before: int
    balance_after: int
    status_before: str
    status_after: str
    ran: bool = True
    succeeded: bool = True
    bounce: str | None = None
    hash: bytes = ZERO_HASH

    @property
    def aborted(self) -> bool:
        """Whether the contract failed or didn't run. The coins may have stayed all the same."""
        return not (self.ran and self.succeeded)

    def sealed(self) -> Self:
        """The same with its hash, which covers the predecessor's and so the whole history of the account."""
        content = (
            self.account, self.lt, self.prev_lt, self.prev_hash.hex(), self.now, self.mc_seqno, self.fees,
            self.balance_after, self.bounce, self.in_msg.source, self.in_msg.value, to_boc(self.in_msg.body).hex(),
            [(out.destination, out.value) for out in self.out_msgs],
        )  # fmt: skip
        return replace(self, hash=hashlib.sha256(repr(content).encode()).digest())


@dataclass(slots=True)
class SimAccount:
    """An account: `uninit` ones hold coins but have no contract, so nothing runs there."""

    address: str
    status: str
    balance: int
    transactions: list[SimTransaction] = field(default_factory=list)

    @property
    def last(self) -> tuple[int, bytes]:
        """Lt and hash of the newest transaction; zeros before the first."""
        return (self.transactions[-1].lt, self.transactions[-1].hash) if self.transactions else (0, ZERO_HASH)
