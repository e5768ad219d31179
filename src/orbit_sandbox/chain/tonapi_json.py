"""The JSON of tonapi v2 for a transaction, an account and a block, quirks included.

Addresses are raw in lower case, hashes and bodies are hex, amounts and logical times are numbers. What is absent is
left out rather than null: the predecessor of an account's first transaction, the source of a message from outside,
the comment of every third readable body. The block of a row is one of its shard; the masterchain's isn't named.
Field names after the service's open source (`blockchain_converters.go`).
"""

import hashlib

from orbit_sandbox.chain.cells import CellOut, to_boc
from orbit_sandbox.chain.records import ZERO_HASH, SimAccount, SimMessage, SimTransaction
from orbit_sandbox.chain.toncenter_json import Json

_BOUNCES = {"ok": "TrPhaseBounceOk", "nofunds": "TrPhaseBounceNofunds"}
_SHARD = "8000000000000000"
_NOT_SIMULATED = "00" * 32


def transaction_row(tx: SimTransaction) -> Json:
    """One element of `transactions`."""
    row: Json = {
        "hash": tx.hash.hex(),
        "lt": tx.lt,
        "account": address_object(tx.account),
        "success": not tx.aborted,
        "utime": tx.now,
        "orig_status": tx.status_before,
        "end_status": tx.status_after,
        "total_fees": tx.fees,
        "end_balance": tx.balance_after,
        "transaction_type": "TransOrd",
        "state_update_old": _NOT_SIMULATED,
        "state_update_new": _NOT_SIMULATED,
        "in_msg": _message(tx.in_msg, tx.lt),
        "out_msgs": [_message(out, tx.lt) for out in tx.out_msgs],
        "block": f"(0,{_SHARD},{tx.mc_seqno + 5_000_000})",
        "aborted": tx.aborted,
        "destroyed": False,
        "compute_phase": _compute_phase(tx),
        "storage_phase": {"fees_collected": 0, "status_change": "acst_unchanged"},
        "credit_phase": {"fees_collected": 0, "credit": tx.in_msg.value},
        "raw": to_boc(CellOut(tx.hash)).hex(),
    }
    if tx.prev_lt:
        row |= {"prev_trans_lt": tx.prev_lt, "prev_trans_hash": tx.prev_hash.hex()}
    if not tx.aborted:
        row["action_phase"] = _action_phase(tx)
    if tx.bounce is not None:
        row["bounce_phase"] = _BOUNCES[tx.bounce]
    return row


def account_object(account: SimAccount, newest: SimTransaction | None) -> Json:
    """The answer about an account, as of the transaction *newest*."""
    row: Json = {
        "address": account.address.lower(),
        "balance": newest.balance_after if newest else account.balance,
        "last_transaction_lt": newest.lt if newest else 0,
        "status": account.status,
        "storage": {
            "used_cells": 1,
            "used_bits": 1000,
            "used_public_cells": 0,
            "last_paid": newest.now if newest else 0,
            "due_payment": 0,
        },
    }
    if newest is not None:
        row["last_transaction_hash"] = newest.hash.hex()
    return row


def block_object(seqno: int, seconds: int, *, testnet: bool) -> Json:
    """A masterchain block."""
    digest = hashlib.sha256(f"block {seqno}".encode()).hexdigest()
    amounts = {"grams": 0, "other": []}
    flows = (
        "from_prev_blk", "to_next_blk", "imported", "exported", "fees_collected", "fees_imported", "recovered",
        "created", "minted",
    )  # fmt: skip
    flags = ("after_merge", "before_split", "after_split", "want_split", "want_merge", "key_block")
    counts = (
        "tx_quantity", "version", "start_lt", "end_lt", "vert_seqno", "gen_catchain_seqno", "min_ref_mc_seqno",
        "prev_key_block_seqno", "in_msg_descr_length", "out_msg_descr_length",
    )  # fmt: skip
    return {
        **dict.fromkeys(flags, False),
        **dict.fromkeys(counts, 0),
        "value_flow": dict.fromkeys(flows, amounts),
        "workchain_id": -1,
        "shard": _SHARD,
        "seqno": seqno,
        "root_hash": digest,
        "file_hash": digest,
        "global_id": -3 if testnet else -239,
        "gen_utime": seconds,
        "prev_refs": [f"(-1,{_SHARD},{seqno - 1})"],
        "rand_seed": _NOT_SIMULATED,
        "created_by": _NOT_SIMULATED,
    }


def address_object(address: str) -> Json:
    """An account as it is named inside other objects. The last two fields are the service's guesses."""
    return {"address": address.lower(), "is_scam": False, "is_wallet": True}


def _action_phase(tx: SimTransaction) -> Json:
    forwarding = sum(message.fwd_fee for message in tx.out_msgs)
    counted = {"total_actions": len(tx.out_msgs), "skipped_actions": 0}
    return {"success": True, "result_code": 0, **counted, "fwd_fees": forwarding, "total_fees": 0}


def _compute_phase(tx: SimTransaction) -> Json:
    if not tx.ran:
        return {"skipped": True, "skip_reason": "cskip_no_state"}
    exit_code = 0 if tx.succeeded else 9
    return {"skipped": False, "success": tx.succeeded, "gas_fees": tx.fees, "gas_used": 990, "exit_code": exit_code}


def _message(message: SimMessage, lt: int) -> Json:
    data = message.body.data
    row: Json = {
        "msg_type": "ext_in_msg" if message.source is None else "int_msg",
        "created_lt": message.created_lt,
        "ihr_disabled": True,
        "bounce": message.bounce,
        "bounced": message.bounced,
        "value": message.value,
        "fwd_fee": message.fwd_fee,
        "ihr_fee": 0,
        "import_fee": 0,
        "created_at": message.created_at,
        "hash": message.body.hash().hex(),
        "destination": address_object(message.destination),
        "raw_body": to_boc(message.body).hex(),
    }
    if message.source is not None:
        row["source"] = address_object(message.source)
    if message.extra:
        row["value_extra"] = [_extra_currency(number, units) for number, units in message.extra.items()]
    if len(data) >= 4:
        row["op_code"] = f"0x{data[:4].hex()}"
        row |= _decoded(data, lt)
    return row


def _decoded(data: bytes, lt: int) -> Json:
    """The service's own reading of a comment."""
    if data[:4] != ZERO_HASH[:4] or not lt % 3:
        return {}
    try:
        return {"decoded_op_name": "text_comment", "decoded_body": {"text": data[4:].decode("utf-8")}}
    except UnicodeDecodeError:
        return {}


def _extra_currency(number: str, units: str) -> Json:
    preview = {"id": int(number), "symbol": f"EC{number}", "decimals": 9, "image": ""}
    return {"amount": units, "preview": preview}
