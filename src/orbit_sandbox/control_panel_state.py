"""What the control panel shows, as plain JSON values."""

from typing import Any

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import Entry
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.transfer import Transfer
from orbit_domain.storage import Storage
from orbit_sandbox.sandbox import Sandbox
from orbit_sandbox.telegram.chat_view import chat_view, customers_view

_ENTRIES_SHOWN = 30
_TRANSFERS_SHOWN = 12


async def control_panel_state(
    sandbox: Sandbox, storage: Storage, worker_running: bool, customer: int
) -> dict[str, Any]:
    """Everything but the time, for one *customer*: chat, wallet, chain, VPN panel, faults, worker, ledger."""
    async with storage.transaction() as tx:
        payments = await tx.payments.of_user(TelegramId(customer), 1)
        transfers = await tx.transfers.newest(_TRANSFERS_SHOWN)
        entries = await tx.ledger.newest(_ENTRIES_SHOWN)
        check = await tx.ledger.check()
    telegram = sandbox.telegram
    return {
        "bot": {"name": "Orbit", "username": telegram.bot_username},
        "customers": customers_view(telegram),
        "chat": chat_view(telegram, customer),
        "wallet": _wallet(sandbox, customer, payments[0] if payments else None),
        "chain": {
            "seqno": len(sandbox.chain.account(sandbox.shop_wallet).transactions),
            "lag": sandbox.faults.is_on("chain.lag"),
            "transfers": [_transfer(transfer) for transfer in transfers],
        },
        "panel": {"accounts": _accounts(sandbox)},
        "faults": dict(sandbox.faults.state()),
        "worker": {"running": worker_running},
        "ledger": {
            "balanced": not (
                check.unbalanced
                or check.wrong_balances
                or check.missing_receipts
                or check.wrong_orders
                or check.wrong_receipts
            ),
            "entries": [_entry(entry) for entry in entries],
        },
    }


def _wallet(sandbox: Sandbox, customer: int, payment: Payment | None) -> dict[str, Any]:
    address = sandbox.wallet_of(customer)
    invoice = None
    if payment is not None:
        invoice = {
            "amount_nano": str(payment.quote.due.units),
            "address": sandbox.chain.friendly(sandbox.shop_wallet),
            "comment": payment.comment,
            "status": payment.status,
        }
    return {
        "address": sandbox.chain.friendly(address),
        "balance_nano": str(sandbox.chain.account(address).balance),
        "open_payment": invoice,
    }


def _accounts(sandbox: Sandbox) -> list[dict[str, Any]]:
    sandbox.panel.settle()
    return [
        {
            "username": user.username,
            "status": user.status,
            "expires_at": user.expire,
            "used_bytes": user.used_traffic,
            "limit_bytes": user.data_limit,
        }
        for user in sandbox.panel.users.values()
    ]


def _transfer(transfer: Transfer) -> dict[str, Any]:
    return {
        "lt": str(transfer.lt),
        "amount_nano": str(transfer.amount_units),
        "comment": transfer.comment.text,
        "kind": transfer.kind,
        "at": transfer.occurred_at.isoformat(),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    lines = [
        {"account": line.account, "units": str(line.units), "currency": line.currency.code} for line in entry.lines
    ]
    return {"kind": entry.kind, "ref": entry.ref, "at": entry.at.isoformat(), "lines": lines}
