"""Find out which paid payments have kept their card, and tell their customers."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.notice.renewal_notices import CardKept
from orbit_domain.payment.kept_card import CardGateway
from orbit_domain.payment.payment import CardUse, Payment
from orbit_domain.payment.ports import Gateways, GatewayUnavailable, MethodUnavailable
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage, Transaction, transact


@dataclass(frozen=True, slots=True)
class KeepCards:
    """Ask the provider about each payment that was to keep a card, once it is paid. A second call changes nothing."""

    storage: Storage
    clock: Clock
    ids: Ids
    gateways: Gateways
    page: int = 50

    async def __call__(self) -> int:
        """How many cards were kept."""
        kept, last = 0, None
        while True:
            async with self.storage.transaction() as tx:
                paid = await tx.kept_cards.to_keep(last, self.page)
            kept += sum([await self._keep(payment) for payment in paid])
            if len(paid) < self.page:
                return kept
            last = paid[-1]

    async def _keep(self, payment: Payment) -> bool:
        try:
            gateway = self.gateways.get(payment.method)
            title = await gateway.kept_card(payment) if isinstance(gateway, CardGateway) else None
        except (GatewayUnavailable, MethodUnavailable):
            return False  # A later run asks again.

        async def record(tx: Transaction) -> bool:
            await tx.users.lock(payment.tg_id)
            stored = await tx.payments.lock(payment.id)
            if stored.card is not CardUse.KEEP:
                return False  # The customer doesn't want it any more, or another worker was faster.
            order = await tx.orders.get(stored.order_id) if stored.order_id else None
            if title is None or order is None:
                await tx.kept_cards.mark(payment.id, CardUse.FORGOTTEN)
                return False
            await tx.kept_cards.mark(payment.id, CardUse.KEPT, title)
            notice = CardKept(payment.id, title, order.full_price.units)
            return await notify(tx, self.ids, payment.tg_id, notice, self.clock.now())

        return await transact(self.storage, record)
