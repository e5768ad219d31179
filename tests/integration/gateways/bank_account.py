"""The shop's account at the simulated bank, and the real adapter over ASGI."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import httpx
from pydantic import SecretStr
from starlette.types import ASGIApp

from orbit_adapters.sandbox_bank.api import BankApi
from orbit_adapters.sandbox_bank.gateway import SandboxBankGateway
from orbit_adapters.sandbox_bank.settings import SandboxBankSettings
from orbit_adapters.sandbox_bank.source import SandboxBankSource
from orbit_domain.clock import Clock
from orbit_domain.payment.payment import Payment
from orbit_sandbox.bank.app import FAULTS, bank_app
from orbit_sandbox.bank.sim_bank import KEY, WEBHOOK_SECRET, SimBank
from orbit_sandbox.faults import Faults
from tests.support.clock import FakeClock

URL = "https://bank.example"
SETTINGS = SandboxBankSettings(url=URL, key=SecretStr(KEY), webhook_secret=SecretStr(WEBHOOK_SECRET))


@dataclass
class BankAccount:
    """The bank with its faults, and the gateway and the source under test. It plays both harnesses."""

    clock: FakeClock
    bank: SimBank
    faults: Faults
    gateway: SandboxBankGateway
    source: SandboxBankSource
    asks_provider = asks_about_payments = repeats_address = refunds_parts = True

    def requests(self) -> int:
        return len(self.bank.invoices)

    def refunded(self) -> int:
        return sum(refund.amount for refund in self.bank.refunds.values())

    def pay(self, payment: Payment, units: int) -> None:
        self.bank.pay(payment.external_id or "", units)

    def wait(self, by: timedelta) -> None:
        self.clock.at += by

    def deposit(self, units: int, comment: str) -> None:
        self.bank.transfer(units, comment)

    def stop_answering(self) -> None:
        self.faults.turn_on("bank.timeout")

    def lose_answers(self) -> None:
        self.faults.turn_on("bank.cut")

    def run_ahead(self) -> None:
        self.faults.turn_on("bank.future")

    def heal(self) -> None:
        self.faults.clear()


@asynccontextmanager
async def open_account(
    clock: FakeClock | None = None,
    shops_clock: Clock | None = None,
    page_limit: int = 4,
    over: Callable[[ASGIApp], httpx.AsyncBaseTransport] = httpx.ASGITransport,
    **changes: object,
) -> AsyncIterator[BankAccount]:
    """An account without history, reached *over* a transport; *changes* are settings that differ."""
    clock = clock or FakeClock()
    bank, faults = SimBank(clock), Faults(FAULTS)
    bank.url = URL
    settings = SETTINGS.model_copy(update=changes)
    async with httpx.AsyncClient(transport=over(bank_app(bank, faults))) as http:
        api = BankApi(settings, http)
        shops = shops_clock or clock
        yield BankAccount(
            clock, bank, faults, SandboxBankGateway(api, shops), SandboxBankSource(api, shops, page_limit)
        )
