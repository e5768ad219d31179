"""The simulated YooKassa: payments that are paid, declined or held, lists, refunds, keys that are forgotten."""

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from random import Random
from typing import Any, TypeVar

from orbit_domain.clock import Clock
from orbit_sandbox.provider_push import ProviderEvent
from orbit_sandbox.telegram.signal import Signal
from orbit_sandbox.yookassa.records import BankAnswer, RememberedCall, SimPayment, SimRefund
from orbit_sandbox.yookassa.requests import (
    YooKassaRefusal,
    check_receipt,
    check_redirect,
    limit,
    metadata,
    money,
    since,
    text,
)
from orbit_sandbox.yookassa.views import payment_view, refund_view

SHOP_ID = "424242"
SECRET_KEY = "sandbox-yookassa-key-that-opens-nothing"
KEY_REMEMBERED = timedelta(hours=24)
_MAX_KEY_CHARS = 64

Object = TypeVar("Object", SimPayment, SimRefund)


class SimYooKassa:
    """One shop's account. Time comes from *clock*, names from *seed*: a run can be repeated exactly.

    `url` is where it is served, `webhook_url` where it sends notifications, if anywhere. `is_test`: its payments are
    marked as test payments, as those of a test shop are. `refunds_wait`: refunds stay pending until `finish_refund`.
    `bank` is what becomes of charges without their customer.
    """

    def __init__(self, clock: Clock, seed: int = 0) -> None:
        self.clock = clock
        self.url = "http://127.0.0.1"
        self.webhook_url: str | None = None
        self.is_test = False
        self.refunds_wait = False
        self.bank_answer = BankAnswer.PAYS
        self.payments: dict[str, SimPayment] = {}
        self.refunds: dict[str, SimRefund] = {}
        self.events: list[ProviderEvent] = []
        self.signal = Signal()
        self._random = Random(f"yookassa {seed}")
        self._remembered: dict[tuple[str, str], RememberedCall] = {}
        self._made = 0

    # ---- what the shop calls

    def create_payment(self, key: str, body: Mapping[str, Any]) -> SimPayment:
        """The payment of that key, as it is now. Raises YooKassaRefusal for the same key with another body."""
        known = self._first_result("payment", key, body)
        if known is not None:
            return self.payments[known]
        saved = self._saved_method(body)
        if saved is None:
            check_redirect(body)
        units = money(body)
        check_receipt(body, units)
        payment = self._payment(units, "RUB", text(body, "description", 128), metadata(body))
        payment.saves_method = saved is None and body.get("save_payment_method") is True
        self._remember("payment", key, body, payment.id)
        if saved is not None:
            self._charge(payment, saved)
        return payment

    def payment(self, payment_id: str) -> SimPayment:
        """The payment of that id. Raises YooKassaRefusal."""
        if payment_id not in self.payments:
            raise YooKassaRefusal(404, "not_found")
        return self.payments[payment_id]

    def cancel(self, payment_id: str) -> SimPayment:
        """Give back what is held. Raises YooKassaRefusal for a payment of which nothing is held."""
        payment = self.payment(payment_id)
        if payment.status == "canceled":
            return payment
        if payment.status != "waiting_for_capture":
            raise YooKassaRefusal(400, "invalid_request", "payment_id")
        return self.decline(payment_id)

    def create_refund(self, key: str, body: Mapping[str, Any]) -> SimRefund:
        """Send a part of what was paid back, once for each key that is remembered. Raises YooKassaRefusal."""
        known = self._first_result("refund", key, body)
        if known is not None:
            return self.refunds[known]
        payment = self.payment(text(body, "payment_id", 64))
        units = money(body)
        check_receipt(body, units)
        if payment.status != "succeeded" or units > payment.units - payment.returned_units:
            raise YooKassaRefusal(400, "invalid_request", "amount")
        refund = SimRefund(
            self._name(), payment.id, units, "RUB", text(body, "description", 250), self.clock.now(), "pending"
        )
        self.refunds[refund.id] = refund
        payment.returned_units += units
        self._remember("refund", key, body, refund.id)
        if not self.refunds_wait:
            self.finish_refund(refund.id)
        return refund

    def list_payments(self, query: Mapping[str, str]) -> tuple[list[SimPayment], str | None]:
        """A page of payments, newest first, and the cursor of the next one. Raises YooKassaRefusal."""
        found = [one for one in self.payments.values() if query.get("status") in (None, one.status)]
        begin = since(query, "captured_at")
        if begin is not None:
            found = [one for one in found if one.captured_at is not None and one.captured_at >= begin]
        return _page(found, query)

    def list_refunds(self, query: Mapping[str, str]) -> tuple[list[SimRefund], str | None]:
        """A page of refunds, newest first, and the cursor of the next one. Raises YooKassaRefusal."""
        found = [one for one in self.refunds.values() if query.get("status") in (None, one.status)]
        found = [one for one in found if query.get("payment_id") in (None, one.payment_id)]
        begin = since(query, "created_at")
        return _page([one for one in found if begin is None or one.created_at >= begin], query)

    def _saved_method(self, body: Mapping[str, Any]) -> SimPayment | None:
        """The payment with which the way to pay was saved, if the shop wants to charge one. Raises YooKassaRefusal."""
        if "payment_method_id" not in body:
            return None
        saved = self.payments.get(text(body, "payment_method_id", 64))
        if saved is None or not saved.saves_method or saved.status != "succeeded" or body.get("capture") is not True:
            raise YooKassaRefusal(400, "invalid_request", "payment_method_id")
        return saved

    def _charge(self, payment: SimPayment, saved: SimPayment) -> None:
        """Charge what was saved, as its bank pleases."""
        payment.way, payment.wants_customer = saved.way, self.bank_answer is BankAnswer.WANTS_CUSTOMER
        match self.bank_answer:
            case BankAnswer.PAYS:
                self._change(payment, "succeeded")
            case BankAnswer.DECLINES:
                payment.cancelled_for = "insufficient_funds"
                self._change(payment, "canceled")
            case BankAnswer.REVOKES:
                saved.saves_method, payment.cancelled_for = False, "permission_revoked"
                self._change(payment, "canceled")

    # ---- what customers and their banks do

    def pay(self, payment_id: str, way: str = "bank_card", *, units: int | None = None) -> SimPayment:
        """Pay it on YooKassa's page, however late. *units*: another amount than was asked for, which never happens."""
        payment = self._open(payment_id)
        payment.units = payment.units if units is None else units
        payment.way = way
        return self._change(payment, "succeeded")

    def pay_again(self, payment_id: str, *, units: int | None = None, currency: str = "RUB") -> SimPayment:
        """A further payment for the same request, paid at once: a second attempt that nobody has stopped."""
        first = self.payment(payment_id)
        again = self._payment(first.units if units is None else units, currency, first.description, first.metadata)
        return self._change(again, "succeeded")

    def receive(self, units: int, comment: str = "", **words: str) -> SimPayment:
        """A payment that was made without this shop's asking, and which is paid."""
        paid = self._payment(units, "RUB", comment, words)
        return self._change(paid, "succeeded")

    def hold(self, payment_id: str) -> SimPayment:
        """Hold the money without taking it."""
        return self._change(self._open(payment_id), "waiting_for_capture")

    def decline(self, payment_id: str) -> SimPayment:
        """The bank says no, or what was held is given back."""
        payment = self.payment(payment_id)
        if payment.status == "succeeded":
            raise YooKassaRefusal(400, "invalid_request", "status")
        return self._change(payment, "canceled")

    def finish_refund(self, refund_id: str, status: str = "succeeded") -> None:
        """The refund comes to its end, one way or the other."""
        refund = self.refunds[refund_id]
        refund.status = status
        if status == "succeeded":
            self._tell("refund.succeeded", refund_view(refund))

    def _open(self, payment_id: str) -> SimPayment:
        payment = self.payment(payment_id)
        if payment.status != "pending":
            raise YooKassaRefusal(400, "invalid_request", "status")
        return payment

    def _payment(self, units: int, currency: str, description: str, words: Mapping[str, Any]) -> SimPayment:
        payment = SimPayment(
            self._name(), units, currency, description, dict(words), self.clock.now(), is_test=self.is_test
        )
        self.payments[payment.id] = payment
        return payment

    def _change(self, payment: SimPayment, status: str) -> SimPayment:
        payment.status = status
        payment.captured_at = self.clock.now() if status == "succeeded" else None
        self._tell(f"payment.{status}", payment_view(payment, SHOP_ID, self.url))
        return payment

    def _tell(self, event: str, view: Mapping[str, Any]) -> None:
        body = {"type": "notification", "event": event, "object": view}
        self.events.append(ProviderEvent(json.dumps(body).encode()))
        self.signal.send()

    # ---- idempotency

    def _first_result(self, kind: str, key: str, body: Mapping[str, Any]) -> str | None:
        if not 1 <= len(key) <= _MAX_KEY_CHARS:
            raise YooKassaRefusal(400, "invalid_request", "Idempotence-Key")
        call = self._remembered.get((kind, key))
        if call is None or self.clock.now() - call.at >= KEY_REMEMBERED:
            return None
        if call.fingerprint != _fingerprint(body):
            raise YooKassaRefusal(400, "invalid_request", "Idempotence-Key")
        return call.result

    def _remember(self, kind: str, key: str, body: Mapping[str, Any], result: str) -> None:
        self._remembered[kind, key] = RememberedCall(self.clock.now(), _fingerprint(body), result)

    def _name(self) -> str:
        """Names grow with time, as YooKassa's do."""
        self._made += 1
        return f"{0x30000000 + self._made:08x}-000f-5000-8000-{self._random.getrandbits(48):012x}"


def _page(found: list[Object], query: Mapping[str, str]) -> tuple[list[Object], str | None]:
    newest_first = sorted(found, key=lambda one: (one.created_at, one.id), reverse=True)
    begin = 0
    if "cursor" in query:
        names = [one.id for one in newest_first]
        if query["cursor"] not in names:
            raise YooKassaRefusal(400, "invalid_request", "cursor")
        begin = names.index(query["cursor"])
    end = begin + limit(query)
    return newest_first[begin:end], newest_first[end].id if end < len(newest_first) else None


def _fingerprint(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
