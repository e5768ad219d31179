"""Reads the history of our account without losing a transaction."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from copy import copy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Self

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.answers import Transaction
from orbit_adapters.ton.classify import MEANINGS, classify
from orbit_adapters.ton.comment import Body, read_body
from orbit_adapters.ton.continuity import prove
from orbit_adapters.ton.effects import effects
from orbit_adapters.ton.index_client import PAGE_LIMIT
from orbit_adapters.ton.indexes import PATIENCE, Index, IndexBehind, Indexes
from orbit_adapters.ton.position import ChainPosition
from orbit_adapters.ton.reset import plan_reset
from orbit_adapters.ton.source_names import accounts_of, source_name
from orbit_adapters.ton.strict_json import MAX_LT
from orbit_adapters.ton.two_words import SECOND_LIMIT_S, word_of_all
from orbit_domain.clock import Clock
from orbit_domain.money import TON, Money
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.payment.second_word import AGREED, Word
from orbit_domain.payment.source import Batch, Cursor, SourceAlarm, SourceReset, SourceUnavailable
from orbit_domain.payment.source_record import NO_COMMENT, Meaning, SourceRecord

FINALITY_LAG = timedelta(seconds=5)
"""The newest seconds aren't final: block times are whole seconds, and shard blocks join the masterchain later."""
MAX_AHEAD = timedelta(seconds=60)
"""Clocks differ by seconds. A time of the chain that is further ahead of ours is a lie of the index."""
DUST_UNITS = 5_000_000
"""0.005 coin: what anyone can send for nothing."""
MIN_PAGE = 3
"""The anchor, a row to take, and the row that names it."""


class TonSource:
    """One account of ours as the port `ReceiptSource`; contract: `orbit_testing.contracts.receipt_source`.

    *own* are further accounts of the shop, whose transfers to this one are internal moves;
    *jetton_wallets* gives its verified jetton wallets. *page_limit* (3 to 1000) bounds one reading. With a *second*
    index, *confirm_from* nanotons and more need the word of both, and it reads while *api* is down.
    """

    def __init__(
        self,
        api: Index,
        account: TonAddress,
        clock: Clock,
        *,
        own: frozenset[TonAddress] = frozenset(),
        jetton_wallets: Callable[[], frozenset[TonAddress]] = frozenset,
        page_limit: int = PAGE_LIMIT,
        second: Index | None = None,
        confirm_from: int = 0,
    ) -> None:
        if not MIN_PAGE <= page_limit <= PAGE_LIMIT:
            raise ValueError(f"a page has {MIN_PAGE} to {PAGE_LIMIT} rows, got {page_limit}")
        self.api = api
        self.account = account
        self.clock = clock
        self.own = own | {account}
        self.jetton_wallets = jetton_wallets
        self.page_limit = page_limit
        self.indexes = Indexes(api, second, clock)
        self.confirm_from = confirm_from
        self.method = TON_METHOD
        self.dust_units = DUST_UNITS
        self.name = source_name(api.network, account)

    async def read(self, cursor: Cursor) -> Batch:
        """Read one page on from *cursor*. The watermark moves only over history proved complete, and never past now.

        Raises SourceUnavailable; ValueError when *cursor* belongs to another source.
        """
        if cursor.source != self.name:
            raise ValueError(f"a cursor of {cursor.source} given to {self.name}")
        return await self.indexes.read(lambda index: self._read(index, cursor))

    async def _read(self, index: Index, cursor: Cursor) -> Batch:
        at = ChainPosition.parse(cursor.position)
        # The page is read last: it may be ahead of block and tail, but it must show what they prove.
        block = await index.masterchain()
        tail = await index.tail(self.account)
        page = await index.transactions(self.account, at.lt, self.page_limit)
        now = self.clock.now()
        believed = _believed(cursor.watermark, now)
        if self._is_ahead(block.at, *(row.occurred_at for row in page)):
            stopped = replace(cursor, watermark=believed)
            return Batch((), stopped, complete=False, alarm=SourceAlarm.TIME_AHEAD)
        proof = prove(at, page, self.page_limit, block.seqno, tail)
        watermark = believed
        if proof.is_covered:
            covered = min(block.at - FINALITY_LAG, now, proof.waiting_since or now)
            # A lagging index may show an earlier time, but what was covered once stays so.
            watermark = covered if believed is None else max(believed, covered)
        records = await self._records(index, proof.rows)
        position = records[-1].position if records else cursor.position
        batch = Batch(records, Cursor(self.name, position, watermark), proof.complete, proof.alarm)
        is_old = now - block.at > PATIENCE
        if is_old and not records and (proof.alarm is None or tail.lt < at.lt):
            raise IndexBehind(batch)
        return batch

    async def newest(self) -> Cursor:
        """The cursor to start from on a wallet with an older history: after its newest transaction.

        Raises SourceUnavailable, also when index, account state and the second index, if it can be asked, disagree.
        """
        tail = await self.api.tail(self.account)
        row = await self.api.newest(self.account)
        shown = ChainPosition(row.lt, row.tx_hash) if row else ChainPosition()
        if shown != ChainPosition(tail.lt, tail.tx_hash) or (row is not None and self._is_ahead(row.occurred_at)):
            raise SourceUnavailable("the newest transaction is not clear yet")
        if await self._is_contradicted(shown):
            raise SourceUnavailable("the two indexes show another history each")
        return Cursor(self.name, str(shown))

    async def _is_contradicted(self, shown: ChainPosition) -> bool:
        """Whether the second index has another transaction there. One that is down or behind contradicts nothing."""
        if self.indexes.second is None or not shown.lt:
            return False
        try:
            async with asyncio.timeout(SECOND_LIMIT_S):
                page = await self.indexes.second.transactions(self.account, shown.lt, 1)
        except (SourceUnavailable, TimeoutError):
            return False
        return bool(page) and (page[0].lt, page[0].tx_hash) != (shown.lt, shown.tx_hash)

    async def balance(self, cursor: Cursor) -> Money | None:
        """Nanotons right behind *cursor*; None where the index doesn't say. Raises SourceUnavailable."""
        at = ChainPosition.parse(cursor.position)
        if at.lt == 0:
            return Money(0, TON)  # Only a transaction brings coins.
        page = await self.api.transactions(self.account, at.lt, 1)
        for row in page:
            if (row.lt, row.tx_hash) == (at.lt, at.tx_hash):
                return None if row.balance_after is None else Money(row.balance_after, TON)
        raise SourceUnavailable("the transaction that was read last is not shown")

    def beside(self, names: Collection[str]) -> Self:
        """The same account, to which those of the sources *names* are accounts of the shop too."""
        beside = copy(self)
        beside.own = self.own | accounts_of(self.api.network, names)
        return beside

    async def plan_reset(self, before: Cursor, recorded: Sequence[SourceRecord], at: str | None = None) -> SourceReset:
        """Where reading would continue, as the port says; *at* is an lt. Raises ResetRefused, SourceUnavailable."""
        return await plan_reset(self._shown_at, self.newest, before, recorded, at)

    async def _shown_at(self, lt: int) -> ChainPosition | None:
        """The final transaction *lt* as it is shown now, None when it isn't. Raises SourceUnavailable."""
        if lt == 0:
            return ChainPosition()
        if not 0 < lt < MAX_LT:
            return None
        page = await self.api.transactions(self.account, lt, 1)
        if self._is_ahead(*(row.occurred_at for row in page)):
            raise SourceUnavailable("the index shows a time in the future")
        hashes = {row.tx_hash for row in page if row.lt == lt and row.is_final}
        return ChainPosition(lt, hashes.pop()) if len(hashes) == 1 else None

    def _is_ahead(self, *times: datetime) -> bool:
        return any(time > self.clock.now() + MAX_AHEAD for time in times)

    async def _records(self, index: Index, rows: Sequence[Transaction]) -> tuple[SourceRecord, ...]:
        """The records of proved *rows*, which *index* has shown."""
        return tuple(self._record(row) for row in rows)

    def _record(self, row: Transaction) -> SourceRecord:
        message = row.in_msg
        is_internal = message is not None and message.source is not None
        # An external message is our own signed order: it has no payer's comment.
        body = read_body(message.body) if message and is_internal else Body(None, NO_COMMENT)
        kind = classify(row, body, self.own, self.jetton_wallets())
        meaning = MEANINGS.get(kind, Meaning.NOTHING)
        units = message.value if message else 0
        return SourceRecord(
            source=self.name,
            external_id=str(row.lt),
            digest=row.tx_hash,
            position=str(ChainPosition(row.lt, row.tx_hash)),
            amount=Money(units, TON),
            kind=kind,
            meaning=meaning,
            sender=message.source.raw if message and message.source else None,
            comment=body.comment,
            occurred_at=row.occurred_at,
            raw=row.raw,
            effects=effects(row, kind, self.own, 0 if meaning is Meaning.NOTHING else units),
        )

    def needs_second_word(self, amount: Money) -> bool:
        """Whether *amount* is too much to be delivered on the word of one index."""
        return self.indexes.second is not None and amount.units >= self.confirm_from

    async def second_word(self, record: SourceRecord) -> Word:
        """What both indexes say of *record* now."""
        if self.indexes.second is None:
            return AGREED
        both = (self.indexes.first, self.indexes.second)
        return await word_of_all(both, self.account, record, self._record)


def _believed(watermark: datetime | None, now: datetime) -> datetime | None:
    """A watermark later than now was never true: nothing is known to be covered, until it is proved again."""
    return None if watermark is not None and watermark > now else watermark
