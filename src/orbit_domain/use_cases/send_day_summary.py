"""The day that ended, in figures, once a day."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NewType

from orbit_domain.clock import Clock
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.notice.shop_notices import DaySummary, MethodTotal
from orbit_domain.shop_chat.shop_chat import Purpose
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Storage, Transaction

SummaryHour = NewType("SummaryHour", int)
"""The hour of UTC from which the day before is told."""

_DAY = timedelta(days=1)
_LISTED = 200


@dataclass(frozen=True, slots=True)
class SendDaySummary:
    """From that hour on, put the figures of yesterday into the outbox. Its dedupe key is the day: it is told once.

    A shop that was down then tells it later that day. Without a chosen chat nothing is counted.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    owner: TelegramId | None
    hour: SummaryHour = SummaryHour(6)

    async def __call__(self) -> bool:
        """Whether it was told now."""
        now = self.clock.now()
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        if self.owner is None or now < today + timedelta(hours=self.hour):
            return False
        async with self.storage.transaction() as tx:
            chat = await tx.shop_chats.get(Purpose.SUMMARY)
            key = _empty(today - _DAY).dedupe_key(self.owner)
            if chat is None or await tx.outbox.known([key]):
                return False
        # A day of a large shop takes a while to count: no customer waits for it.
        async with self.storage.snapshot() as tx:
            summary = await _summary(tx, today - _DAY, now)
        async with self.storage.transaction() as tx:
            return await notify(tx, self.ids, self.owner, summary, now)


def _empty(day: datetime) -> DaySummary:
    return DaySummary(day, 0, 0, 0, 0, 0, (), 0, 0, 0)


async def _summary(tx: Transaction, day: datetime, now: datetime) -> DaySummary:
    until = day + _DAY
    sales = await tx.periods.sales(day, until)
    totals = await tx.periods.receipt_totals(day, until)
    arrived = tuple(MethodTotal(one.method, one.total.currency.code, one.count, one.total.units) for one in totals)
    return DaySummary(
        day_at=day,
        new_users=sales.new_users,
        trials=sales.trials,
        sales=sales.sold,
        renewals=sales.renewals,
        sales_kopecks=sales.units,
        arrived=arrived,
        unmatched=len(await tx.receipts.unmatched(_LISTED)),
        undelivered=len(await tx.orders.waiting_since(now, None, _LISTED)),
        open_cases=await tx.cases.count_waiting(),
    )
