"""One check of the doctor and its result."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from orbit_adapters.sql.engine import UnusableDatabase
from orbit_domain.storage import StorageError

LIMIT_S = 6


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What was checked, whether it is in order, what was seen, and what to do if it isn't. Holds no secret.

    `is_warning`: the shop works so, but the owner will miss something; the remedy is shown too.
    """

    about: str
    ok: bool
    seen: str
    remedy: str = ""
    is_warning: bool = False


Check = Callable[[], Awaitable[Sequence[CheckResult]]]


async def run_check(about: str, check: Check, remedy: str) -> Sequence[CheckResult]:
    """Return the results of *check*, or one bad result when it raises or takes longer than LIMIT_S seconds."""
    try:
        async with asyncio.timeout(LIMIT_S):
            return await check()
    except TimeoutError:
        return (CheckResult(about, False, f"no answer within {LIMIT_S} s", remedy),)
    except (StorageError, UnusableDatabase) as error:  # Their messages hold no secret, and say more than their names.
        return (CheckResult(about, False, str(error), remedy),)
    except Exception as error:  # the report must name everything that is wrong, whatever it is
        return (CheckResult(about, False, type(error).__name__, remedy),)
