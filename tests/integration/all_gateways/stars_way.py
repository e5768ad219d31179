"""Telegram Stars as a way to pay: taken inside Telegram, which asks the shop before."""

from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

from orbit_adapters.stars.api import StarsApi
from orbit_adapters.stars.gateway import StarsGateway
from orbit_adapters.stars.source import StarsSource
from orbit_domain.ids import PaymentId
from orbit_domain.money import RUB, STARS, BaseCurrency, Money
from orbit_domain.payment.payment import Method, Payment
from orbit_domain.payment.ports import Rates
from orbit_domain.payment.webhook import PaymentWebhook
from orbit_sandbox.telegram.checkouts import Charge
from orbit_sandbox.telegram.messages import Invoice
from orbit_sandbox.telegram.session import InProcessSession
from orbit_sandbox.telegram.sim_telegram import SimTelegram
from tests.integration.all_gateways.way_to_pay import Arrival, Disturbance
from tests.integration.gateways.stars_account import SETTINGS, TOKEN
from tests.support.clock import FakeClock, StillSandboxClock
from tests.support.port_hooks import CallHook

_AHEAD_S = 86_400
_LIST = "getStarTransactions"


class DisturbedSession(InProcessSession):
    """Telegram in this process: each request is a call that the process may die at, and may be disturbed."""

    def __init__(self, telegram: SimTelegram, hook: CallHook) -> None:
        super().__init__(telegram)
        self.ahead: Counter[Disturbance] = Counter()
        self.happened: Counter[Disturbance] = Counter()
        self._hook = hook

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        await self._hook.on_call()
        if self._happens(Disturbance.SILENCE):
            raise TelegramNetworkError(method, "down")
        answer: Any = await super().make_request(bot, method, timeout)
        if method.__api_method__ == _LIST:
            answer = {"transactions": self._disturbed(answer["transactions"])}
        if self._happens(Disturbance.LOST_ANSWER):
            raise TelegramNetworkError(method, "lost")
        await self._hook.on_call()
        return answer  # type: ignore[no-any-return]

    def _disturbed(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len(rows) >= 3 and self._happens(Disturbance.HOLE):
            rows = [*rows[: len(rows) // 2], *rows[len(rows) // 2 + 1 :]]
        if rows and self._happens(Disturbance.HIDDEN_TAIL):
            rows = rows[:-1]
        if rows and self._happens(Disturbance.DUPLICATE):
            rows = [row for row in rows for _ in range(2)]
        if len(rows) >= 2 and self._happens(Disturbance.SHUFFLE):
            rows = rows[::-1]
        if rows and self._happens(Disturbance.AHEAD):
            rows = [row | {"date": row["date"] + _AHEAD_S} for row in rows]
        return rows

    def _happens(self, what: Disturbance) -> bool:
        if not self.ahead[what]:
            return False
        self.ahead[what] -= 1
        self.happened[what] += 1
        return True


class StarsWay:
    """Telegram takes a whole invoice at once. Whoever pays asks the shop first (`AnswerPreCheckout`)."""

    webhook: PaymentWebhook | None = None

    def __init__(self, clock: FakeClock, hook: CallHook, rates: Rates) -> None:
        self.clock = StillSandboxClock(clock)
        self.telegram = SimTelegram(self.clock, TOKEN, "orbit_sandbox_bot", seed=7)
        self.session = DisturbedSession(self.telegram, hook)
        self.taken_back: set[str] = set()
        api = StarsApi(Bot(TOKEN, session=self.session))
        self.gateway = StarsGateway(SETTINGS, BaseCurrency(RUB), api, rates, clock)
        self.sources = (StarsSource(api, clock),)

    @property
    def method(self) -> Method:
        """Its name in the database."""
        return self.gateway.method

    def pay(self, payment: Payment, units: int) -> None:
        self._charge(payment.tg_id, units, payment.external_id or "")

    def pay_nameless(self, units: int, words: str) -> None:
        self._charge(7_000_000, units, words)

    def pay_in_another_asset(self, payment: Payment) -> None:
        """In Telegram nothing but Stars is taken."""

    def take_back(self, payment: Payment) -> None:
        for charge in list(self.telegram.checkouts.charges.values()):
            if charge.invoice.payload == payment.external_id and charge.refunded_at is None:
                self.telegram.checkouts.refund(charge.payer.id, charge.id, self.clock.now())
                self.taken_back.add(charge.id)

    def arrivals(self) -> Sequence[Arrival]:
        source = self.sources[0].name
        charges = self.telegram.checkouts.charges.values()
        return [Arrival(source, one.id, Money(one.invoice.stars, STARS), one.at) for one in charges]

    def held(self) -> int | None:
        return self.telegram.checkouts.balance()

    def sent_back(self) -> Mapping[PaymentId, int]:
        sent = Counter[PaymentId]()
        for charge in self.telegram.checkouts.charges.values():
            if charge.refunded_at is not None and charge.id not in self.taken_back:
                sent[PaymentId(UUID(charge.invoice.payload))] += charge.invoice.stars
        return sent

    def news(self) -> Sequence[bytes]:
        return ()

    def headers(self, body: bytes) -> Mapping[str, str]:
        return {}

    def disturb(self, what: Disturbance, times: int = 1) -> None:
        self.session.ahead[what] = times

    def disturbed(self) -> Counter[Disturbance]:
        return Counter(self.session.happened)

    def heal(self) -> None:
        self.session.ahead.clear()

    def _charge(self, payer_id: int, units: int, payload: str) -> None:
        charges = self.telegram.checkouts.charges
        payer = self.telegram.customers.get(payer_id) or self.telegram.add_customer("Vera", user_id=payer_id)
        charge = Charge(f"stx{len(charges)}", payer, Invoice("T", "D", payload, units), self.clock.now())
        charges[charge.id] = charge


@asynccontextmanager
async def stars_way(clock: FakeClock, hook: CallHook, rates: Rates) -> AsyncIterator[StarsWay]:
    """A bot that has sold nothing yet."""
    yield StarsWay(clock, hook, rates)
