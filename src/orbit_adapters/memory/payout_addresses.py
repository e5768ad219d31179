"""Where customers want their money back, in memory."""

from orbit_adapters.memory.storable_text import sanitized
from orbit_adapters.memory.tables import RecordConflict, Session
from orbit_domain.ids import PaymentId
from orbit_domain.payment.payout_address import AddressLine


class MemoryPayoutAddresses:
    """The port `PayoutAddresses`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def add(self, line: AddressLine) -> None:
        """Record it. Raises RecordConflict for a number in use, an unknown user or payment."""
        tables = self._session.tables
        self._session.require_user(line.tg_id)
        if line.payment_id not in tables.payments:
            raise RecordConflict(f"there is no payment {line.payment_id}")
        if (line.payment_id, line.number) in tables.payout_addresses:
            raise RecordConflict(f"there is a line {line.number} about payment {line.payment_id} already")
        tables.payout_addresses[line.payment_id, line.number] = sanitized(line)

    async def of_payment(self, payment_id: PaymentId) -> tuple[AddressLine, ...]:
        """Every line about the payment, in order."""
        lines = (line for line in self._session.tables.payout_addresses.values() if line.payment_id == payment_id)
        return tuple(sorted(lines, key=lambda line: line.number))
