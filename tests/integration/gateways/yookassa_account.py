"""The shop's account at the simulated YooKassa, and the real adapter over ASGI."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx
from pydantic import SecretStr
from starlette.types import ASGIApp

from orbit_adapters.yookassa.api import YooKassaApi
from orbit_adapters.yookassa.gateway import YooKassaGateway
from orbit_adapters.yookassa.rows import COMMENT
from orbit_adapters.yookassa.settings import YooKassaSettings
from orbit_adapters.yookassa.source import YooKassaSource, payment_source, refund_source
from orbit_domain.payment.payment import Payment
from orbit_sandbox.faults import Faults
from orbit_sandbox.yookassa.app import FAULTS, yookassa_app
from orbit_sandbox.yookassa.sim_yookassa import SECRET_KEY, SHOP_ID, SimYooKassa
from tests.support.clock import FakeClock

URL = "https://yookassa.example"
SETTINGS = YooKassaSettings(
    shop_id=SHOP_ID, secret_key=SecretStr(SECRET_KEY), return_url="https://t.me/orbit_bot", api_url=URL
)


@dataclass
class YooKassaAccount:
    """YooKassa with its faults, and the gateway and the sources under test. It plays both harnesses.

    Nobody can pay a part at YooKassa, or twice: *pay* lets it show another amount, then a further attempt.
    """

    clock: FakeClock
    sim: SimYooKassa
    faults: Faults
    gateway: YooKassaGateway
    source: YooKassaSource
    refund_source: YooKassaSource
    http: httpx.AsyncClient
    asks_provider = asks_about_payments = repeats_address = refunds_parts = True

    def requests(self) -> int:
        return len(self.sim.payments)

    def refunded(self) -> int:
        return sum(refund.units for refund in self.sim.refunds.values())

    def pay(self, payment: Payment, units: int) -> None:
        name = payment.external_id or ""
        if self.sim.payment(name).status == "pending":
            self.sim.pay(name, units=units)
        else:
            self.sim.pay_again(name, units=units)

    def wait(self, by: timedelta) -> None:
        self.clock.at += by

    def deposit(self, units: int, comment: str) -> None:
        self.sim.receive(units, **{COMMENT: comment})

    def stop_answering(self) -> None:
        self.faults.turn_on("yookassa.timeout")

    def lose_answers(self) -> None:
        self.faults.turn_on("yookassa.cut")

    def run_ahead(self) -> None:
        self.faults.turn_on("yookassa.future")

    def heal(self) -> None:
        self.faults.clear()


@asynccontextmanager
async def open_account(
    clock: FakeClock | None = None,
    batch_rows: int = 4,
    over: Callable[[ASGIApp], httpx.AsyncBaseTransport] = httpx.ASGITransport,
    **changes: object,
) -> AsyncIterator[YooKassaAccount]:
    """An account without history, reached *over* a transport; *changes* are settings that differ."""
    clock = clock or FakeClock()
    sim, faults = SimYooKassa(clock), Faults(FAULTS)
    sim.url = URL
    settings = SETTINGS.model_copy(update=changes)
    async with httpx.AsyncClient(transport=over(yookassa_app(sim, faults))) as http:
        api = YooKassaApi(settings, http)
        gateway = YooKassaGateway(settings, api, clock)
        yield YooKassaAccount(
            clock, sim, faults, gateway, payment_source(api, clock, batch_rows), refund_source(api, clock), http
        )
