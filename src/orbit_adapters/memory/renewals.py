"""Subscriptions of a messenger in memory."""

from orbit_domain.ids import TelegramId
from orbit_domain.payment.ports import GatewayUnavailable
from orbit_domain.payment.recurrence import RenewalWish
from orbit_domain.payment.renewals import RenewalRefused


class MemoryRenewals:
    """The port `Renewals`; contract: `orbit_testing.contracts.renewals`.

    `began` has whose subscription began with which charge; `stopped` those that the shop has stopped. While `silent`,
    a call is carried out and its answer is lost.
    """

    def __init__(self) -> None:
        self.began: dict[str, TelegramId] = {}
        self.stopped: set[str] = set()
        self.silent = False

    async def edit(self, tg_id: TelegramId, charge_id: str, wish: RenewalWish) -> None:
        """Carry out *wish*. Raises RenewalRefused, GatewayUnavailable."""
        known = self.began.get(charge_id) == tg_id
        if known and wish is RenewalWish.STOP:
            self.stopped.add(charge_id)
        elif known:
            self.stopped.discard(charge_id)
        if self.silent:
            raise GatewayUnavailable("no whole answer")
        if not known:
            raise RenewalRefused("CHARGE_ID_INVALID")
