"""A bot's Stars in the simulated Telegram, and the real adapter over its methods."""

from datetime import timedelta
from typing import Any

from aiogram import Bot
from aiogram.exceptions import TelegramNetworkError
from aiogram.methods import TelegramMethod
from aiogram.methods.base import TelegramType

from orbit_adapters.rates.fixed import FixedRates
from orbit_adapters.stars.api import StarsApi
from orbit_adapters.stars.gateway import StarsGateway
from orbit_adapters.stars.settings import StarsSettings
from orbit_adapters.stars.source import StarsSource
from orbit_domain.money import RUB, STARS, BaseCurrency
from orbit_domain.payment.payment import Payment
from orbit_sandbox.telegram.checkouts import Charge
from orbit_sandbox.telegram.messages import Invoice
from orbit_sandbox.telegram.session import InProcessSession
from orbit_sandbox.telegram.sim_telegram import SimTelegram
from tests.support.clock import StillSandboxClock

TOKEN = "424242:sandbox-token"
SETTINGS = StarsSettings(price="1.35")


class StarsSession(InProcessSession):
    """A connection that can fail, and that can show other rows than there are."""

    def __init__(self, telegram: SimTelegram) -> None:
        super().__init__(telegram)
        self.is_down = self.loses_answers = False
        self.ahead_s = 0
        self.shown: Any = None
        self.calls: list[str] = []

    async def make_request(
        self,
        bot: Bot,
        method: TelegramMethod[TelegramType],
        timeout: int | None = None,  # noqa: ASYNC109 - aiogram's signature
    ) -> TelegramType:
        name = method.__api_method__
        self.calls.append(name)
        if self.is_down:
            raise TelegramNetworkError(method, "down")
        if name == "getStarTransactions" and self.shown is not None:
            return self.shown  # type: ignore[no-any-return]
        answer: Any = await super().make_request(bot, method, timeout)
        if name == "getStarTransactions":
            answer = {"transactions": [row | {"date": row["date"] + self.ahead_s} for row in answer["transactions"]]}
        if self.loses_answers and not name.startswith("get"):
            raise TelegramNetworkError(method, "lost")
        return answer  # type: ignore[no-any-return]


class StarsAccount:
    """The gateway and the source under test, and the Telegram around them. It plays both harnesses.

    The payer pays whatever is asked for: what must not be paid is refused before, by the use case.
    """

    asks_provider = True
    asks_about_payments = repeats_address = refunds_parts = False

    def __init__(self, page_limit: int = 4, kind: type[StarsGateway] = StarsGateway) -> None:
        self.clock = StillSandboxClock()
        self.telegram = SimTelegram(self.clock, TOKEN, "orbit_sandbox_bot", seed=7)
        self.session = StarsSession(self.telegram)
        self.payer = self.telegram.add_customer("Vera", user_id=42)
        api = StarsApi(Bot(TOKEN, session=self.session))
        self.gateway = kind(
            SETTINGS, BaseCurrency(RUB), api, FixedRates(SETTINGS.price, RUB, self.clock, asset=STARS), self.clock
        )
        self.source = StarsSource(api, self.clock, page_limit)

    def requests(self) -> int:
        """Links of one payload are one request: it is paid once, by whichever link."""
        return len({invoice.payload for invoice in self.telegram.checkouts.links.values()})

    def refunded(self) -> int:
        charges = self.telegram.checkouts.charges.values()
        return sum(charge.invoice.stars for charge in charges if charge.refunded_at is not None)

    def pay(self, payment: Payment, units: int) -> None:
        self.deposit(units, payment.external_id or "")

    def deposit(self, units: int, comment: str) -> Charge:
        """A charge of *units* for an invoice that was named *comment*."""
        charges = self.telegram.checkouts.charges
        charge = Charge(f"stx{len(charges)}", self.payer, Invoice("T", "D", comment, units), self.clock.now())
        charges[charge.id] = charge
        return charge

    def wait(self, by: timedelta) -> None:
        self.clock.advance(by)

    def stop_answering(self) -> None:
        self.session.is_down = True

    def lose_answers(self) -> None:
        self.session.loses_answers = True

    def run_ahead(self) -> None:
        self.session.ahead_s = 120

    def heal(self) -> None:
        self.session.is_down = self.session.loses_answers = False
        self.session.ahead_s = 0
