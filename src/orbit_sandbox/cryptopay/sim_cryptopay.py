"""The simulated Crypto Pay of one app: invoices that are paid once and whole, or not at all."""

import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal
from random import Random
from typing import Any

from orbit_domain.clock import Clock
from orbit_sandbox.cryptopay.records import CryptoInvoice
from orbit_sandbox.provider_push import ProviderEvent
from orbit_sandbox.telegram.signal import Signal

APP_ID = 12345
TOKEN = f"{APP_ID}:sandbox-token-that-opens-nothing"
MAX_EXPIRES_IN_S = 2_678_400
MAX_COUNT = 1000
PRICES = {
    "RUB": {"USDT": "80", "TON": "250"},
    "USD": {"USDT": "1", "TON": "3.125"},
    "EUR": {"USDT": "0.9", "TON": "2.8"},
}
"""What one coin costs in each currency."""
_FEE = Decimal("0.03")
_STEP = Decimal("0.00000001")
_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,8})?", re.ASCII)


class CryptoPayRefusal(Exception):
    """Crypto Pay refuses a request: the status and the name of its answer."""

    def __init__(self, status: int, name: str) -> None:
        super().__init__(name)
        self.status = status
        self.name = name


class SimCryptoPay:
    """One app's invoices. Time comes from *clock*, names from *seed*: a run can be repeated exactly.

    `page_url` is what the address of an invoice's page begins with, `webhook_url` where news is sent, if anywhere.
    """

    def __init__(self, clock: Clock, seed: int = 0) -> None:
        self.clock = clock
        self.page_url = "https://t.me/CryptoTestnetBot?start="
        self.webhook_url: str | None = None
        self.invoices: dict[int, CryptoInvoice] = {}
        self.events: list[ProviderEvent] = []
        self.signal = Signal()
        self._random = Random(f"crypto pay {seed}")
        self._next_id = 528_890

    # ---- what the app calls

    def create_invoice(self, query: Mapping[str, Any]) -> CryptoInvoice:
        """`createInvoice`: another invoice each time it is called. Raises CryptoPayRefusal."""
        is_fiat = query.get("currency_type", "crypto") == "fiat"
        name, known = ("fiat", set(PRICES)) if is_fiat else ("asset", set(PRICES["USD"]))
        if query.get(name) not in known:
            raise CryptoPayRefusal(400, f"{name.upper()}_INVALID")
        return self.add_invoice(
            _amount(query),
            fiat=query["fiat"] if is_fiat else None,
            asset=None if is_fiat else query["asset"],
            payload=_text(query, "payload", 4096),
            description=_text(query, "description", 1024),
            expires_in_s=_expires_in(query),
        )

    def get_invoices(self, query: Mapping[str, Any]) -> list[CryptoInvoice]:
        """`getInvoices`: a part of the list, the newest first. Raises CryptoPayRefusal."""
        offset, count = _whole(query, "offset", 0), _whole(query, "count", 100)
        if not 1 <= count <= MAX_COUNT:
            raise CryptoPayRefusal(400, "COUNT_INVALID")
        now, wanted = self.clock.now(), query.get("status")
        rows = [one for one in self.invoices.values() if wanted is None or one.status(now) == wanted]
        return sorted(rows, key=lambda one: one.id, reverse=True)[offset : offset + count]

    def delete_invoice(self, query: Mapping[str, Any]) -> None:
        """`deleteInvoice`: take it back unless it is paid. Raises CryptoPayRefusal."""
        invoice = self.invoices.get(_whole(query, "invoice_id", 0))
        if invoice is None or invoice.paid_at is not None:
            raise CryptoPayRefusal(400, "INVOICE_NOT_FOUND")
        del self.invoices[invoice.id]

    # ---- what customers do, and other software

    def add_invoice(
        self,
        amount: str,
        *,
        fiat: str | None = "RUB",
        asset: str | None = None,
        payload: str | None = None,
        description: str | None = None,
        expires_in_s: int | None = None,
    ) -> CryptoInvoice:
        """An invoice as any software with the app's token may make it."""
        now = self.clock.now()
        invoice = CryptoInvoice(
            id=self._next_id,
            hash=f"IV{self._random.getrandbits(60):015x}",
            amount=amount,
            fiat=fiat,
            asset=asset,
            payload=payload,
            description=description,
            created_at=now,
            expires_at=None if expires_in_s is None else now + timedelta(seconds=expires_in_s),
        )
        self._next_id += 1
        self.invoices[invoice.id] = invoice
        return invoice

    def by_hash(self, hash_: str) -> CryptoInvoice:
        """The invoice behind an address. Raises CryptoPayRefusal."""
        found = next((one for one in self.invoices.values() if one.hash == hash_), None)
        if found is None:
            raise CryptoPayRefusal(404, "INVOICE_NOT_FOUND")
        return found

    def pay(self, invoice: CryptoInvoice, coin: str = "USDT", *, paid_at: datetime | None = None) -> None:
        """Pay *invoice* whole, in its own coin or else in *coin*. Raises CryptoPayRefusal when it isn't active.

        With *paid_at* it was paid then, whatever its status is now: the provider is late to show it.
        """
        if paid_at is None and invoice.status(self.clock.now()) != "active":
            raise CryptoPayRefusal(400, "INVOICE_NOT_ACTIVE")
        invoice.paid_at = paid_at or self.clock.now()
        invoice.paid = _paid_fields(invoice, invoice.asset or coin)
        self.announce(invoice)

    def announce(self, invoice: CryptoInvoice) -> None:
        """Send the webhook of a paid invoice."""
        update = {
            "update_id": len(self.events),
            "update_type": "invoice_paid",
            "request_date": iso(self.clock.now()),
            "payload": self.shown(invoice),
        }
        self.events.append(ProviderEvent(json.dumps(update).encode()))
        self.signal.send()

    def shown(self, invoice: CryptoInvoice) -> dict[str, Any]:
        """The invoice as the API shows it: what it hasn't got is left out."""
        url = f"{self.page_url}{invoice.hash}"
        fields = {
            "invoice_id": invoice.id,
            "hash": invoice.hash,
            "currency_type": "fiat" if invoice.fiat else "crypto",
            "fiat": invoice.fiat,
            "asset": invoice.asset,
            "amount": invoice.amount,
            "pay_url": url,
            "bot_invoice_url": url,
            "description": invoice.description,
            "status": invoice.status(self.clock.now()),
            "created_at": iso(invoice.created_at),
            "allow_comments": False,
            "allow_anonymous": True,
            "expiration_date": None if invoice.expires_at is None else iso(invoice.expires_at),
            "payload": invoice.payload,
            "paid_at": None if invoice.paid_at is None else iso(invoice.paid_at),
            "comment": invoice.comment,
            **invoice.paid,
        }
        return {name: value for name, value in fields.items() if value is not None}


def iso(at: datetime) -> str:
    """A time as Crypto Pay writes it: 2026-02-18T15:12:54.682Z."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _paid_fields(invoice: CryptoInvoice, coin: str) -> dict[str, Any]:
    """What was paid for *invoice* in *coin*, and the provider's fee. The fee in dollars is a number, not a text."""
    if invoice.fiat is None:
        amount, price = Decimal(invoice.amount), None
    else:
        price = PRICES.get(invoice.fiat, PRICES["USD"]).get(coin, "1")
        amount = (Decimal(invoice.amount) / Decimal(price)).quantize(_STEP, ROUND_UP)
    fee = (amount * _FEE).quantize(_STEP, ROUND_UP)
    return {
        "paid_asset": coin,
        "paid_amount": _plain(amount),
        "paid_fiat_rate": price,
        "paid_usd_rate": PRICES["USD"].get(coin, "1"),
        "fee_asset": coin,
        "fee_amount": _plain(fee),
        "fee_in_usd": float(fee),
        "paid_anonymously": False,
    }


def _plain(amount: Decimal) -> str:
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _amount(query: Mapping[str, Any]) -> str:
    text = query.get("amount")
    if not isinstance(text, str) or _AMOUNT.fullmatch(text) is None or not Decimal(text):
        raise CryptoPayRefusal(400, "AMOUNT_INVALID")
    return _plain(Decimal(text))


def _text(query: Mapping[str, Any], name: str, max_chars: int) -> str | None:
    value = query.get(name)
    if value is not None and (not isinstance(value, str) or len(value) > max_chars):
        raise CryptoPayRefusal(400, f"{name.upper()}_INVALID")
    return value


def _expires_in(query: Mapping[str, Any]) -> int | None:
    value = query.get("expires_in")
    if value is not None and (type(value) is not int or not 1 <= value <= MAX_EXPIRES_IN_S):
        raise CryptoPayRefusal(400, "EXPIRES_IN_INVALID")
    return value


def _whole(query: Mapping[str, Any], name: str, default: int) -> int:
    text = str(query.get(name, default))
    if not (text.isascii() and text.isdigit() and len(text) <= 15):
        raise CryptoPayRefusal(400, f"{name.upper()}_INVALID")
    return int(text)
