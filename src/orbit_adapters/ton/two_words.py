"""What the indexes of an account say of one transaction that was read from one of them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.answers import Transaction
from orbit_adapters.ton.indexes import Index
from orbit_domain.payment.memo import read_memo
from orbit_domain.payment.second_word import AGREED, Verdict, Word
from orbit_domain.payment.source import SourceUnavailable
from orbit_domain.payment.source_record import SourceRecord

SECOND_LIMIT_S = 8
"""A customer may be waiting for the answer."""
SHOWS_WITHIN = timedelta(minutes=5)
"""An index whose newest block is so much later than a transaction has read it, if there is one."""


async def word_of_all(
    indexes: Sequence[Index], account: TonAddress, record: SourceRecord, recorded: Callable[[Transaction], SourceRecord]
) -> Word:
    """AGREES when each of *indexes* shows *record*; otherwise the word of the first that doesn't.

    *recorded* makes the record of a transaction. The one that was read from is asked again: it may have lied once.
    """
    for index in indexes:
        word = await _word(index, account, record, recorded)
        if word.verdict is not Verdict.AGREES:
            return word
    return AGREED


async def _word(
    index: Index, account: TonAddress, record: SourceRecord, recorded: Callable[[Transaction], SourceRecord]
) -> Word:
    lt = int(record.external_id)
    try:
        async with asyncio.timeout(SECOND_LIMIT_S):
            block = await index.masterchain()
            rows = [row for row in await index.transactions(account, lt, 1) if row.lt == lt]
    except (SourceUnavailable, TimeoutError):
        return Word(Verdict.SILENT, index.name)
    if not rows:
        must_show = block.at - record.occurred_at > SHOWS_WITHIN
        return Word(Verdict.DIFFERS if must_show else Verdict.SILENT, index.name)
    shown = recorded(rows[0])
    if _facts(shown) != _facts(record):
        return Word(Verdict.DIFFERS, index.name, shown.amount.units)
    is_final = rows[0].is_final and rows[0].mc_seqno <= block.seqno
    return AGREED if is_final else Word(Verdict.SILENT, index.name)


def _facts(record: SourceRecord) -> tuple[object, ...]:
    """What both must say alike: which transaction, how much, from whom, for whom and when."""
    memo = read_memo(record.comment).memo
    return (record.digest, record.amount, record.kind, record.meaning, record.sender, memo, record.occurred_at)
