"""Reads the history of our account without losing a transaction."""

from dataclasses import replace
from datetime import datetime, timedelta

from orbit_adapters.ton.address import TonAddress
from orbit_adapters.ton.api import PAGE_LIMIT, ToncenterApi
from orbit_adapters.ton.classify import classify
from orbit_adapters.ton.comment import Body, read_body
from orbit_adapters.ton.continuity import prove
from orbit_adapters.ton.strict_json import MAX_LT
from orbit_adapters.ton.transactions import Transaction
from orbit_domain.clock import Clock
from orbit_domain.money import TON
from orbit_domain.payment.ports import ChainUnavailable
from orbit_domain.payment.transfer import Comment, CommentKind, Cursor, Scan, ScanAlarm, Transfer

FINALITY_LAG = timedelta(seconds=5)
"""The newest seconds aren't final: block times are whole seconds, and shard blocks join the masterchain later."""
MAX_AHEAD = timedelta(seconds=60)
"""Clocks differ by seconds. A time of the chain that is further ahead of ours is a lie of the index."""
MIN_PAGE = 3
"""The anchor, a row to take, and the row that names it."""


class TonChain:
    """One account of ours as the port `Chain`; contract: `orbit_testing.contracts.chain`.

    *own* are further accounts of the shop, whose transfers to this one are internal moves;
    *jetton_wallets* are its verified jetton wallets. *page_limit* (3 to 1000) bounds one scan.
    """

    def __init__(
        self,
        api: ToncenterApi,
        account: TonAddress,
        clock: Clock,
        *,
        own: frozenset[TonAddress] = frozenset(),
        jetton_wallets: frozenset[TonAddress] = frozenset(),
        page_limit: int = PAGE_LIMIT,
    ) -> None:
        if not MIN_PAGE <= page_limit <= PAGE_LIMIT:
            raise ValueError(f"a page has {MIN_PAGE} to {PAGE_LIMIT} rows, got {page_limit}")
        self.api = api
        self.account = account
        self.clock = clock
        self.own = own | {account}
        self.jetton_wallets = jetton_wallets
        self.page_limit = page_limit
        self.source = f"ton:{api.network}:{account.raw}"

    async def scan(self, cursor: Cursor) -> Scan:
        """Read one page on from *cursor*. The watermark moves only over history proved complete, and never past now.

        Raises ChainUnavailable; ValueError when *cursor* belongs to another source.
        """
        if cursor.source != self.source:
            raise ValueError(f"a cursor of {cursor.source} given to {self.source}")
        # The page is read last: it may be ahead of block and tail, but it must show what they prove.
        block = await self.api.masterchain()
        tail = await self.api.tail(self.account)
        page = await self.api.transactions(self.account, cursor.lt, self.page_limit)
        now = self.clock.now()
        believed = _believed(cursor.watermark, now)
        if self._is_ahead(block.at, *(row.occurred_at for row in page)):
            stopped = replace(cursor, watermark=believed)
            return Scan((), stopped, complete=False, alarm=ScanAlarm.TIME_AHEAD)
        proof = prove(cursor, page, self.page_limit, block.seqno, tail)
        watermark = believed
        if proof.is_covered:
            covered = min(block.at - FINALITY_LAG, now, proof.waiting_since or now)
            # A lagging index may show an earlier time, but what was covered once stays so.
            watermark = covered if believed is None else max(believed, covered)
        last_lt, last_hash = (proof.rows[-1].lt, proof.rows[-1].tx_hash) if proof.rows else (cursor.lt, cursor.tx_hash)
        return Scan(
            transfers=tuple(self._transfer(row) for row in proof.rows),
            cursor=Cursor(self.source, last_lt, last_hash, watermark),
            complete=proof.complete,
            alarm=proof.alarm,
        )

    async def newest(self) -> Cursor:
        """The cursor to start from on a wallet with an older history: after its newest transaction.

        Raises ChainUnavailable, also when index and account state disagree about the newest transaction.
        """
        tail = await self.api.tail(self.account)
        row = await self.api.newest(self.account)
        shown = (row.lt, row.tx_hash) if row else (0, Cursor.start(self.source).tx_hash)
        if shown != (tail.lt, tail.tx_hash) or (row is not None and self._is_ahead(row.occurred_at)):
            raise ChainUnavailable("the newest transaction is not clear yet")
        return Cursor(self.source, *shown)

    async def position(self, lt: int) -> Cursor | None:
        """The cursor at the final transaction *lt*, None when the index doesn't show it. Raises ChainUnavailable."""
        if lt == 0:
            return Cursor.start(self.source)
        if not 0 < lt < MAX_LT:
            return None
        page = await self.api.transactions(self.account, lt, 1)
        if self._is_ahead(*(row.occurred_at for row in page)):
            raise ChainUnavailable("the index shows a time in the future")
        hashes = {row.tx_hash for row in page if row.lt == lt and row.is_final}
        return Cursor(self.source, lt, hashes.pop()) if len(hashes) == 1 else None

    def _is_ahead(self, *times: datetime) -> bool:
        return any(time > self.clock.now() + MAX_AHEAD for time in times)

    def _transfer(self, row: Transaction) -> Transfer:
        message = row.in_msg
        is_internal = message is not None and message.source is not None
        # An external message is our own signed order: it has no payer's comment.
        body = read_body(message.body) if message and is_internal else Body(None, Comment(CommentKind.EMPTY))
        return Transfer(
            network=str(self.api.network),
            account=self.account.raw,
            lt=row.lt,
            tx_hash=row.tx_hash,
            prev_lt=row.prev_lt,
            prev_hash=row.prev_hash,
            asset=TON,
            amount_units=message.value if message else 0,
            sender=message.source.raw if message and message.source else None,
            comment=body.comment,
            kind=classify(row, body, self.own, self.jetton_wallets),
            occurred_at=row.occurred_at,
            raw=row.raw,
        )


def _believed(watermark: datetime | None, now: datetime) -> datetime | None:
    """A watermark later than now was never true: nothing is known to be covered, until it is proved again."""
    return None if watermark is not None and watermark > now else watermark
