"""An account's history in memory, under the same contract as the real chain."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from orbit_domain.clock import Clock
from orbit_domain.money import TON, Currency
from orbit_domain.payment.ports import ChainUnavailable
from orbit_domain.payment.transfer import Comment, CommentKind, Cursor, Scan, ScanAlarm, Transfer, TransferClass

_MAX_AHEAD = timedelta(seconds=60)


class MemoryChain:
    """The port `Chain` over a list. Its faults are plain fields, to be set and reset by a test.

    `silent`: every call fails. `lost`: lts of rows that are not shown. `lags`: the newest row is not
    shown. `is_ahead`: its times are far in the future. `page_limit`: most rows a scan.
    The watermark is the clock's time.
    """

    def __init__(self, clock: Clock, source: str = "ton:testnet:0:" + "A" * 64, page_limit: int = 1000) -> None:
        _, self.network, self.account = source.split(":", 2)
        self.source = source
        self.clock = clock
        self.page_limit = page_limit
        self.transfers: list[Transfer] = []
        self.silent = False
        self.lags = False
        self.is_ahead = False
        self.lost: set[int] = set()

    def deposit(
        self,
        units: int,
        comment: Comment | str = "",
        at: datetime | None = None,
        *,
        kind: TransferClass = TransferClass.DEPOSIT,
        asset: Currency = TON,
        sender: str | None = "0:" + "B" * 64,
    ) -> Transfer:
        """Append a transaction of *units*, of any *kind*, at the chain time *at* (default: now)."""
        if isinstance(comment, str):
            comment = Comment(CommentKind.TEXT, comment) if comment else Comment(CommentKind.EMPTY)
        last = self._last()
        lt = last.lt + 1_000_003
        transfer = Transfer(
            network=self.network,
            account=self.account,
            lt=lt,
            tx_hash=hashlib.sha256(f"{self.source}/{lt}/{last.tx_hash}/{units}".encode()).hexdigest(),
            prev_lt=last.lt,
            prev_hash=last.tx_hash,
            asset=asset,
            amount_units=units,
            sender=sender,
            comment=comment,
            kind=kind,
            occurred_at=at or self.clock.now(),
            raw="{}",
        )
        self.transfers.append(transfer)
        return transfer

    async def newest(self) -> Cursor:
        """After everything that has happened so far. Raises ChainUnavailable while that row isn't visible."""
        self._answer()
        last = self._last()
        if self.lags or last.lt in self.lost or self._shows_the_future(self.transfers[-1:]):
            raise ChainUnavailable("the newest transaction is not clear yet")
        return last

    async def position(self, lt: int) -> Cursor | None:
        """The cursor at the transaction *lt*, if it is shown. Raises ChainUnavailable while `silent`."""
        self._answer()
        if lt == 0:
            return Cursor.start(self.source)
        shown = [each for each in self._shown() if each.lt == lt]
        if self._shows_the_future(shown):
            raise ChainUnavailable("the chain in memory shows a time in the future")
        return Cursor(self.source, lt, shown[0].tx_hash) if shown else None

    async def scan(self, cursor: Cursor) -> Scan:
        """Read on from *cursor* as the port `Chain` says. Raises ChainUnavailable while `silent`."""
        self._answer()
        if cursor.source != self.source:
            raise ValueError(f"a cursor of {cursor.source} given to {self.source}")
        if cursor.watermark is not None and cursor.watermark > self.clock.now():
            cursor = replace(cursor, watermark=None)
        rows = [each for each in self._shown() if each.lt > cursor.lt]
        alarm = ScanAlarm.TIME_AHEAD if self._shows_the_future(rows) else self._anchor_alarm(cursor)
        if alarm:
            return Scan((), cursor, complete=False, alarm=alarm)
        return self._follow(cursor, rows)

    def _shows_the_future(self, rows: list[Transfer]) -> bool:
        return self.is_ahead or any(row.occurred_at > self.clock.now() + _MAX_AHEAD for row in rows)

    def _shown(self) -> list[Transfer]:
        newest = self.transfers[-1:] if self.lags else []
        return [each for each in self.transfers if each.lt not in self.lost and each not in newest]

    def _answer(self) -> None:
        if self.silent:
            raise ChainUnavailable("the chain in memory is set to be silent")

    def _follow(self, cursor: Cursor, rows: list[Transfer]) -> Scan:
        proved: list[Transfer] = []
        for row in rows[: self.page_limit]:
            if (row.prev_lt, row.prev_hash) != (cursor.lt, cursor.tx_hash):
                return Scan(tuple(proved), cursor, complete=False, alarm=ScanAlarm.HOLE)
            proved.append(row)
            cursor = replace(cursor, lt=row.lt, tx_hash=row.tx_hash)
        if len(rows) > self.page_limit:
            return Scan(tuple(proved), cursor, complete=False)
        if cursor.lt != self._last().lt:
            return Scan(tuple(proved), cursor, complete=False, alarm=ScanAlarm.TAIL_MISMATCH)
        return Scan(tuple(proved), replace(cursor, watermark=self.clock.now()), complete=True)

    def _anchor_alarm(self, cursor: Cursor) -> ScanAlarm | None:
        if cursor.lt == 0:
            return None
        known = {each.lt: each.tx_hash for each in self.transfers}.get(cursor.lt)
        if known is None:
            return ScanAlarm.ANCHOR_MISSING
        return None if known == cursor.tx_hash else ScanAlarm.HASH_CONFLICT

    def _last(self) -> Cursor:
        if not self.transfers:
            return Cursor.start(self.source)
        return Cursor(self.source, self.transfers[-1].lt, self.transfers[-1].tx_hash)
