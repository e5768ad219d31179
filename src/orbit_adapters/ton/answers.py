"""The answers of toncenter v3, validated, with exact numbers.

Field names after the index's open source (`models/blockchain.go`): lt, values and fees are decimal
strings, hashes base64, addresses raw in upper case, `source` null for a message from outside.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from orbit_adapters.ton.address import AddressError, Network, TonAddress
from orbit_adapters.ton.strict_json import (
    MAX_COINS,
    MAX_LT,
    MAX_SECONDS,
    ZERO_HASH,
    MalformedAnswerError,
    flag,
    hash_of,
    part,
    read_object,
    read_rows,
    text_of,
    whole,
)

STATUSES = ("active", "uninit", "frozen", "nonexist")


@dataclass(frozen=True, slots=True)
class Masterchain:
    """The newest masterchain block the index has read: everything in it and before is final."""

    seqno: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Tail:
    """The account's newest transaction according to its state; lt 0 and a hash of zeros before the first.

    `status` is one of the network's own words, or `unknown`.
    """

    lt: int
    tx_hash: str
    status: str


@dataclass(frozen=True, slots=True)
class Message:
    """A message that a transaction received or sent. `value` is nanotons, `body` base64 of a bag of cells.

    `fees` is what its sender paid for it on the way, in nanotons.
    """

    source: TonAddress | None
    destination: TonAddress | None
    value: int
    bounced: bool
    has_extra_currencies: bool
    body: str | None
    fees: int = 0


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction of one account. `bounce` is the bounce phase's type, None when there was none.

    `total_fees` is what it cost the account besides what its messages cost, `balance_before` and `balance_after` what
    the account held, None where the index doesn't say; all in nanotons. `is_executed`: the contract ran to its end, and
    all that it sent is on its way. `raw` is the row's original text.
    """

    account: TonAddress
    lt: int
    tx_hash: str
    prev_lt: int
    prev_hash: str
    occurred_at: datetime
    mc_seqno: int
    is_final: bool
    is_ordinary: bool
    bounce: str | None
    in_msg: Message | None
    out_msgs: tuple[Message, ...]
    raw: str
    is_executed: bool = False
    total_fees: int = 0
    balance_before: int | None = None
    balance_after: int | None = None

    @property
    def change(self) -> int | None:
        """By how much the account's balance changed, as its states say; None where one of them is unknown."""
        if self.balance_before is None or self.balance_after is None:
            return None
        return self.balance_after - self.balance_before


def read_masterchain(text: str, network: Network) -> Masterchain:
    """The answer of `masterchainInfo`. Raises NotJsonError, MalformedAnswerError, also for another network."""
    last = part(read_object(text), "last")
    if last is None:
        raise MalformedAnswerError("no last masterchain block")
    if last.get("global_id", network.global_id) != network.global_id:
        raise MalformedAnswerError(f"the index reads another network than the {network}")
    seconds = whole(last, "gen_utime", MAX_SECONDS)
    return Masterchain(whole(last, "seqno", MAX_SECONDS), datetime.fromtimestamp(seconds, UTC))


def read_tail(account: TonAddress, text: str, network: Network) -> Tail:
    """The answer of `accountStates` about *account*. Raises NotJsonError, MalformedAnswerError."""
    states = read_rows(text, "accounts", lambda state, _: state)
    if not states:
        return Tail(0, ZERO_HASH, "nonexist")
    state = states[0]
    if len(states) > 1 or address_of(state, "address", network) != account:
        raise MalformedAnswerError("the state of another account")
    lt = whole(state, "last_transaction_lt", MAX_LT) if state.get("last_transaction_lt") else 0
    tx_hash = hash_of(state, "last_transaction_hash") if lt else ZERO_HASH
    status = state.get("status")
    return Tail(lt, tx_hash, status if status in STATUSES else "unknown")


def read_transactions(account: TonAddress, text: str, network: Network) -> tuple[Transaction, ...]:
    """The answer of `transactions` about *account*. Raises NotJsonError, MalformedAnswerError."""
    rows = read_rows(text, "transactions", lambda row, raw: read_transaction(row, raw, network))
    if any(row.account != account for row in rows):
        raise MalformedAnswerError("a row of another account")
    return tuple(rows)


def read_transaction(row: Mapping[str, Any], raw: str, network: Network) -> Transaction:
    """Parse *row*. Raises MalformedAnswerError when a field that the amount depends on is missing or invalid."""
    description = part(row, "description") or {}
    bounce = part(description, "bounce")
    prev_lt = whole(row, "prev_trans_lt", MAX_LT)
    account = address_of(row, "account", network)
    if account is None:
        raise MalformedAnswerError("a transaction without an account")
    in_msg = part(row, "in_msg")
    return Transaction(
        account=account,
        lt=whole(row, "lt", MAX_LT),
        tx_hash=hash_of(row, "hash"),
        prev_lt=prev_lt,
        prev_hash=hash_of(row, "prev_trans_hash") if prev_lt else ZERO_HASH,
        occurred_at=datetime.fromtimestamp(whole(row, "now", MAX_SECONDS), UTC),
        mc_seqno=whole(row, "mc_block_seqno", MAX_SECONDS) if row.get("mc_block_seqno") is not None else MAX_SECONDS,
        is_final=row.get("finality") == "finalized" and not flag(row, "emulated"),
        is_ordinary=description.get("type") == "ord",
        bounce=text_of(bounce, "type") if bounce is not None else None,
        in_msg=_message(in_msg, network) if in_msg is not None else None,
        out_msgs=_messages(row, network),
        raw=raw,
        is_executed=_is_executed(description),
        total_fees=_coins(row, "total_fees"),
        balance_before=_balance(row, "account_state_before"),
        balance_after=_balance(row, "account_state_after"),
    )


def _is_executed(description: Mapping[str, Any]) -> bool:
    """Whether both phases say so, and nothing else does: coins stay without a contract, tokens don't."""
    phases = (part(description, "compute_ph") or {}, part(description, "action") or {})
    return description.get("aborted") is False and all(phase.get("success") is True for phase in phases)


def _coins(row: Mapping[str, Any], key: str) -> int:
    """Nanotons; none where the index has no such field."""
    return whole(row, key, MAX_COINS) if row.get(key) is not None else 0


def _balance(row: Mapping[str, Any], key: str) -> int | None:
    state = part(row, key)
    if state is None or state.get("balance") is None:
        return None
    return whole(state, "balance", MAX_COINS)


def _messages(row: Mapping[str, Any], network: Network) -> tuple[Message, ...]:
    messages = row.get("out_msgs")
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise MalformedAnswerError("out_msgs is not a list of messages")
    return tuple(_message(message, network) for message in messages)


def _message(message: Mapping[str, Any], network: Network) -> Message:
    source = address_of(message, "source", network)
    is_internal = source is not None and message.get("destination") is not None
    content = part(message, "message_content") or {}
    extra = part(message, "value_extra_currencies")
    return Message(
        source=source,
        destination=address_of(message, "destination", network),
        # Only messages between accounts carry coins; one from or to the outside has null here.
        value=whole(message, "value", MAX_COINS) if is_internal else 0,
        bounced=flag(message, "bounced"),
        has_extra_currencies=bool(extra),
        body=text_of(content, "body") if content.get("body") is not None else None,
        fees=_coins(message, "fwd_fee") + _coins(message, "ihr_fee"),
    )


def address_of(row: Mapping[str, Any], key: str, network: Network) -> TonAddress | None:
    """The account under *key*, None for null. Raises MalformedAnswerError."""
    if row.get(key) is None:
        return None
    try:
        return _parsed(text_of(row, key), network)
    except AddressError:
        raise MalformedAnswerError(f"{key} is not an address") from None


@lru_cache(maxsize=1024)
def _parsed(text: str, network: Network) -> TonAddress:
    """Our own account stands in every row twice, and payers come again."""
    return TonAddress.parse(text, network)
