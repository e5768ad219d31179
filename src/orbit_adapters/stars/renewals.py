"""Subscriptions in Stars: the bot stops them, or lets their customers switch them on again."""

from orbit_adapters.stars.api import StarsApi, StarsRefused, StarsUnavailable
from orbit_domain.ids import TelegramId
from orbit_domain.payment.ports import GatewayUnavailable
from orbit_domain.payment.recurrence import RenewalWish
from orbit_domain.payment.renewals import RenewalRefused


class StarsRenewals:
    """The port `Renewals`; contract: `orbit_testing.contracts.renewals`.

    It needs the bot alone: what was sold can be stopped when the shop sells no subscriptions any more.
    """

    def __init__(self, api: StarsApi) -> None:
        self._api = api

    async def edit(self, tg_id: TelegramId, charge_id: str, wish: RenewalWish) -> None:
        """Carry out *wish*. Raises RenewalRefused, GatewayUnavailable."""
        try:
            await self._api.edit_subscription(tg_id, charge_id, is_stopped=wish is RenewalWish.STOP)
        except StarsUnavailable as error:
            raise GatewayUnavailable(str(error)) from None
        except StarsRefused as error:
            raise RenewalRefused(error.code) from None
