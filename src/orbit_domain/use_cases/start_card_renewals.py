"""Renew what ends soon, for customers who have kept a card for it: from the balance, or by asking the card."""

from dataclasses import dataclass
from datetime import datetime

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.money import Money
from orbit_domain.notice.renewal_notices import CardNotCharged
from orbit_domain.payment.kept_card import CardGateway
from orbit_domain.payment.payment import CardUse, Payment
from orbit_domain.payment.ports import Gateways
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.steps.notify import notify
from orbit_domain.steps.open_payment import PaymentRequest, open_payment
from orbit_domain.steps.renew_by_itself import find_renewal
from orbit_domain.steps.settle_payment import SettlementContext
from orbit_domain.storage import Storage, Transaction


@dataclass(frozen=True, slots=True)
class StartCardRenewals:
    """Make one order for each period that ends soon, and one payment that charges the card for what is missing.

    The order is that of the reminder's button. A customer who is paying by hand just now isn't charged. No provider is
    asked here: `ChargeCards` does it.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    gateways: Gateways
    sources: ReceiptSources
    page: int = 500

    async def __call__(self) -> int:
        """How many charges were recorded."""
        started, last = 0, None
        while True:
            async with self.storage.transaction() as tx:
                found = await tx.kept_cards.renewable(self.clock.now(), last, self.page)
            started += sum([await self._start(tg_id) for tg_id in found])
            if len(found) < self.page:
                return started
            last = found[-1]

    async def _start(self, tg_id: TelegramId) -> bool:
        now = self.clock.now()
        async with self.storage.transaction() as tx:
            consent = await self._consent(tx, tg_id, now)
        gateway = self._gateway(consent.card) if consent else None
        if consent is None or gateway is None:
            return False
        async with self.storage.transaction() as tx:
            renewal = await find_renewal(tx, tg_id, gateway, now, self.ids)
        # Whoever owes more than that pays by hand: what is missing includes it.
        if renewal is None or not consent.limit.covers(renewal.missing) or not gateway.terms.admit(renewal.missing):
            return False
        # A quote may come from other machines, so nothing is locked meanwhile.
        quote = await gateway.quote(renewal.missing)
        context = SettlementContext.unasked(now, self.ids, self.sources)
        async with self.storage.transaction() as tx:
            if await find_renewal(tx, tg_id, gateway, now, self.ids) != renewal:
                return False
            request = PaymentRequest(tg_id, gateway.method, renewal.missing, renewal.order.id, CardUse.CHARGE)
            await open_payment(tx, request, gateway, quote, context)
        return True

    def _gateway(self, card: Payment) -> CardGateway | None:
        """The gateway that has kept the card, while it is offered: each charge is a new payment."""
        gateway = next((one for one in self.gateways.offered() if one.method == card.method), None)
        return gateway if isinstance(gateway, CardGateway) and gateway.terms.keeps_cards else None

    async def _consent(self, tx: Transaction, tg_id: TelegramId, now: datetime) -> "_Consent | None":
        """What the user has agreed to. It ends, and the card is forgotten, when the plan costs more than that."""
        if not (await tx.users.lock(tg_id)).is_welcome:
            return None
        card, code = await tx.kept_cards.of_user(tg_id), (await tx.subscriptions.get(tg_id)).plan_code
        agreed = await tx.orders.get(card.order_id) if card and card.order_id else None
        plan = await tx.plans.get(code) if code else None
        if card is None or agreed is None or plan is None:
            return None
        if agreed.full_price.covers(plan.price):
            return _Consent(card, agreed.full_price)
        await tx.kept_cards.forget(tg_id)
        notice = CardNotCharged(card.id, None, card.card_title, plan.price.units, "price")
        await notify(tx, self.ids, tg_id, notice, now)
        return None


@dataclass(frozen=True, slots=True)
class _Consent:
    """The payment that has kept the card, and the most that may be taken for one period."""

    card: Payment
    limit: Money
