"""The payment gateway for subscriptions in Stars: Telegram charges the customer again every thirty days."""

from dataclasses import replace

from orbit_adapters.stars.api import StarsApi
from orbit_adapters.stars.gateway import StarsGateway
from orbit_adapters.stars.settings import StarsSettings
from orbit_adapters.stars.transactions import StarTransaction
from orbit_domain.clock import Clock
from orbit_domain.money import BaseCurrency
from orbit_domain.payment.payment import STARS_MONTHLY_METHOD, Payment
from orbit_domain.payment.ports import Rates


class StarsMonthlyGateway(StarsGateway):
    """The same port; the same contract, list and rate.

    Its invoice is named by the payment's comment: every charge says it, and `charged_payment` makes a payment of each
    charge but the first, named by the charge.
    """

    def __init__(self, settings: StarsSettings, base: BaseCurrency, api: StarsApi, rates: Rates, clock: Clock) -> None:
        super().__init__(settings, base, api, rates, clock)
        self.method = STARS_MONTHLY_METHOD
        self.terms = replace(self.terms, policy=replace(self.terms.policy, repeats=True))

    def payload(self, payment: Payment) -> str:
        """What every charge of *payment* says."""
        return payment.comment

    def own(self, payment: Payment, charges: list[StarTransaction]) -> list[StarTransaction]:
        """The charge that *payment* is named by, or the first of those that say its comment."""
        if payment.external_id == payment.comment:
            return [charge for charge in charges if charge.payload == payment.external_id][:1]
        return [charge for charge in charges if charge.id == payment.external_id]
