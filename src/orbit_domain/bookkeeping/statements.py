"""What the lines of a customer's statement are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from orbit_domain.ledger.ledger import StatementLine
from orbit_domain.payment.payment import Method
from orbit_domain.plan.plan import PlanTerms


@dataclass(frozen=True, slots=True)
class LineSubject:
    """How the money of a line came, or went back to whoever paid, or which plan's order it is about."""

    method: Method | None = None
    bought: PlanTerms | None = None


class Statements(Protocol):
    """Lines and the receipts, payments and orders that they name. Reads, nothing more."""

    async def subjects(self, lines: Sequence[StatementLine]) -> Mapping[str, LineSubject]:
        """What each line is about, by its `ref`; those that name nothing that is recorded are left out."""
