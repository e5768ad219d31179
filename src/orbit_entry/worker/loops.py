"""The loops that converge: each calls one verb again and again, and survives whatever it meets."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass

import structlog

from orbit_domain.payment.ports import ChainUnavailable
from orbit_domain.storage import StorageTrouble
from orbit_entry.retrying import persevere

_LONGEST_PAUSE_S = 60

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Loop:
    """One verb and how many seconds lie between two of its turns."""

    name: str
    period_s: float
    turn: Callable[[], Awaitable[object]]


async def keep_turning(loop: Loop, stop: asyncio.Event) -> None:
    """Turn until *stop*; a turn in hand is finished first. After failures the pauses double up to a minute."""
    failures = 0
    while not stop.is_set():
        try:
            await persevere(loop.turn)
            failures = 0
        except (ChainUnavailable, StorageTrouble) as trouble:
            failures += 1
            log.warning("turn_put_off", loop=loop.name, error=type(trouble).__name__, reason=str(trouble))
        except Exception as error:  # a loop that dies would stop deliveries for everybody
            failures += 1
            log.exception("turn_failed", loop=loop.name, error=type(error).__name__)
        await _pause(min(loop.period_s * 2**failures, max(loop.period_s, _LONGEST_PAUSE_S)), stop)


async def _pause(seconds: float, stop: asyncio.Event) -> None:
    # Not wait_for: before Python 3.12 it can lose a cancellation.
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await stop.wait()
