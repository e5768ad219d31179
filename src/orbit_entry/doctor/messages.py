"""The doctor's check of messages that were given up."""

from collections.abc import Sequence

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import schema_state
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.clock import Clock
from orbit_domain.notice.repository import LossReason, LostMessages
from orbit_domain.use_cases.show_health import LOST_FOR
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult

_ABOUT = "messages"


async def check_messages(settings: Settings, clock: Clock) -> Sequence[CheckResult]:
    """Whether everybody was told in the last day what was to be told."""
    current, head = await schema_state(settings.database)
    if current != head:
        return ()  # The check of the database says so.
    engine = open_engine(settings.database)
    try:
        async with SqlStorage(engine, base=settings.base).transaction() as tx:
            return (_result(await tx.outbox.lost_since(clock.now() - LOST_FOR)),)
    finally:
        await engine.dispose()


def _result(found: Sequence[LostMessages]) -> CheckResult:
    unreachable = sum(one.count for one in found if one.reason is LossReason.UNREACHABLE)
    lost = [one for one in found if one.reason is LossReason.UNREADABLE]
    blocked = f"{unreachable} went to nobody: the bot is blocked there" if unreachable else "none was given up"
    if not lost:
        return CheckResult(_ABOUT, True, f"in the last day {blocked}")
    kinds = ", ".join(f"{one.count} {one.topic}" for one in lost)
    remedy = "run one version of Orbit in every process (orbit --version); orbit support-bundle has the reasons"
    return CheckResult(_ABOUT, True, f"in the last day this version couldn't send {kinds}", remedy, is_warning=True)
