"""An account's history in memory, under the same contract as a real source."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from orbit_domain.clock import Clock
from orbit_domain.money import TON, Currency, Money
from orbit_domain.payment.effect import Effect
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.payment.second_word import AGREED, Word
from orbit_domain.payment.source import (
    Batch,
    Cursor,
    ReceiptSource,
    ResetRefused,
    SourceAlarm,
    SourceReset,
    SourceUnavailable,
)
from orbit_domain.payment.source_record import (
    NO_COMMENT,
    REFUND,
    Comment,
    CommentKind,
    Meaning,
    ReceiptKey,
    SourceRecord,
)

_MAX_AHEAD = timedelta(seconds=60)
_STEP = 1_000_003


class MemoryChain:
    """The port `ReceiptSource` over a list. Its faults are plain fields, to be set and reset by a test.

    `silent`: every call fails. `lost`: external ids of records that are not shown. `lags`: the newest record is not
    shown. `is_ahead`: its times are far in the future. `page_limit`: most records a batch. `confirm_from`: from so many
    units on a second reader has to speak, and `word` is what it says; None: there is no second reader.
    The watermark is the clock's time.
    """

    def __init__(self, clock: Clock, name: str = "ton:testnet:0:" + "A" * 64, page_limit: int = 1000) -> None:
        self.name = name
        self.method = TON_METHOD
        self.dust_units = 5_000_000
        self.clock = clock
        self.page_limit = page_limit
        self.records: list[SourceRecord] = []
        self.silent = False
        self.lags = False
        self.is_ahead = False
        self.lost: set[str] = set()
        self.confirm_from: int | None = None
        self.word: Word = AGREED

    def deposit(
        self,
        units: int,
        comment: Comment | str = "",
        at: datetime | None = None,
        *,
        meaning: Meaning = Meaning.DEPOSIT,
        asset: Currency = TON,
        sender: str | None = "0:" + "B" * 64,
        invoice_id: str | None = None,
    ) -> SourceRecord:
        """Append a record of *units*, of any *meaning*, at the provider's time *at* (default: now)."""
        if isinstance(comment, str):
            comment = Comment(CommentKind.TEXT, comment) if comment else NO_COMMENT
        number = (int(self.records[-1].external_id) if self.records else 0) + _STEP
        digest = hashlib.sha256(f"{self.name}/{number}/{self._last().position}/{units}".encode()).hexdigest()
        return self._append(
            number,
            digest,
            amount=Money(units, asset),
            kind=meaning,
            meaning=meaning,
            sender=sender,
            comment=comment,
            occurred_at=at or self.clock.now(),
            invoice_id=invoice_id,
        )

    def move(self, *effects: Effect, asset: Currency = TON) -> SourceRecord:
        """Append a record that brings no customer's money and has these *effects*."""
        number = (int(self.records[-1].external_id) if self.records else 0) + _STEP
        digest = hashlib.sha256(f"{self.name}/{number}/{self._last().position}/{effects}".encode()).hexdigest()
        return self._append(
            number,
            digest,
            amount=Money(0, asset),
            kind="own_send",
            meaning=Meaning.NOTHING,
            sender=None,
            comment=NO_COMMENT,
            occurred_at=self.clock.now(),
            effects=effects,
        )

    def _append(self, number: int, digest: str, **facts: Any) -> SourceRecord:
        position = f"{number}:{digest}"
        record = SourceRecord(self.name, str(number), digest, position, raw="{}", **facts)
        self.records.append(record)
        return record

    def needs_second_word(self, amount: Money) -> bool:
        """Whether *amount* is too much for the word of one reader."""
        return self.confirm_from is not None and amount.units >= self.confirm_from

    async def second_word(self, record: SourceRecord) -> Word:
        """What both readers say of *record* now."""
        return self.word

    def take_back(self, arrival: SourceRecord, units: int | None = None) -> SourceRecord:
        """Append a record that *units* of *arrival*, here or at another source, went back: all of them by default."""
        gone = arrival.amount.units if units is None else units
        record = self.deposit(gone, meaning=Meaning.NOTHING, asset=arrival.amount.currency)
        reverses = ReceiptKey(arrival.source, arrival.external_id)
        self.records[-1] = replace(record, kind=REFUND, reverses=reverses)
        return self.records[-1]

    async def newest(self) -> Cursor:
        """After everything that has happened so far. Raises SourceUnavailable while that record isn't visible."""
        self._answer()
        if self.lags or self._is_lost(self.records[-1:]) or self._shows_the_future(self.records[-1:]):
            raise SourceUnavailable("the newest transaction is not clear yet")
        return self._last()

    async def plan_reset(self, before: Cursor, recorded: Sequence[SourceRecord], at: str | None = None) -> SourceReset:
        """Where reading would continue, as the port says. Raises ResetRefused, SourceUnavailable."""
        self._answer()
        shown = {record.external_id: record.position for record in self._shown()}
        if self._shows_the_future(self._shown()):
            raise SourceUnavailable("the chain in memory shows a time in the future")
        stands = _number(before.position)
        known = {_number(position): position for position in (*(one.position for one in recorded), before.position)}
        if at is not None:
            if at not in shown:
                raise ResetRefused(f"no transaction with lt {at} is shown now")
            after = Cursor(self.name, shown[at])
            if int(at) > stands:
                return SourceReset(before, after, (str(stands), at))
            is_proved = known.get(int(at), shown[at]) == shown[at]
            return SourceReset(before, after, None if is_proved else (str(int(at) - 1), at))
        for number in sorted((one for one in known if one <= stands), reverse=True):
            if known[number] == (shown.get(str(number)) if number else ""):
                return SourceReset(before, Cursor(self.name, known[number]), None)
        newest = await self.newest()
        last = _number(newest.position)
        return SourceReset(before, newest, (str(stands if last > stands else 0), str(last)))

    async def read(self, cursor: Cursor) -> Batch:
        """Read on from *cursor* as the port says. Raises SourceUnavailable while `silent`."""
        self._answer()
        if cursor.source != self.name:
            raise ValueError(f"a cursor of {cursor.source} given to {self.name}")
        if cursor.watermark is not None and cursor.watermark > self.clock.now():
            cursor = replace(cursor, watermark=None)
        rows = [each for each in self._shown() if int(each.external_id) > _number(cursor.position)]
        alarm = SourceAlarm.TIME_AHEAD if self._shows_the_future(rows) else self._anchor_alarm(cursor)
        if alarm:
            return Batch((), cursor, complete=False, alarm=alarm)
        return self._follow(cursor, rows)

    def _shows_the_future(self, rows: list[SourceRecord]) -> bool:
        return self.is_ahead or any(row.occurred_at > self.clock.now() + _MAX_AHEAD for row in rows)

    def _is_lost(self, rows: list[SourceRecord]) -> bool:
        return any(row.external_id in self.lost for row in rows)

    def _shown(self) -> list[SourceRecord]:
        newest = self.records[-1:] if self.lags else []
        return [each for each in self.records if each.external_id not in self.lost and each not in newest]

    def _answer(self) -> None:
        if self.silent:
            raise SourceUnavailable("the chain in memory is set to be silent")

    def _follow(self, cursor: Cursor, rows: list[SourceRecord]) -> Batch:
        proved: list[SourceRecord] = []
        before = {row.position: prior.position for prior, row in zip(self.records, self.records[1:], strict=False)}
        for row in rows[: self.page_limit]:
            if before.get(row.position, "") != cursor.position:
                return Batch(tuple(proved), cursor, complete=False, alarm=SourceAlarm.HOLE)
            proved.append(row)
            cursor = replace(cursor, position=row.position)
        if len(rows) > self.page_limit:
            return Batch(tuple(proved), cursor, complete=False)
        if cursor.position != self._last().position:
            return Batch(tuple(proved), cursor, complete=False, alarm=SourceAlarm.TAIL_MISMATCH)
        return Batch(tuple(proved), replace(cursor, watermark=self.clock.now()), complete=True)

    def _anchor_alarm(self, cursor: Cursor) -> SourceAlarm | None:
        if not cursor.position:
            return None
        known = {_number(each.position): each.position for each in self.records}.get(_number(cursor.position))
        if known is None:
            return SourceAlarm.ANCHOR_MISSING
        return None if known == cursor.position else SourceAlarm.HASH_CONFLICT

    def _last(self) -> Cursor:
        return Cursor(self.name, self.records[-1].position) if self.records else Cursor.start(self.name)


class MemorySources:
    """The port `ReceiptSources`: those that are in use, and older ones that still exist."""

    def __init__(self, *sources: ReceiptSource, older: Sequence[ReceiptSource] = ()) -> None:
        self._sources = sources
        self._known = {source.name: source for source in (*sources, *older)}

    def all(self) -> tuple[ReceiptSource, ...]:
        """The sources in use."""
        return self._sources

    def get(self, name: str) -> ReceiptSource | None:
        """The source of that name."""
        return self._known.get(name)


def _number(position: str) -> int:
    return int(position.partition(":")[0] or 0)
