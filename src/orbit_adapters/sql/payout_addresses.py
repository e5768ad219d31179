"""Where customers want their money back, in SQL."""

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from orbit_adapters.sql.query import Row, execute, fetch_all
from orbit_adapters.sql.source_tables import payout_addresses
from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.payment.payout_address import AddressLine, AddressStep

_lines = payout_addresses.c


class SqlPayoutAddresses:
    """The port `PayoutAddresses`."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, line: AddressLine) -> None:
        """Record it. Raises StorageConflict for a number in use, an unknown user or payment."""
        row = {
            "payment_id": line.payment_id,
            "number": line.number,
            "tg_id": line.tg_id,
            "step": line.step,
            "actor": line.actor,
            "at": line.at,
            "destination": line.destination,
            "memo": line.memo,
            "reason": line.reason,
        }
        await execute(self._connection, insert(payout_addresses).values(**row))

    async def of_payment(self, payment_id: PaymentId) -> tuple[AddressLine, ...]:
        """Every line about the payment, in order."""
        said = select(payout_addresses).where(_lines.payment_id == payment_id).order_by(_lines.number)
        return tuple(_line_from(row) for row in await fetch_all(self._connection, said))


def _line_from(row: Row) -> AddressLine:
    return AddressLine(
        payment_id=PaymentId(row["payment_id"]),
        number=row["number"],
        tg_id=TelegramId(row["tg_id"]),
        step=AddressStep(row["step"]),
        actor=row["actor"],
        at=row["at"],
        destination=row["destination"],
        memo=row["memo"],
        reason=row["reason"],
    )
