"""The doctor's check of what is sealed in the database: whether an older key is still needed."""

from collections.abc import Sequence

from orbit_adapters.sql.migrate import schema_state
from orbit_adapters.sql.sealed_counts import sealed_otherwise
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult
from orbit_entry.runtime.failures import CannotStart
from orbit_entry.runtime.secret_box import open_secret_box

_NO_KEY = ""


async def check_sealed_links(settings: Settings) -> Sequence[CheckResult]:
    """How many links of customers and gifts another key than the first has sealed. The panels' check counts theirs."""
    current, head = await schema_state(settings.database)
    if current != head:
        return ()  # The check of the database says so.
    stored = sum(count for count, _ in (await sealed_otherwise(settings.database, _NO_KEY)).values())
    if not stored:
        return ()  # No key is needed yet, and none is made by looking.
    try:
        key_id = open_secret_box(settings).key_id
    except CannotStart as error:
        return (CheckResult("sealed links", False, str(error), error.next_step),)
    found = await sealed_otherwise(settings.database, key_id)
    if not any(others for _, others in found.values()):
        seen = f"stored: {stored}, sealed with the first key; older keys may go once `secret keys` says the same"
        return (CheckResult("sealed links", True, seen),)
    words = ", ".join(f"{kind}: {others} of {count}" for kind, (count, others) in found.items() if others)
    return (CheckResult("sealed links", True, f"sealed with an older key: {words}", "orbit secrets reseal", True),)
