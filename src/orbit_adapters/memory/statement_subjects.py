"""What the lines of a statement are about, in memory."""

from collections.abc import Mapping, Sequence

from orbit_adapters.memory.storable_text import storable
from orbit_adapters.memory.tables import Session
from orbit_domain.bookkeeping.statements import LineSubject
from orbit_domain.ledger.ledger import StatementLine
from orbit_domain.ledger.names import credited_receipt, order_of_entry, refunded_payment
from orbit_domain.payment.payment import Method


class MemoryStatements:
    """The port `Statements`."""

    def __init__(self, session: Session) -> None:
        self._session = session

    async def subjects(self, lines: Sequence[StatementLine]) -> Mapping[str, LineSubject]:
        """What each line is about, by its `ref`."""
        found = ((line.ref, self._subject(line)) for line in lines)
        return {ref: subject for ref, subject in found if subject is not None}

    def _subject(self, line: StatementLine) -> LineSubject | None:
        tables = self._session.tables
        source, external_id = credited_receipt(line.kind, line.ref) or ("", "")
        if (receipt := tables.receipts.get((storable(source), storable(external_id)))) is not None:
            return LineSubject(method=Method(receipt.method))
        payment_id, order_id = refunded_payment(line.kind, line.ref), order_of_entry(line.kind, line.ref)
        if payment_id is not None and (payment := tables.payments.get(payment_id)) is not None:
            return LineSubject(method=payment.method)
        if order_id is not None and (order := tables.orders.get(order_id)) is not None:
            return LineSubject(bought=order.terms)
        return None
