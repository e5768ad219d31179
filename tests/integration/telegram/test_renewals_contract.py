"""Whoever charges again by itself lets itself be stopped: Telegram over the simulated Bot API, and its twin."""

import pytest
from aiogram import Bot

from orbit_adapters.memory.renewals import MemoryRenewals
from orbit_adapters.stars.api import StarsApi
from orbit_adapters.stars.renewals import StarsRenewals
from orbit_domain.ids import TelegramId
from orbit_domain.payment.renewals import Renewals
from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.telegram.charging import charge_invoice
from orbit_sandbox.telegram.messages import Invoice
from orbit_sandbox.telegram.sim_telegram import SimTelegram
from orbit_testing.contracts.renewals import RenewalsContract
from tests.integration.telegram.bot_harness import TOKEN
from tests.integration.telegram.stars_shop import LosingSession


class TestMemoryRenewals(RenewalsContract):
    @pytest.fixture
    def renewals(self) -> Renewals:
        self.memory = MemoryRenewals()
        return self.memory

    async def begin(self, tg_id: TelegramId) -> str:
        self.memory.began[f"stx{tg_id}"] = tg_id
        return f"stx{tg_id}"

    def is_stopped(self, charge_id: str) -> bool:
        return charge_id in self.memory.stopped

    def lose_answers(self, *, lost: bool) -> None:
        self.memory.silent = lost


class TestStarsRenewals(RenewalsContract):
    @pytest.fixture
    def renewals(self) -> Renewals:
        self.telegram = SimTelegram(SandboxClock(), TOKEN, "orbit_sandbox_bot", seed=7)
        self.session = LosingSession(self.telegram)
        return StarsRenewals(StarsApi(Bot(TOKEN, session=self.session)))

    async def begin(self, tg_id: TelegramId) -> str:
        payer = self.telegram.add_customer("Vera", "ru", user_id=tg_id)
        return charge_invoice(self.telegram, payer, Invoice("T", "D", "p", 96, period_s=2_592_000)).id

    def is_stopped(self, charge_id: str) -> bool:
        return self.telegram.checkouts.subscriptions[charge_id].by_bot

    def lose_answers(self, *, lost: bool) -> None:
        self.session.lost = lost
