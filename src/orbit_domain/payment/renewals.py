"""The machine that charges customers again by itself, and lets itself be told not to."""

from typing import Protocol

from orbit_domain.ids import TelegramId
from orbit_domain.payment.recurrence import RenewalWish


class RenewalRefused(Exception):
    """The messenger says no, and will again: nothing has changed there."""


class Renewals(Protocol):
    """The subscriptions that the messenger charges. Contract: `orbit_testing.contracts.renewals`."""

    async def edit(self, tg_id: TelegramId, charge_id: str, wish: RenewalWish) -> None:
        """Carry out *wish* for the subscription of *tg_id* that began with the charge *charge_id*. Idempotent.

        What is paid stays paid. Raises RenewalRefused, and GatewayUnavailable: nobody knows the outcome then, so the
        call is to be repeated.
        """
