"""Payouts in SQL."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_LIVE_PAYOUT
from orbit_adapters.sql.query import Row, execute, fetch_all, fetch_one, rowcount
from orbit_adapters.sql.source_tables import payouts
from orbit_domain.ids import PaymentId, PayoutId, TelegramId
from orbit_domain.money import Currency, Money
from orbit_domain.payment.payment import Method
from orbit_domain.payment.payout import NoSuchPayout, Payout, PayoutState

_payouts = payouts.c


class SqlPayouts:
    """The port `Payouts`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, payout: Payout) -> None:
        """Record a new one. Raises StorageConflict for an id in use, a second live one, an unknown user or payment."""
        row = {
            "id": payout.id,
            "payment_id": payout.payment_id,
            "tg_id": payout.tg_id,
            "method": payout.method,
            "asset": payout.amount.currency.code,
            "decimals": payout.amount.currency.decimals,
            "units": payout.amount.units,
            "destination": payout.destination,
            "comment": payout.comment,
            "created_at": payout.created_at,
            "actor": payout.actor,
        }
        await execute(self._connection, insert(payouts).values(**row, **_changing(payout)))

    async def lock(self, payout_id: PayoutId) -> Payout:
        """The payout, held until the transaction ends. Raises NoSuchPayout."""
        statement = select(payouts).where(_payouts.id == payout_id).with_for_update()
        row = await fetch_one(self._connection, statement)
        if row is None:
            raise NoSuchPayout(payout_id)
        return _payout_from(row)

    async def save(self, payout: Payout) -> None:
        """Record its state, its transfer and when it was closed. Raises NoSuchPayout."""
        changed = update(payouts).where(_payouts.id == payout.id)
        if not await rowcount(self._connection, changed.values(**_changing(payout))):
            raise NoSuchPayout(payout.id)

    async def live_of_payment(self, payment_id: PaymentId) -> Payout | None:
        """The payout of the payment that waits or was sent."""
        row = await fetch_one(
            self._connection, select(payouts).where(IS_LIVE_PAYOUT, _payouts.payment_id == payment_id)
        )
        return _payout_from(row) if row is not None else None

    async def by_comments(self, method: Method, comments: Collection[str]) -> tuple[Payout, ...]:
        """Every payout with one of these comments, oldest first."""
        return await self._found(None, _payouts.method == method, _payouts.comment.in_(sorted(comments)))

    async def sent_to(self, method: Method, destinations: Collection[str]) -> tuple[Payout, ...]:
        """Those that were sent to one of these destinations, oldest first."""
        is_there = _payouts.destination.in_(sorted(destinations))
        return await self._found(None, _payouts.method == method, _payouts.state == PayoutState.SENT, is_there)

    async def waiting(self, limit: int) -> tuple[Payout, ...]:
        """Those that wait for the owner's transfer, oldest first."""
        return await self._found(limit, _payouts.state == PayoutState.WAITING)

    async def _found(self, limit: int | None, *wanted: ColumnElement[bool]) -> tuple[Payout, ...]:
        statement = select(payouts).where(*wanted).order_by(_payouts.created_at, _payouts.id).limit(limit)
        return tuple(_payout_from(row) for row in await fetch_all(self._connection, statement))


def _changing(payout: Payout) -> dict[str, object]:
    return {"state": payout.state, "transfer": payout.transfer, "closed_at": payout.closed_at}


def _payout_from(row: Row) -> Payout:
    return Payout(
        id=PayoutId(row["id"]),
        payment_id=PaymentId(row["payment_id"]),
        tg_id=TelegramId(row["tg_id"]),
        method=Method(row["method"]),
        amount=Money(row["units"], Currency(row["asset"], row["decimals"])),
        destination=row["destination"],
        comment=row["comment"],
        state=PayoutState(row["state"]),
        created_at=row["created_at"],
        actor=row["actor"],
        transfer=row["transfer"],
        closed_at=row["closed_at"],
    )
