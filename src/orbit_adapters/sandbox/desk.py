"""The control desk's HTTP door: the page asks and acts here; everything is on loopback and only in the sandbox."""

import json
import zlib
from datetime import timedelta
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, HTTPException, Response
from pydantic import BaseModel, Field

from orbit_adapters.sandbox.desk_state import desk_state
from orbit_adapters.sandbox.payer import Bill, How, pay
from orbit_adapters.sandbox.sandbox import Sandbox
from orbit_adapters.sandbox.telegram.refusals import BotApiRefusal, NoSuchButton
from orbit_domain.ids import TelegramId
from orbit_domain.payment.payment import Payment
from orbit_domain.storage import Storage

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
    how: How


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


class Desk:
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
            await world.bell.wait(world.bell.version, LONG_POLL_TURN_S)
            state = await self._look(customer)
        return {**state, "now": self.sandbox.clock.now().isoformat()}

    async def _look(self, customer: int) -> dict[str, Any]:
        state = await desk_state(self.sandbox, self.storage, self.worker.running, customer)
        return {**state, "version": zlib.crc32(json.dumps(state, sort_keys=True).encode())}

    async def pay(self, customer: int, how: How) -> None:
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
        self.sandbox.telegram.bell.ring()

    def _bill(self, payment: Payment) -> Bill:
        return Bill(payment.quote.due.units, payment.comment, payment.expires_at - self.sandbox.clock.now())

    async def _until_last_day(self, customer: int | None) -> timedelta:
        async with self.storage.transaction() as tx:
            subscription = await tx.subscriptions.get(TelegramId(customer or 0))
        if subscription.ends_at is None:
            raise HTTPException(409, {"error": "no_subscription"})
        left = subscription.ends_at - LAST_DAY + timedelta(minutes=1) - self.sandbox.clock.now()
        return max(timedelta(0), left)


def desk_routes(desk: Desk) -> APIRouter:
    """The desk's routes, below `/sandbox`."""
    routes = APIRouter(prefix="/sandbox")
    _reading(routes, desk)
    _chatting(routes, desk)
    _steering(routes, desk)
    return routes


def _reading(routes: APIRouter, desk: Desk) -> None:
    @routes.get("/state")
    async def state(customer: int = 0, since: int = -1) -> dict[str, Any]:
        return await desk.state(customer, since)

    @routes.get("/file/{file_id}")
    async def file(file_id: str) -> Response:
        try:
            stored = desk.sandbox.telegram.files.get(file_id)
        except BotApiRefusal as error:
            raise HTTPException(404, {"error": "no_such_file"}) from error
        return Response(stored.data, media_type=stored.mime)


def _chatting(routes: APIRouter, desk: Desk) -> None:
    world = desk.sandbox.telegram

    @routes.post("/customers")
    async def new_customer(new: NewCustomer) -> dict[str, int]:
        customer = world.add_customer(new.name, new.language)
        return {"id": customer.id}

    @routes.post("/say")
    async def say(said: Said) -> dict[str, bool]:
        _known(desk, said.customer)
        world.say(said.customer, said.text)
        return {"ok": True}

    @routes.post("/tap")
    async def tap(tapped: Tapped) -> dict[str, bool]:
        _known(desk, tapped.customer)
        try:
            world.tap(tapped.customer, tapped.message_id, tapped.data)
        except NoSuchButton as error:
            raise HTTPException(409, {"error": "no_such_button"}) from error
        return {"ok": True}

    @routes.post("/pay_invoice")
    async def pay_invoice(paid: PaidInvoice) -> dict[str, bool]:
        _known(desk, paid.customer)
        try:
            world.pay_invoice(paid.customer, paid.message_id)
        except NoSuchButton as error:
            raise HTTPException(409, {"error": "no_such_button"}) from error
        return {"ok": True}


def _steering(routes: APIRouter, desk: Desk) -> None:
    @routes.post("/pay")
    async def pay_bill(paid: Paid) -> dict[str, bool]:
        _known(desk, paid.customer)
        await desk.pay(paid.customer, paid.how)
        return {"ok": True}

    @routes.post("/clock")
    async def clock(move: ClockMove) -> dict[str, bool]:
        await desk.move_clock(move)
        return {"ok": True}

    @routes.post("/fault")
    async def fault(switch: FaultSwitch) -> dict[str, bool]:
        faults = desk.sandbox.faults
        if switch.name not in faults.known:
            raise HTTPException(404, {"error": "no_such_fault"})
        if switch.on:
            faults.turn_on(switch.name, switch.times)
        else:
            faults.turn_off(switch.name)
        desk.sandbox.telegram.bell.ring()
        return {"ok": True}

    @routes.post("/heal")
    async def heal() -> dict[str, bool]:
        desk.sandbox.faults.heal()
        desk.sandbox.telegram.bell.ring()
        return {"ok": True}

    @routes.post("/worker")
    async def worker(move: WorkerMove) -> dict[str, bool]:
        await (desk.worker.start() if move.running else desk.worker.kill())
        desk.sandbox.telegram.bell.ring()
        return {"ok": True}


def _known(desk: Desk, customer: int) -> None:
    if customer not in desk.sandbox.telegram.customers:
        raise HTTPException(404, {"error": "no_such_customer"})
