"""The control desk's HTTP door: the page asks and acts here; everything is on loopback and only in the sandbox."""

import json
import zlib
from datetime import timedelta
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from orbit_domain.ids import TelegramId
from orbit_domain.payment.payment import Payment
from orbit_domain.storage import Storage
from orbit_sandbox.control_panel_state import control_panel_state
from orbit_sandbox.payer import Bill, PaymentScenario, pay
from orbit_sandbox.sandbox import Sandbox
from orbit_sandbox.telegram.refusals import BotApiRefusal, NoSuchButton

LONG_POLL_TURNS = 25
LONG_POLL_TURN_S = 0.7
LAST_DAY = timedelta(days=1)
_LONGEST_JUMP_S = 400 * 24 * 3600


class WorkerSwitch(Protocol):
    """The shop's background work, which the desk can kill and start again."""

    @property
    def running(self) -> bool:
        """Whether the worker lives."""

    async def kill(self) -> None:
        """Stop it where it stands, without any farewell."""

    async def start(self) -> None:
        """Start it again."""


class NewCustomer(BaseModel):
    """Who else wants to try the shop."""

    name: Annotated[str, Field(min_length=1, max_length=64)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Za-z]{2,4})?$")] = "ru"


class Said(BaseModel):
    """What a customer types."""

    customer: int
    text: Annotated[str, Field(min_length=1, max_length=4096)]


class Tapped(BaseModel):
    """Which button of which message."""

    customer: int
    message_id: int
    data: Annotated[str, Field(max_length=256)]


class Paid(BaseModel):
    """How the customer pays the newest bill."""

    customer: int
    how: PaymentScenario


class PaidInvoice(BaseModel):
    """Pay pressed on an invoice."""

    customer: int
    message_id: int


class ClockMove(BaseModel):
    """Let time pass: so many seconds, or until a day before the customer's period ends."""

    seconds: Annotated[int, Field(ge=0, le=_LONGEST_JUMP_S)] = 0
    to: Annotated[str, Field(pattern="^last_day$")] | None = None
    customer: int | None = None


class FaultSwitch(BaseModel):
    """Break something, for ever or a few times; or mend it."""

    name: Annotated[str, Field(max_length=64)]
    on: bool
    times: Annotated[int, Field(gt=0, le=1000)] | None = None


class WorkerMove(BaseModel):
    """Kill the worker, or start it."""

    running: bool


class ControlPanel:
    """What the page can do. It reads the shop's books through the same port as the shop."""

    def __init__(self, sandbox: Sandbox, storage: Storage, worker: WorkerSwitch) -> None:
        self.sandbox = sandbox
        self.storage = storage
        self.worker = worker

    async def state(self, customer: int, since: int) -> dict[str, Any]:
        """What the page shows; waits up to about twenty seconds while it is still what *since* stood for."""
        world = self.sandbox.telegram
        if customer in world.customers:
            world.mark_read(customer)
        state = await self._look(customer)
        for _ in range(LONG_POLL_TURNS):
            if state["version"] != since:
                break
            await world.signal.wait(world.signal.version, LONG_POLL_TURN_S)
            state = await self._look(customer)
        return {**state, "now": self.sandbox.clock.now().isoformat()}

    async def _look(self, customer: int) -> dict[str, Any]:
        state = await control_panel_state(self.sandbox, self.storage, self.worker.running, customer)
        return {**state, "version": zlib.crc32(json.dumps(state, sort_keys=True).encode())}

    async def pay(self, customer: int, how: PaymentScenario) -> None:
        """Pay the customer's newest bill. Raises HTTPException when there is none."""
        async with self.storage.transaction() as tx:
            payments = await tx.payments.of_user(TelegramId(customer), 1)
        if not payments:
            raise HTTPException(409, {"error": "nothing_to_pay"})
        pay(self.sandbox, customer, self._bill(payments[0]), how)

    async def move_clock(self, move: ClockMove) -> None:
        """Let time pass."""
        by = timedelta(seconds=move.seconds)
        if move.to is not None:
            by = await self._until_last_day(move.customer)
        self.sandbox.clock.advance(by)
        self.sandbox.telegram.signal.send()

    def _bill(self, payment: Payment) -> Bill:
        return Bill(payment.quote.due.units, payment.comment, payment.expires_at - self.sandbox.clock.now())

    async def _until_last_day(self, customer: int | None) -> timedelta:
        async with self.storage.transaction() as tx:
            subscription = await tx.subscriptions.get(TelegramId(customer or 0))
        if subscription.ends_at is None:
            raise HTTPException(409, {"error": "no_subscription"})
        left = subscription.ends_at - LAST_DAY + timedelta(minutes=1) - self.sandbox.clock.now()
        return max(timedelta(0), left)


def control_panel_routes(control_panel: ControlPanel) -> APIRouter:
    """The desk's routes, below `/sandbox`."""
    routes = APIRouter(prefix="/sandbox")
    _reading(routes, control_panel)
    _chatting(routes, control_panel)
    _steering(routes, control_panel)
    return routes


def _reading(routes: APIRouter, control_panel: ControlPanel) -> None:
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


def _chatting(routes: APIRouter, control_panel: ControlPanel) -> None:
    world = control_panel.sandbox.telegram

    @routes.post("/customers")
    async def new_customer(new: NewCustomer) -> dict[str, int]:
        customer = world.add_customer(new.name, new.language)
        return {"id": customer.id}

    @routes.post("/say")
    async def say(said: Said) -> dict[str, bool]:
        _known(control_panel, said.customer)
        world.say(said.customer, said.text)
        return {"ok": True}

    @routes.post("/tap")
    async def tap(tapped: Tapped) -> dict[str, bool]:
        _known(control_panel, tapped.customer)
        try:
            world.tap(tapped.customer, tapped.message_id, tapped.data)
        except NoSuchButton as error:
            raise HTTPException(409, {"error": "no_such_button"}) from error
        return {"ok": True}

    @routes.post("/pay_invoice")
    async def pay_invoice(paid: PaidInvoice) -> dict[str, bool]:
        _known(control_panel, paid.customer)
        try:
            world.pay_invoice(paid.customer, paid.message_id)
        except NoSuchButton as error:
            raise HTTPException(409, {"error": "no_such_button"}) from error
        return {"ok": True}


def _steering(routes: APIRouter, control_panel: ControlPanel) -> None:
    @routes.post("/pay")
    async def pay_bill(paid: Paid) -> dict[str, bool]:
        _known(control_panel, paid.customer)
        await control_panel.pay(paid.customer, paid.how)
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

    @routes.post("/heal")
    async def heal() -> dict[str, bool]:
        control_panel.sandbox.faults.heal()
        control_panel.sandbox.telegram.signal.send()
        return {"ok": True}

    @routes.post("/worker")
    async def worker(move: WorkerMove) -> dict[str, bool]:
        await (control_panel.worker.start() if move.running else control_panel.worker.kill())
        control_panel.sandbox.telegram.signal.send()
        return {"ok": True}


def _known(control_panel: ControlPanel, customer: int) -> None:
    if customer not in control_panel.sandbox.telegram.customers:
        raise HTTPException(404, {"error": "no_such_customer"})
