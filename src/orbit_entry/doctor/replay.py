"""The doctor's check that a restored shop knows again what was paid since its backup."""

from collections.abc import Sequence

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import schema_state
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.backup.replay import ENDED, REPLAY
from orbit_domain.steps.asked_work import running_work
from orbit_domain.storage import AdminAction
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult


async def check_replay(settings: Settings) -> Sequence[CheckResult]:
    """Nothing where no replay runs."""
    current, head = await schema_state(settings.database)
    if current != head:
        return ()  # The check of the database says so.
    engine = open_engine(settings.database)
    try:
        began = await _began(SqlStorage(engine, base=settings.base))
    finally:
        await engine.dispose()
    if began is None:
        return ()
    seen = f"restored at {began.at.isoformat(timespec='seconds')}, {began.reason}; payments since are being read"
    return (CheckResult("replay", True, seen, "orbit run reads them; orbit backup replay", is_warning=True),)


async def _began(storage: SqlStorage) -> AdminAction | None:
    async with storage.transaction() as tx:
        return await running_work(tx, REPLAY, ENDED)
