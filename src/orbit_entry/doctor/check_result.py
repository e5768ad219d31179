"""One line of the doctor's report."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

LIMIT_S = 6


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What was looked at, whether it is in order, what was seen, and what to do if it isn't. Holds no secret."""

    about: str
    ok: bool
    seen: str
    remedy: str = ""


Look = Callable[[], Awaitable[Sequence[CheckResult]]]


async def within_limit(about: str, look: Look, remedy: str) -> Sequence[CheckResult]:
    """What *look* finds; a single bad finding when it fails or takes longer than a few seconds."""
    try:
        async with asyncio.timeout(LIMIT_S):
            return await look()
    except TimeoutError:
        return (CheckResult(about, False, f"no answer within {LIMIT_S} s", remedy),)
    except Exception as error:  # the report must name everything that is wrong, whatever it is
        return (CheckResult(about, False, type(error).__name__, remedy),)
