"""Payouts in memory."""

from collections.abc import Callable, Collection
from dataclasses import replace

from orbit_adapters.memory.storable_text import sanitized, storable
from orbit_adapters.memory.tables import RecordConflict, Session
from orbit_domain.ids import PaymentId, PayoutId
from orbit_domain.payment.payment import Method
from orbit_domain.payment.payout import NoSuchPayout, Payout, PayoutState


class MemoryPayouts:
    """The port `Payouts`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, payout: Payout) -> None:
        """Record a new one. Raises RecordConflict for an id in use, a second live one, an unknown user or payment."""
        payouts = self._session.tables.payouts
        if payout.id in payouts or (payout.is_live and await self.live_of_payment(payout.payment_id) is not None):
            raise RecordConflict(f"there is a payout {payout.id} or another of its payment already")
        self._session.require_user(payout.tg_id)
        if payout.payment_id not in self._session.tables.payments:
            raise RecordConflict(f"there is no payment {payout.payment_id}")
        payouts[payout.id] = sanitized(payout)

    async def lock(self, payout_id: PayoutId) -> Payout:
        """The payout. Raises NoSuchPayout."""
        payout = self._session.tables.payouts.get(payout_id)
        if payout is None:
            raise NoSuchPayout(payout_id)
        return payout

    async def save(self, payout: Payout) -> None:
        """Record its state, its transfer and when it was closed. Raises NoSuchPayout."""
        stored = await self.lock(payout.id)
        changed = replace(stored, state=payout.state, transfer=payout.transfer, closed_at=payout.closed_at)
        self._session.tables.payouts[payout.id] = sanitized(changed)

    async def live_of_payment(self, payment_id: PaymentId) -> Payout | None:
        """The payout of the payment that waits or was sent."""
        return next(iter(self._found(lambda one: one.payment_id == payment_id and one.is_live)), None)

    async def by_comments(self, method: Method, comments: Collection[str]) -> tuple[Payout, ...]:
        """Every payout with one of these comments, oldest first."""
        wanted = {storable(comment) for comment in comments}
        return self._found(lambda one: one.method == method and one.comment in wanted)

    async def sent_to(self, method: Method, destinations: Collection[str]) -> tuple[Payout, ...]:
        """Those that were sent to one of these destinations, oldest first."""
        wanted = {storable(destination) for destination in destinations}
        sent = PayoutState.SENT
        return self._found(lambda one: one.method == method and one.state is sent and one.destination in wanted)

    async def waiting(self, limit: int) -> tuple[Payout, ...]:
        """Those that wait for the owner's transfer, oldest first."""
        return self._found(lambda one: one.is_waiting)[:limit]

    def _found(self, wanted: Callable[[Payout], bool]) -> tuple[Payout, ...]:
        found = [payout for payout in self._session.tables.payouts.values() if wanted(payout)]
        return tuple(sorted(found, key=lambda payout: (payout.created_at, payout.id)))
