"""Claims on receipts in SQL."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.indexes import IS_OPEN_CLAIM
from orbit_adapters.sql.query import Row, execute, fetch_all, fetch_one, rowcount
from orbit_adapters.sql.source_tables import receipt_claims
from orbit_domain.ids import ClaimId, TelegramId
from orbit_domain.payment.claim import ClaimState, NoSuchClaim, ReceiptClaim

_claims = receipt_claims.c


class SqlReceiptClaims:
    """The port `ReceiptClaims`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, claim: ReceiptClaim) -> None:
        """Record a new claim. Raises StorageConflict for an id in use or an unknown user."""
        await execute(
            self._connection,
            insert(receipt_claims).values(
                id=claim.id,
                tg_id=claim.tg_id,
                source=claim.source,
                name=claim.name,
                typed=claim.typed,
                at=claim.at,
                external_id=claim.external_id,
                state=claim.state,
            ),
        )

    async def get(self, claim_id: ClaimId) -> ReceiptClaim | None:
        """The claim, if it exists."""
        row = await fetch_one(self._connection, select(receipt_claims).where(_claims.id == claim_id))
        return _claim_from(row) if row is not None else None

    async def lock(self, claim_id: ClaimId) -> ReceiptClaim:
        """The claim, held until the transaction ends. Raises NoSuchClaim."""
        statement = select(receipt_claims).where(_claims.id == claim_id).with_for_update()
        row = await fetch_one(self._connection, statement)
        if row is None:
            raise NoSuchClaim(claim_id)
        return _claim_from(row)

    async def save(self, claim: ReceiptClaim) -> None:
        """Record its state and its receipt. Raises NoSuchClaim."""
        changed = update(receipt_claims).where(_claims.id == claim.id)
        if not await rowcount(self._connection, changed.values(external_id=claim.external_id, state=claim.state)):
            raise NoSuchClaim(claim.id)

    async def open_of_user(self, tg_id: TelegramId) -> tuple[ReceiptClaim, ...]:
        """The user's open claims, oldest first."""
        return await self._open(_claims.tg_id == tg_id)

    async def open_of_receipt(self, source: str, external_id: str) -> tuple[ReceiptClaim, ...]:
        """Every open claim on the receipt, oldest first."""
        return await self._open(_claims.source == source, _claims.external_id == external_id)

    async def any_waiting(self, source: str) -> bool:
        """Whether one is open and without a receipt."""
        waits = (IS_OPEN_CLAIM, _claims.source == source, _claims.external_id.is_(None))
        return await fetch_one(self._connection, select(_claims.id).where(*waits).limit(1)) is not None

    async def waiting(self, source: str, names: Collection[str]) -> tuple[ReceiptClaim, ...]:
        """Open claims without a receipt that name one of *names*, oldest first, held until the transaction ends."""
        named = (_claims.source == source, _claims.name.in_(sorted(names)), _claims.external_id.is_(None))
        return await self._open(*named, is_held=True)

    async def _open(self, *wanted: ColumnElement[bool], is_held: bool = False) -> tuple[ReceiptClaim, ...]:
        statement = select(receipt_claims).where(IS_OPEN_CLAIM, *wanted).order_by(_claims.at, _claims.id)
        rows = await fetch_all(self._connection, statement.with_for_update() if is_held else statement)
        return tuple(_claim_from(row) for row in rows)


def _claim_from(row: Row) -> ReceiptClaim:
    return ReceiptClaim(
        id=ClaimId(row["id"]),
        tg_id=TelegramId(row["tg_id"]),
        source=row["source"],
        name=row["name"],
        typed=row["typed"],
        at=row["at"],
        external_id=row["external_id"],
        state=ClaimState(row["state"]),
    )
