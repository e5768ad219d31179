"""The HTTP API of the control panel, which the page calls. It listens on loopback and exists only in the sandbox."""

import json
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from orbit_domain.ids import TelegramId
from orbit_domain.payment.payment import Payment
from orbit_domain.storage import Storage
from orbit_sandbox.bank.payer import BankScenario, pay_invoice
from orbit_sandbox.control_panel_state import BANK, WALLET_METHODS, control_panel_state, newest_payment
from orbit_sandbox.payer import PaymentScenario, WalletInvoice, pay
from orbit_sandbox.sandbox import Sandbox
from orbit_sandbox.telegram.refusals import BotApiRefusal, NoSuchButton

LONG_POLL_READS = 25
LONG_POLL_WAIT_S = 0.7
LAST_DAY = timedelta(days=1)
_LONGEST_JUMP_S = 400 * 24 * 3600


class WorkerSwitch(Protocol):
    """The shop's worker, which the control panel can kill and start again."""

    @property
    def running(self) -> bool:
        """Whether the worker runs."""

    async def kill(self) -> None:
        """Stop it at once, without a graceful shutdown."""

    async def start(self) -> None:
        """Start it again."""


class NewCustomer(BaseModel):
    """A customer to add."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Za-z]{2,4})?$")] = "ru"


class SentText(BaseModel):
    """A message that a customer sends."""

    customer: int
    text: Annotated[str, Field(min_length=1, max_length=4096)]


class TappedButton(BaseModel):
    """A button that a customer taps, and its message."""

    customer: int
    message_id: int
    data: Annotated[str, Field(max_length=256)]


class WalletPayment(BaseModel):
    """How the customer pays the latest invoice in coins or USDT."""

    customer: int
    scenario: PaymentScenario


class BankPayment(BaseModel):
    """How the customer pays the latest invoice of the bank."""

    customer: int
    scenario: BankScenario


class InvoicePayment(BaseModel):
    """The Pay button of a Stars invoice."""

    customer: int
    message_id: int


class LinkPayment(BaseModel):
    """A link that opens an invoice in Stars."""

    customer: int
    url: Annotated[str, Field(max_length=256)]


class ClockMove(BaseModel):
    """Move the clock forward: by seconds, or to one day before the customer's subscription ends."""

    seconds: Annotated[int, Field(ge=0, le=_LONGEST_JUMP_S)] = 0
    to: Annotated[str, Field(pattern="^last_day$")] | None = None
    customer: int | None = None


class FaultSwitch(BaseModel):
    """Switch a fault on, permanently or for some uses; or switch it off."""

    name: Annotated[str, Field(max_length=64)]
    on: bool
    times: Annotated[int, Field(gt=0, le=1000)] | None = None


class WorkerState(BaseModel):
    """Whether the worker should run."""

    running: bool


class ControlPanel:
    """What the page can do. It reads the shop's database through the same port as the shop."""

    def __init__(self, sandbox: Sandbox, storage: Storage, worker: WorkerSwitch) -> None:
        self.sandbox = sandbox
        self.storage = storage
        self.worker = worker

    async def state(self, customer: int, since: int) -> dict[str, Any]:
        """What the page shows. Waits up to about twenty seconds while its version is still *since*."""
        telegram = self.sandbox.telegram
        if customer in telegram.customers:
            telegram.mark_read(customer)
        state = await self._versioned_state(customer)
        for _ in range(LONG_POLL_READS):
            if state["version"] != since:
                break
            await telegram.signal.wait(telegram.signal.version, LONG_POLL_WAIT_S)
            state = await self._versioned_state(customer)
        return {**state, "now": self.sandbox.clock.now().isoformat()}

    async def _versioned_state(self, customer: int) -> dict[str, Any]:
        state = await control_panel_state(self.sandbox, self.storage, self.worker.running, customer)
        return {**state, "version": zlib.crc32(json.dumps(state, sort_keys=True).encode())}

    async def pay(self, customer: int, scenario: PaymentScenario) -> None:
        """Pay the customer's latest invoice in coins or USDT. Raises HTTPException when there is none."""
        payment = await newest_payment(self.storage, TelegramId(customer), *WALLET_METHODS)
        if payment is None:
            raise HTTPException(409, {"error": "nothing_to_pay"})
        pay(self.sandbox, customer, self._invoice(payment), scenario)

    async def pay_bank(self, customer: int, scenario: BankScenario) -> None:
        """Pay the customer's latest invoice of the bank. Raises HTTPException when there is none."""
        payment = await newest_payment(self.storage, TelegramId(customer), BANK)
        if payment is None or payment.external_id not in self.sandbox.bank.invoices:
            raise HTTPException(409, {"error": "nothing_to_pay"})
        pay_invoice(self.sandbox.bank, payment.external_id, scenario)
        self.sandbox.telegram.signal.send()

    async def move_clock(self, move: ClockMove) -> None:
        """Move the clock forward."""
        by = timedelta(seconds=move.seconds)
        if move.to is not None:
            by = await self._until_last_day(move.customer)
        self.sandbox.clock.advance(by)
        self.sandbox.telegram.signal.send()

    def _invoice(self, payment: Payment) -> WalletInvoice:
        return WalletInvoice(payment.quote.due, payment.comment, payment.expires_at - self.sandbox.clock.now())

    async def _until_last_day(self, customer: int | None) -> timedelta:
        async with self.storage.transaction() as tx:
            subscription = await tx.subscriptions.get(TelegramId(customer or 0))
        if subscription.ends_at is None:
            raise HTTPException(409, {"error": "no_subscription"})
        left = subscription.ends_at - LAST_DAY + timedelta(minutes=1) - self.sandbox.clock.now()
        return max(timedelta(0), left)


def control_panel_routes(control_panel: ControlPanel) -> APIRouter:
    """The routes of the control panel, below `/sandbox`."""
    routes = APIRouter(prefix="/sandbox")
    _read_routes(routes, control_panel)
    _chat_routes(routes, control_panel)
    _action_routes(routes, control_panel)
    return routes


def _read_routes(routes: APIRouter, control_panel: ControlPanel) -> None:
    @routes.get("/state")
    async def state(customer: int = 0, since: int = -1) -> dict[str, Any]:
        return await control_panel.state(customer, since)

    @routes.get("/file/{file_id}")
    async def file(file_id: str) -> Response:
        try:
            stored = control_panel.sandbox.telegram.files.get(file_id)
        except BotApiRefusal as error:
            raise HTTPException(404, {"error": "no_such_file"}) from error
        return Response(stored.data, media_type=stored.mime)


def _chat_routes(routes: APIRouter, control_panel: ControlPanel) -> None:
    telegram = control_panel.sandbox.telegram

    @routes.post("/customers")
    async def new_customer(new: NewCustomer) -> dict[str, int]:
        customer = telegram.add_customer(new.name, new.language)
        return {"id": customer.id}

    @routes.post("/say")
    async def say(sent: SentText) -> dict[str, bool]:
        _require_customer(control_panel, sent.customer)
        telegram.say(sent.customer, sent.text)
        return {"ok": True}

    @routes.post("/tap")
    async def tap(tapped: TappedButton) -> dict[str, bool]:
        _require_customer(control_panel, tapped.customer)
        with _buttons_may_be_gone():
            telegram.tap(tapped.customer, tapped.message_id, tapped.data)
        return {"ok": True}

    @routes.post("/pay_invoice")
    async def pay_invoice(payment: InvoicePayment) -> dict[str, bool]:
        _require_customer(control_panel, payment.customer)
        with _buttons_may_be_gone():
            telegram.pay_invoice(payment.customer, payment.message_id)
        return {"ok": True}

    @routes.post("/pay_link")
    async def pay_link(payment: LinkPayment) -> dict[str, bool]:
        _require_customer(control_panel, payment.customer)
        with _buttons_may_be_gone():
            telegram.pay_link(payment.customer, payment.url)
        return {"ok": True}


@contextmanager
def _buttons_may_be_gone() -> Iterator[None]:
    """A button that the customer's chat doesn't have is a conflict, and the page says so."""
    try:
        yield
    except NoSuchButton as error:
        raise HTTPException(409, {"error": "no_such_button"}) from error


def _action_routes(routes: APIRouter, control_panel: ControlPanel) -> None:
    @routes.post("/pay")
    async def pay_from_wallet(payment: WalletPayment) -> dict[str, bool]:
        _require_customer(control_panel, payment.customer)
        await control_panel.pay(payment.customer, payment.scenario)
        return {"ok": True}

    @routes.post("/pay_bank")
    async def pay_bank(payment: BankPayment) -> dict[str, bool]:
        _require_customer(control_panel, payment.customer)
        await control_panel.pay_bank(payment.customer, payment.scenario)
        return {"ok": True}

    @routes.post("/clock")
    async def clock(move: ClockMove) -> dict[str, bool]:
        await control_panel.move_clock(move)
        return {"ok": True}

    @routes.post("/fault")
    async def fault(switch: FaultSwitch) -> dict[str, bool]:
        faults = control_panel.sandbox.faults
        if switch.name not in faults.known:
            raise HTTPException(404, {"error": "no_such_fault"})
        if switch.on:
            faults.turn_on(switch.name, switch.times)
        else:
            faults.turn_off(switch.name)
        control_panel.sandbox.telegram.signal.send()
        return {"ok": True}

    @routes.post("/clear_faults")
    async def clear_faults() -> dict[str, bool]:
        control_panel.sandbox.faults.clear()
        control_panel.sandbox.telegram.signal.send()
        return {"ok": True}

    @routes.post("/worker")
    async def worker(wanted: WorkerState) -> dict[str, bool]:
        await (control_panel.worker.start() if wanted.running else control_panel.worker.kill())
        control_panel.sandbox.telegram.signal.send()
        return {"ok": True}


def _require_customer(control_panel: ControlPanel, customer: int) -> None:
    if customer not in control_panel.sandbox.telegram.customers:
        raise HTTPException(404, {"error": "no_such_customer"})
