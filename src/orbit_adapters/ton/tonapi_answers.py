"""The answers of tonapi v2, validated, as the same facts that the other index gives.

Field names after the service's open source (`blockchain_converters.go`): lt, values and times are numbers, hashes and
bodies hex. What is absent is left out: the predecessor of a first transaction, the source of a message from outside.
"""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.answers import STATUSES, Masterchain, Message, Tail, Transaction, address_of
from orbit_adapters.ton.strict_json import (
    MAX_COINS,
    MAX_LT,
    MAX_SECONDS,
    ZERO_HASH,
    MalformedAnswerError,
    flag,
    part,
    read_object,
    read_rows,
    text_of,
    whole,
)

_BOUNCES = {
    "TrPhaseBounceOk": "ok",
    "TrPhaseBounceNofunds": "nofunds",
    "TrPhaseBounceNegfunds": "negfunds",
}


def read_head(text: str, network: Network) -> Masterchain:
    """The answer of `masterchain-head`. Raises NotJsonError, MalformedAnswerError, also for another network."""
    head = read_object(text)
    if head.get("global_id") != network.global_id:
        raise MalformedAnswerError(f"the index reads another network than the {network}")
    seconds = whole(head, "gen_utime", MAX_SECONDS)
    return Masterchain(whole(head, "seqno", MAX_SECONDS), datetime.fromtimestamp(seconds, UTC))


def read_account(account: TonAddress, text: str, network: Network) -> Tail:
    """The answer about the state of *account*. Raises NotJsonError, MalformedAnswerError."""
    state = read_object(text)
    if address_of(state, "address", network) != account:
        raise MalformedAnswerError("the state of another account")
    lt = whole(state, "last_transaction_lt", MAX_LT) if state.get("last_transaction_lt") else 0
    tx_hash = _hex_hash(state, "last_transaction_hash") if lt else ZERO_HASH
    status = state.get("status")
    return Tail(lt, tx_hash, status if status in STATUSES else "unknown")


def read_history(account: TonAddress, final_until: datetime, text: str, network: Network) -> tuple[Transaction, ...]:
    """The rows about *account*; those after *final_until* aren't final. Raises NotJsonError, MalformedAnswerError."""
    rows = read_rows(text, "transactions", lambda row, raw: _transaction(row, raw, final_until, network))
    if any(row.account != account for row in rows):
        raise MalformedAnswerError("a row of another account")
    return tuple(rows)


def _transaction(row: Mapping[str, Any], raw: str, final_until: datetime, network: Network) -> Transaction:
    account = _address_in(row, "account", network)
    if account is None:
        raise MalformedAnswerError("a transaction without an account")
    in_msg = part(row, "in_msg")
    prev_lt = whole(row, "prev_trans_lt", MAX_LT) if row.get("prev_trans_lt") is not None else 0
    occurred_at = datetime.fromtimestamp(whole(row, "utime", MAX_SECONDS), UTC)
    return Transaction(
        account=account,
        lt=whole(row, "lt", MAX_LT),
        tx_hash=_hex_hash(row, "hash"),
        prev_lt=prev_lt,
        prev_hash=_hex_hash(row, "prev_trans_hash") if prev_lt else ZERO_HASH,
        occurred_at=occurred_at,
        mc_seqno=0,
        is_final=occurred_at <= final_until,
        is_ordinary=row.get("transaction_type") == "TransOrd",
        bounce=_bounce(row),
        in_msg=_message(in_msg, network) if in_msg is not None else None,
        out_msgs=_messages(row, network),
        raw=raw,
        is_executed=_is_executed(row),
        total_fees=_coins(row, "total_fees"),
        balance_after=_coins(row, "end_balance") if row.get("end_balance") is not None else None,
    )


def _is_executed(row: Mapping[str, Any]) -> bool:
    """Whether both phases say so, and nothing else does, as for the other index."""
    phases = (part(row, "compute_phase") or {}, part(row, "action_phase") or {})
    return row.get("aborted") is False and all(phase.get("success") is True for phase in phases)


def _coins(row: Mapping[str, Any], key: str) -> int:
    """Nanotons; none where the index has no such field."""
    return whole(row, key, MAX_COINS) if row.get(key) is not None else 0


def _bounce(row: Mapping[str, Any]) -> str | None:
    if row.get("bounce_phase") is None:
        return None
    known = _BOUNCES.get(text_of(row, "bounce_phase"))
    if known is None:
        raise MalformedAnswerError("bounce_phase is none that is known")
    return known


def _messages(row: Mapping[str, Any], network: Network) -> tuple[Message, ...]:
    messages = row.get("out_msgs")
    if not isinstance(messages, list) or not all(isinstance(message, dict) for message in messages):
        raise MalformedAnswerError("out_msgs is not a list of messages")
    return tuple(_message(message, network) for message in messages)


def _message(message: Mapping[str, Any], network: Network) -> Message:
    source, destination = _address_in(message, "source", network), _address_in(message, "destination", network)
    # Only messages between accounts carry coins.
    is_internal = source is not None and destination is not None
    extra = message.get("value_extra")
    if extra is not None and not isinstance(extra, list):
        raise MalformedAnswerError("value_extra is not a list")
    return Message(
        source=source,
        destination=destination,
        value=whole(message, "value", MAX_COINS) if is_internal else 0,
        bounced=flag(message, "bounced"),
        has_extra_currencies=bool(extra),
        body=_body(message),
        fees=_coins(message, "fwd_fee") + _coins(message, "ihr_fee"),
    )


def _address_in(row: Mapping[str, Any], key: str, network: Network) -> TonAddress | None:
    """The account in the object under *key*, None without one."""
    named = part(row, key)
    if named is None:
        return None
    address = address_of(named, "address", network)
    if address is None:
        raise MalformedAnswerError(f"{key} has no address")
    return address


def _body(message: Mapping[str, Any]) -> str | None:
    """The body as base64; an empty one isn't told."""
    if message.get("raw_body") is None:
        return None
    return base64.b64encode(_bytes_of(text_of(message, "raw_body"), "raw_body")).decode("ascii")


def _hex_hash(row: Mapping[str, Any], key: str) -> str:
    """A hash of 32 bytes, as 64 lower-case hex digits."""
    value = _bytes_of(text_of(row, key), key)
    if len(value) != 32:
        raise MalformedAnswerError(f"{key} is not a hash of 32 bytes")
    return value.hex()


def _bytes_of(digits: str, key: str) -> bytes:
    try:
        value = bytes.fromhex(digits)
    except ValueError:
        raise MalformedAnswerError(f"{key} is not hex digits") from None
    if len(value) * 2 != len(digits):  # Python reads blanks between digits too.
        raise MalformedAnswerError(f"{key} is not hex digits")
    return value
