"""The migration to due reminders forgets nobody whose period is about to end, or has just ended."""

from datetime import UTC, datetime
from pathlib import Path

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.subscription.subscription import Subscription
from orbit_testing import samples
from orbit_testing.samples import HOUR

_DAY = 24 * HOUR
_SOON, _LATER, _JUST_OVER, _LONG_OVER = map(TelegramId, (1, 2, 3, 4))
_DUE = [[_JUST_OVER, _SOON], [_JUST_OVER, _SOON], [_JUST_OVER, _SOON, _LATER]]


async def test_the_reminders_of_an_older_shop_are_due(tmp_path: Path) -> None:
    """Three days before the end, or at once; a period that ended long ago has none."""
    assert await _due(f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}") == _DUE


async def test_the_reminders_of_an_older_shop_are_due_on_postgres(postgres_url: str) -> None:
    """The same on PostgreSQL."""
    assert await _due(postgres_url) == _DUE


async def _due(address: str) -> list[list[TelegramId]]:
    """Who is reminded now, an hour before the time of the later one, and at that time."""
    await migrate(address)
    engine, now = open_engine(address), datetime.now(UTC)
    storage = SqlStorage(engine, base=RUB)
    ends = {_SOON: now + HOUR, _LATER: now + 30 * _DAY, _JUST_OVER: now - 2 * _DAY, _LONG_OVER: now - 30 * _DAY}
    async with storage.transaction() as tx:
        for tg_id, ends_at in ends.items():
            await tx.users.add_if_absent(samples.new_user(tg_id))
            await tx.subscriptions.save(Subscription(tg_id, ends_at))
    await engine.dispose()
    await migrate(address, "0032", down=True)
    await migrate(address)
    async with storage.transaction() as tx:
        times = (now, now + 27 * _DAY - HOUR, now + 27 * _DAY)
        due = [[one.tg_id for one in await tx.subscriptions.to_remind(at, 9)] for at in times]
    await engine.dispose()
    return due
