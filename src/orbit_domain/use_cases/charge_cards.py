"""Ask providers to charge kept cards, and tell customers where that failed."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids
from orbit_domain.notice.renewal_notices import CardNotCharged
from orbit_domain.payment.kept_card import CHARGED, CardGateway, Charge, ChargeOutcome
from orbit_domain.payment.payment import CardUse, Payment, PaymentStatus
from orbit_domain.payment.ports import Gateways, GatewayUnavailable, MethodUnavailable
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage, Transaction, transact


@dataclass(frozen=True, slots=True)
class ChargeCards:
    """Charge each recorded payment, which is its own idempotency key: an unknown outcome is asked for again with it.

    Asking ends with the payment's window. What is taken arrives through the source, like all money, and pays the
    order. A charge that failed is never repeated; the customer hears of it once.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    gateways: Gateways
    page: int = 50

    async def __call__(self) -> int:
        """How many charges the provider has answered for."""
        answered, last = 0, None
        while True:
            async with self.storage.transaction() as tx:
                charges = await tx.kept_cards.charges(last, self.page)
            answered += sum([await self._advance(payment) for payment in charges])
            if len(charges) < self.page:
                return answered
            last = charges[-1]

    async def _advance(self, payment: Payment) -> bool:
        if payment.status is PaymentStatus.EXPIRED:
            await self._fail(payment, "unknown")
            return False
        if self.clock.now() >= payment.expires_at:
            return False  # It expires as soon as the source is read past that time: until then money may show up.
        kept = await self._card(payment)
        charge = await self._charge(payment, kept) if kept is not None else None
        if charge is not None:
            await self._record(payment, charge)
        return charge is not None

    async def _card(self, payment: Payment) -> Payment | None:
        """The card to charge. Without one, of a customer who is banned or gone, or with the order closed, it is over.

        Nobody needs to hear of that.
        """
        async with self.storage.transaction() as tx:
            kept = await tx.kept_cards.of_user(payment.tg_id)
            order = await tx.orders.get(payment.order_id) if payment.order_id else None
            user = await tx.users.get(payment.tg_id)
        is_welcome = user is not None and user.is_welcome
        if kept is not None and order is not None and order.is_open and is_welcome:
            return kept
        await self._fail(payment, "")
        return None

    async def _charge(self, payment: Payment, kept: Payment) -> Charge | None:
        try:
            gateway = self.gateways.get(payment.method)
            return await gateway.charge(payment, kept) if isinstance(gateway, CardGateway) else None
        except (GatewayUnavailable, MethodUnavailable):
            return None  # The next run asks again, with the same key.

    async def _record(self, payment: Payment, charge: Charge) -> None:
        async def record(tx: Transaction) -> None:
            await tx.payments.open(payment.id, CHARGED, charge.external_id)

        if charge.external_id is not None and payment.external_id is None:
            await transact(self.storage, record)
        if charge.outcome in (ChargeOutcome.DECLINED, ChargeOutcome.REVOKED):
            await self._fail(payment, charge.outcome.value)

    async def _fail(self, payment: Payment, reason: str) -> None:
        """The charge is over; with a *reason* the customer hears of it. Money that comes all the same is credited."""

        async def fail(tx: Transaction) -> None:
            await tx.users.lock(payment.tg_id)
            stored = await tx.payments.lock(payment.id)
            if stored.card is not CardUse.CHARGE or stored.status is PaymentStatus.CONFIRMED:
                return
            kept = await tx.kept_cards.of_user(payment.tg_id)
            await tx.payments.save(stored.supersede())
            await tx.kept_cards.mark(payment.id, CardUse.FAILED)
            if reason == ChargeOutcome.REVOKED:
                await tx.kept_cards.forget(payment.tg_id)
            order = await tx.orders.get(stored.order_id) if stored.order_id else None
            if reason and order is not None and order.is_open:
                title = kept.card_title if kept else ""
                notice = CardNotCharged(payment.id, order.id, title, order.price.units, reason)
                await notify(tx, self.ids, order.tg_id, notice, self.clock.now())

        await transact(self.storage, fail)
