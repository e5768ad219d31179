"""Subscriptions in Stars: Telegram charges their customers again every thirty days."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from orbit_sandbox.telegram.charging import charge_invoice
from orbit_sandbox.telegram.checkouts import Charge, StarSubscription
from orbit_sandbox.telegram.refusals import bad_request
from orbit_sandbox.telegram.state import TelegramState


@dataclass(frozen=True, slots=True)
class StarSubscriptions:
    """What customers and time do to the subscriptions of *state*. Each is named by its first charge."""

    state: TelegramState

    def renew_due(self) -> None:
        """Charge everybody whose period is over, once; whoever has no Stars isn't charged, and the bot is told."""
        now = self.state.clock.now()
        for one in list(self.state.checkouts.subscriptions.values()):
            if one.state == "active" and now >= one.until:
                if one.payer.id in self.state.checkouts.without_stars:
                    self.turn(one.id, "failed")
                else:
                    self.charge(one.id)

    def charge(self, subscription_id: str) -> Charge:
        """Charge its customer now, for a period from now on."""
        with self.state.lock:
            one = self._known(subscription_id)
            charge = charge_invoice(self.state, one.payer, one.invoice, is_first=False)
            self._keep(
                replace(
                    one, state="active", by_bot=False, until=charge.at + timedelta(seconds=one.invoice.period_s or 0)
                )
            )
            return charge

    def turn(self, subscription_id: str, state: str) -> None:
        """It is `active`, `canceled` by its customer, or `failed` now, and the bot gets an update.

        Raises ValueError when the customer switches on what the bot has stopped.
        """
        with self.state.lock:
            one = self._known(subscription_id)
            if one.by_bot and state == "active":
                raise ValueError("the bot has stopped this subscription: its customer can't switch it on")
            self._keep(replace(one, state=state))
            body: dict[str, Any] = {
                "user": one.payer.wire(), "invoice_payload": one.invoice.payload, "state": state,
            }  # fmt: skip
            self.state.updates.add("subscription", body)

    def edit(self, user_id: int, subscription_id: str, *, is_canceled: bool) -> None:
        """The bot stops it, or lets its customer switch it on again, which only the customer can do; no update is sent.

        Raises `BotApiRefusal` (400): USER_ID_INVALID for an unknown user, CHARGE_ID_INVALID for another's subscription.
        """
        if user_id not in self.state.customers:
            raise bad_request("USER_ID_INVALID")
        one = self._known(subscription_id)
        if one.payer.id != user_id:
            raise bad_request("CHARGE_ID_INVALID")
        self._keep(replace(one, state="canceled" if is_canceled else one.state, by_bot=is_canceled))

    def _known(self, subscription_id: str) -> StarSubscription:
        one = self.state.checkouts.subscriptions.get(subscription_id)
        if one is None:
            raise bad_request("CHARGE_ID_INVALID")
        return one

    def _keep(self, one: StarSubscription) -> None:
        self.state.checkouts.subscriptions[one.id] = one
