"""The doctor's check that the records are in the currency of the settings."""

from collections.abc import Sequence

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import schema_state
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.use_cases.read_base_currency import ReadBaseCurrency, RecordedCurrency
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult
from orbit_entry.runtime.base_currency import require_base_currency
from orbit_entry.runtime.failures import CannotStart


async def check_currency(settings: Settings) -> Sequence[CheckResult]:
    """Whether a process with these settings would start, and whether the currency can still be changed."""
    current, head = await schema_state(settings.database)
    if current != head:
        return ()  # The check of the database says so.
    engine = open_engine(settings.database)
    try:
        storage = SqlStorage(engine, base=settings.base)
        recorded = await require_base_currency(ReadBaseCurrency(storage), settings.base)
    except CannotStart as error:
        return (CheckResult("currency", False, str(error), error.next_step),)
    finally:
        await engine.dispose()
    return (CheckResult("currency", True, f"{settings.currency}, {_state(recorded)}"),)


def _state(recorded: RecordedCurrency) -> str:
    if recorded.accounts is not None:
        return "as the ledger is kept"
    return "as the plans are priced" if recorded.plans else "nothing is recorded in it yet"
