"""The doctor's check that the owner can be told of things."""

from collections.abc import Sequence

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import schema_state
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ids import TelegramId
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult

_MANY = 100


async def check_alerts(settings: Settings) -> Sequence[CheckResult]:
    """Whether the owner has started the bot and not blocked it: Telegram lets no bot write to anybody else."""
    current, head = await schema_state(settings.database)
    if settings.owner is None or current != head:
        return ()  # The checks of the settings and of the database say so.
    engine = open_engine(settings.database)
    try:
        return (await _check(SqlStorage(engine, base=settings.base), settings.owner),)
    finally:
        await engine.dispose()


async def _check(storage: SqlStorage, owner: TelegramId) -> CheckResult:
    async with storage.transaction() as tx:
        user = await tx.users.get(owner)
        messages = await tx.outbox.of_user(owner, _MANY)
    waiting = sum(message.done_at is None and message.dead_at is None for message in messages)
    wait = f"{waiting if waiting < _MANY else f'{_MANY} or more'} alerts wait"
    if user is None:
        return _warning(f"the owner {owner} hasn't started the bot: {wait}", "press /start in the bot")
    if user.unreachable_at is not None:
        return _warning(f"the owner {owner} has blocked the bot: alerts are lost", "unblock the bot and press /start")
    return CheckResult("alerts", True, f"the owner has started the bot, {wait}")


def _warning(seen: str, remedy: str) -> CheckResult:
    return CheckResult("alerts", True, seen, remedy, is_warning=True)
