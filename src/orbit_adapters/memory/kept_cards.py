"""What payments say about cards, in memory."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from orbit_adapters.memory.payments import CHARGES
from orbit_adapters.memory.storable_text import sanitized
from orbit_adapters.memory.tables import Session
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.payment.payment import CardUse, Payment, PaymentStatus
from orbit_domain.subscription.reminders import RENEWED_BEFORE


class MemoryKeptCards:
    """The port `KeptCards`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def mark(self, payment_id: PaymentId, card: CardUse, title: str = "") -> None:
        """Record what the payment has to do with a card."""
        payments = self._session.tables.payments
        payments[payment_id] = sanitized(replace(payments[payment_id], card=card, card_title=title))

    async def of_user(self, tg_id: TelegramId) -> Payment | None:
        """The payment that has kept the user's card, the newest one."""
        kept = [one for one in self._of(tg_id) if one.card is CardUse.KEPT]
        return max(kept, key=_age, default=None)

    async def forget(self, tg_id: TelegramId) -> None:
        """Every card of the user is forgotten."""
        for one in list(self._of(tg_id)):
            if one.card in (CardUse.KEEP, CardUse.KEPT):
                await self.mark(one.id, CardUse.FORGOTTEN)

    async def to_keep(self, after: Payment | None, limit: int) -> tuple[Payment, ...]:
        """Confirmed payments of which it isn't known yet whether they have kept a card."""
        return self._oldest(CardUse.KEEP, (PaymentStatus.CONFIRMED,), after, limit)

    async def charges(self, after: Payment | None, limit: int) -> tuple[Payment, ...]:
        """Charges that are pending or have expired."""
        return self._oldest(CardUse.CHARGE, (PaymentStatus.PENDING, PaymentStatus.EXPIRED), after, limit)

    async def renewable(self, now: datetime, after: TelegramId | None, limit: int) -> tuple[TelegramId, ...]:
        """Users with a kept card whose period ends soon, and that wasn't charged for it yet."""
        ends = {one.tg_id: one.ends_at for one in self._session.tables.subscriptions.values() if one.ends_at}
        soon = sorted(tg_id for tg_id, at in ends.items() if now < at <= now + RENEWED_BEFORE)
        return tuple([one for one in soon if (after is None or one > after) and self._is_due(one, now)][:limit])

    def _is_due(self, tg_id: TelegramId, now: datetime) -> bool:
        payments = list(self._of(tg_id))
        charged = (one for one in payments if one.card in CHARGES and one.created_at >= now - RENEWED_BEFORE)
        return any(one.card is CardUse.KEPT for one in payments) and not any(charged)

    def _of(self, tg_id: TelegramId) -> Iterator[Payment]:
        tables = self._session.tables
        return (tables.payments[payment_id] for payment_id in tables.payments_of.of(tg_id))

    def _oldest(
        self, card: CardUse, statuses: tuple[PaymentStatus, ...], after: Payment | None, limit: int
    ) -> tuple[Payment, ...]:
        found = [one for one in self._session.tables.payments.values() if one.card is card and one.status in statuses]
        return tuple(sorted((one for one in found if after is None or _age(one) > _age(after)), key=_age)[:limit])


def _age(payment: Payment) -> tuple[datetime, PaymentId]:
    return (payment.created_at, payment.id)
