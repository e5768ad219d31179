"""Large money is delivered on the word of two readers, never of one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable

from orbit_domain.money import Money
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.settlement import surplus_ref
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.payment.source_record import SourceRecord


class Verdict(StrEnum):
    """What the readers of a source say together: both show the same, one shows something else, or one can't say."""

    AGREES = "agrees"
    DIFFERS = "differs"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Word:
    """The verdict about a record. Unless all agree: `reader` is the one that doesn't, `units` what it shows instead.

    `units` is None when it shows nothing in that place.
    """

    verdict: Verdict
    reader: str = ""
    units: int | None = None


AGREED = Word(Verdict.AGREES)


@runtime_checkable
class TwiceReadSource(Protocol):
    """A source whose records two independent readers show."""

    def needs_second_word(self, amount: Money) -> bool:
        """Whether *amount* is too much to be delivered on the word of one reader."""

    async def second_word(self, record: SourceRecord) -> Word:
        """What both readers say of *record* now. It raises nothing: a reader that can't be asked is silent."""


@dataclass(frozen=True, slots=True)
class SecondWords:
    """What is known of the second words: the sources that want one, and the `ref` of each receipt that has it."""

    sources: ReceiptSources
    confirmed: frozenset[str] = frozenset()

    def missing(self, receipts: Sequence[Receipt], booked: Collection[str]) -> tuple[Receipt, ...]:
        """Those of *receipts* that wait for it. What the ledger has credited, by its refs *booked*, waits no more."""
        done = {*booked, *self.confirmed}
        return tuple(one for one in receipts if not {one.ref, surplus_ref(one)} & done and self._is_needed(one))

    def _is_needed(self, receipt: Receipt) -> bool:
        source = self.sources.get(receipt.source)
        return isinstance(source, TwiceReadSource) and source.needs_second_word(receipt.amount)
