"""What the control panel shows, as plain JSON values."""

from typing import Any

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import Entry
from orbit_domain.money import Money
from orbit_domain.payment.payment import TON_METHOD, USDT_METHOD, Method, Payment
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.storage import Storage, Transaction
from orbit_sandbox.sandbox import Sandbox
from orbit_sandbox.telegram.chat_view import chat_view, customers_view
from orbit_sandbox.where_money_is import CustomerMoney, PaymentMoney, customer_money

BANK = Method("bank")
WALLET_METHODS = (TON_METHOD, USDT_METHOD)
_ENTRIES_SHOWN = 30
_TRANSFERS_SHOWN = 12
_PAYMENTS_SEARCHED = 50


async def control_panel_state(
    sandbox: Sandbox, storage: Storage, worker_running: bool, customer: int
) -> dict[str, Any]:
    """Everything but the time, for one *customer*: chat, money, wallet, bank, chain, VPN panel, faults and so on."""
    by_wallet = await newest_payment(storage, TelegramId(customer), *WALLET_METHODS)
    by_bank = await newest_payment(storage, TelegramId(customer), BANK)
    money = await customer_money(storage, TelegramId(customer))
    async with storage.transaction() as tx:
        records = await _transfers(tx, sandbox)
        entries = await tx.ledger.newest(_ENTRIES_SHOWN)
        check = await tx.ledger.check()
    telegram = sandbox.telegram
    return {
        "bot": {"name": "Orbit", "username": telegram.bot_username},
        "customers": customers_view(telegram),
        "chat": chat_view(telegram, customer),
        "money": _money(money),
        "wallet": _wallet(sandbox, customer, by_wallet),
        "bank": {"open_payment": _bank_invoice(sandbox, by_bank)},
        "chain": {
            "seqno": len(sandbox.chain.account(sandbox.shop_wallet).transactions),
            "lag": sandbox.faults.is_on("chain.lag"),
            "transfers": [_transfer(sandbox, record) for record in records],
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
                or check.unbooked_moves
                or check.wrong_payouts
            ),
            "entries": [_entry(entry) for entry in entries],
        },
    }


async def newest_payment(storage: Storage, customer: TelegramId, *methods: Method) -> Payment | None:
    """The customer's newest payment by one of *methods*, if there is one among the newest of all methods."""
    async with storage.transaction() as tx:
        payments = await tx.payments.of_user(customer, _PAYMENTS_SEARCHED)
    return next((payment for payment in payments if payment.method in methods), None)


async def _transfers(tx: Transaction, sandbox: Sandbox) -> list[SourceRecord]:
    """The newest ones of coins and of USDT."""
    sources = (sandbox.source, sandbox.usdt_source)
    found = [record for name in sources for record in await tx.source_records.newest(name, _TRANSFERS_SHOWN)]
    return sorted(found, key=lambda one: int(one.external_id), reverse=True)[:_TRANSFERS_SHOWN]


def _money(money: CustomerMoney) -> dict[str, Any]:
    return {
        "balance": _amount(money.balance) if money.balance else None,
        "payments": [_payment(one) for one in money.payments],
        "unmatched": [{"ref": receipt.ref, **_amount(receipt.amount)} for receipt in money.unmatched],
    }


def _payment(one: PaymentMoney) -> dict[str, Any]:
    return {
        "id": str(one.payment.id),
        "order": str(one.order.id) if one.order else None,
        "method": one.payment.method,
        "due": _amount(one.payment.quote.due),
        "arrived": _amount(one.arrived),
        "where": one.where,
        "at": one.payment.created_at.isoformat(),
    }


def _amount(amount: Money) -> dict[str, str]:
    return {"units": str(amount.units), "currency": amount.currency.code}


def _bank_invoice(sandbox: Sandbox, payment: Payment | None) -> dict[str, Any] | None:
    invoice = sandbox.bank.invoices.get(payment.external_id or "") if payment else None
    if payment is None or invoice is None:
        return None
    return {
        "amount": str(invoice.amount),
        "received": str(sandbox.bank.received(invoice)),
        "url": payment.address,
        "status": payment.status,
    }


def _wallet(sandbox: Sandbox, customer: int, payment: Payment | None) -> dict[str, Any]:
    address = sandbox.wallet_of(customer)
    invoice = None
    if payment is not None:
        invoice = {
            "units": str(payment.quote.due.units),
            "asset": payment.quote.asset.code,
            "address": sandbox.chain.friendly(sandbox.shop_wallet),
            "comment": payment.comment,
            "status": payment.status,
        }
    return {
        "address": sandbox.chain.friendly(address),
        "balance_nano": str(sandbox.chain.account(address).balance),
        "balance_usdt": str(sandbox.usdt.balance_of(address)),
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


def _transfer(sandbox: Sandbox, record: SourceRecord) -> dict[str, Any]:
    explorer = "testnet.tonviewer.com" if sandbox.chain.network == "testnet" else "tonviewer.com"
    return {
        "lt": record.external_id,
        "link": f"https://{explorer}/transaction/{record.digest}",
        "units": str(record.amount.units),
        "asset": record.amount.currency.code,
        "comment": record.comment.text,
        "kind": record.kind,
        "at": record.occurred_at.isoformat(),
    }


def _entry(entry: Entry) -> dict[str, Any]:
    lines = [
        {"account": line.account, "units": str(line.units), "currency": line.currency.code} for line in entry.lines
    ]
    return {"kind": entry.kind, "ref": entry.ref, "at": entry.at.isoformat(), "lines": lines}
