"""The migration to urgency keeps every notice that an older version had added, and its turn."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.notice.notice import Notice, PeriodEnding
from orbit_domain.notice.repository import OutboxMessage
from orbit_testing import samples
from orbit_testing.contracts.notifier import ONE_OF_EACH
from orbit_testing.samples import HOUR, NOW

_ROWS = "SELECT dedupe, done_at IS NOT NULL FROM outbox ORDER BY id"


_BACKWARDS: tuple[Notice, ...] = ONE_OF_EACH[::-1]
"""One of each kind, the least urgent ones first."""

_BY_URGENCY = sorted(_BACKWARDS, key=lambda notice: notice.priority)


async def test_old_notices_get_the_priority_of_their_kind(tmp_path: Path) -> None:
    """After down and up every notice is there, and they are claimed by urgency; what was dropped stays done."""
    claimed, dropped = await _after_down_and_up(f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}")
    assert [message.notice for message in claimed] == _BY_URGENCY
    assert (dropped.done_at, dropped.dropped_reason) == (NOW, None)


async def test_old_notices_get_the_priority_of_their_kind_on_postgres(postgres_url: str) -> None:
    """The same on PostgreSQL."""
    claimed, dropped = await _after_down_and_up(postgres_url)
    assert [message.notice for message in claimed] == _BY_URGENCY
    assert (dropped.done_at, dropped.dropped_reason) == (NOW, None)


async def _after_down_and_up(address: str) -> tuple[tuple[OutboxMessage, ...], OutboxMessage]:
    """What a worker claims then, and the message that was dropped before."""
    await migrate(address)
    engine = open_engine(address)
    await _fill(engine)
    rows = await _read(engine)
    await migrate(address, "0004", down=True)
    assert await _read(engine) == rows
    await migrate(address)
    assert await _read(engine) == rows
    async with SqlStorage(engine, base=RUB).transaction() as tx:
        claimed = await tx.outbox.claim(NOW + HOUR, NOW + 2 * HOUR, 100)
        (dropped,) = await tx.outbox.of_user(TelegramId(999), 5)
    await engine.dispose()
    return claimed, dropped


async def _fill(engine: AsyncEngine) -> None:
    async with SqlStorage(engine, base=RUB).transaction() as tx:
        stale = samples.message(999, TelegramId(999), notice=PeriodEnding("one_day", NOW, None), not_before=NOW)
        await tx.outbox.add(stale)
        (claimed,) = await tx.outbox.claim(NOW, NOW + HOUR, 1)
        await tx.outbox.drop(claimed, NOW, "too late")
        for number, notice in enumerate(_BACKWARDS):
            await tx.outbox.add(samples.message(number, TelegramId(number), notice=notice))


async def _read(engine: AsyncEngine) -> list[tuple[str, bool]]:
    async with engine.connect() as connection:
        return [(dedupe, bool(done)) for dedupe, done in await connection.execute(text(_ROWS))]
