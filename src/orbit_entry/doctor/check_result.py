"""One check of the doctor and its result."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

LIMIT_S = 6


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What was checked, whether it is in order, what was seen, and what to do if it isn't. Holds no secret."""

    about: str
    ok: bool
    seen: str
    remedy: str = ""


Check = Callable[[], Awaitable[Sequence[CheckResult]]]


async def run_check(about: str, check: Check, remedy: str) -> Sequence[CheckResult]:
    """Return the results of *check*, or one bad result when it raises or takes longer than LIMIT_S seconds."""
    try:
        async with asyncio.timeout(LIMIT_S):
            return await check()
    except TimeoutError:
        return (CheckResult(about, False, f"no answer within {LIMIT_S} s", remedy),)
    except Exception as error:  # the report must name everything that is wrong, whatever it is
        return (CheckResult(about, False, type(error).__name__, remedy),)
