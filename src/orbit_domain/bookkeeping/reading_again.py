"""A source, read again from an earlier place. Reading changes nothing."""

from collections.abc import AsyncIterator

from orbit_domain.payment.source import Cursor, ReceiptSource
from orbit_domain.payment.source_record import SourceRecord

_TURNS = 3


class NotProved(Exception):
    """The source can't be read to its end just now, or contradicts itself. The message says why."""


async def read_to_the_end(source: ReceiptSource, begin: Cursor) -> AsyncIterator[tuple[SourceRecord, ...]]:
    """Every record that *source* shows behind *begin*, a batch at a time; one may come twice.

    A list that has grown in its middle sends the reader back to read all again: a few times, that is believed.
    Raises NotProved, SourceUnavailable.
    """
    cursor, turns = begin, 0
    while True:
        batch = await source.read(cursor)
        if batch.records:
            yield batch.records
        if batch.complete:
            return
        has_moved = batch.cursor.position != cursor.position
        turns += batch.alarm is not None
        if not has_moved or turns > _TURNS:
            raise NotProved(batch.alarm.value if batch.alarm else "it shows nothing more, and says that there is more")
        cursor = batch.cursor
