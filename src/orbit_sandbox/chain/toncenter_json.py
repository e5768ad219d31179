"""The JSON of toncenter v3 for a transaction and an account, quirks included.

Addresses are raw in upper case, hashes are base64, big numbers are decimal strings. Opcodes are hex strings,
although the API description says integer. `decoded` is null for every third readable comment.
"""

import base64
from typing import Any

from orbit_sandbox.chain.cells import to_boc
from orbit_sandbox.chain.records import SimAccount, SimMessage, SimTransaction

Json = dict[str, Any]


def base64_of(data: bytes) -> str:
    """Standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def transaction_json(tx: SimTransaction) -> Json:
    """One element of `transactions`."""
    from_outside = tx.in_msg.source is None
    return {
        "account": tx.account,
        "hash": base64_of(tx.hash),
        "lt": str(tx.lt),
        "now": tx.now,
        "mc_block_seqno": tx.mc_seqno,
        "trace_id": base64_of(tx.hash),
        "prev_trans_hash": base64_of(tx.prev_hash),
        "prev_trans_lt": str(tx.prev_lt),
        "orig_status": tx.status_before,
        "end_status": tx.status_after,
        "total_fees": str(tx.fees),
        "total_fees_extra_currencies": {},
        "description": _description(tx),
        "block_ref": {"workchain": 0, "shard": "8000000000000000", "seqno": tx.mc_seqno + 5_000_000},
        "in_msg": _message(tx.in_msg, tx.lt, from_outside=from_outside),
        "out_msgs": [_message(out, tx.lt, from_outside=False) for out in tx.out_msgs],
        "account_state_before": {"balance": str(tx.balance_before), "account_status": tx.status_before},
        "account_state_after": {"balance": str(tx.balance_after), "account_status": tx.status_after},
        "emulated": False,
        "finality": "finalized",
    }


def account_json(account: SimAccount, newest: SimTransaction | None) -> Json:
    """One element of `accounts` in accountStates, as of the transaction *newest*."""
    return {
        "address": account.address,
        "balance": str(newest.balance_after if newest else account.balance),
        "extra_currencies": {},
        "status": account.status,
        "last_transaction_lt": str(newest.lt) if newest else "0",
        "last_transaction_hash": base64_of(newest.hash if newest else bytes(32)),
    }


def masterchain_json(seqno: int, seconds: int, *, testnet: bool) -> Json:
    """The answer of masterchainInfo."""
    last = {
        "workchain": -1,
        "shard": "8000000000000000",
        "seqno": seqno,
        "global_id": -3 if testnet else -239,
        "gen_utime": str(seconds),
    }
    return {"last": last, "first": {**last, "seqno": 1, "gen_utime": "1577836800"}}


def _description(tx: SimTransaction) -> Json:
    compute: Json = {"skipped": True, "reason": "no_state"}
    if tx.ran:
        compute = {"skipped": False, "success": tx.succeeded, "gas_used": "990", "exit_code": 0 if tx.succeeded else 9}
    description: Json = {
        "type": "ord",
        "aborted": tx.aborted,
        "destroyed": False,
        "credit_first": not tx.in_msg.bounce,
        "storage_ph": {"storage_fees_collected": "0", "status_change": "unchanged"},
        "credit_ph": {"credit": str(tx.in_msg.value)},
        "compute_ph": compute,
    }
    if not tx.aborted:
        description["action"] = {"success": True, "result_code": 0, "msgs_created": len(tx.out_msgs)}
    if tx.bounce:
        description["bounce"] = {"type": tx.bounce}
    return description


def _message(message: SimMessage, lt: int, *, from_outside: bool) -> Json:
    opcode = int.from_bytes(message.body.data[:4], "big") if len(message.body.data) >= 4 else None
    text = _plain_text(message) if opcode == 0 and lt % 3 else None
    return {
        "hash": base64_of(message.body.hash()),
        "source": message.source,
        "destination": message.destination,
        "value": None if from_outside else str(message.value),
        "value_extra_currencies": dict(message.extra),
        "fwd_fee": None if from_outside else str(message.fwd_fee),
        "ihr_fee": None if from_outside else "0",
        "created_lt": None if from_outside else str(message.created_lt),
        "created_at": None if from_outside else str(message.created_at),
        "opcode": None if opcode is None else f"0x{opcode:08x}",
        "ihr_disabled": None if from_outside else True,
        "bounce": None if from_outside else message.bounce,
        "bounced": None if from_outside else message.bounced,
        "import_fee": "0" if from_outside else None,
        "message_content": {
            "hash": base64_of(message.body.hash()),
            "body": base64_of(to_boc(message.body)),
            "decoded": None if text is None else {"type": "text_comment", "comment": text},
        },
        "init_state": None,
    }


def _plain_text(message: SimMessage) -> str | None:
    try:
        return message.body.data[4:].decode("utf-8")
    except UnicodeDecodeError:
        return None
