"""The stand-in of Marzban on a clock moved by hand, and ways to reach it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import stamina

from orbit_adapters.sandbox.faults import Faults
from orbit_adapters.sandbox.marzban.mischief import FAULTS
from orbit_adapters.sandbox.marzban.seed import demo_world
from orbit_adapters.sandbox.marzban.world import MarzbanWorld


@dataclass
class HandClock:
    """Stands still until moved."""

    at: datetime = field(default_factory=lambda: datetime(2026, 11, 21, 12, 0, 0, 500_000, tzinfo=UTC))

    def now(self) -> datetime:
        """The moment it was moved to."""
        return self.at

    def advance(self, **by: float) -> None:
        """Move by the named units, as timedelta takes them."""
        self.at += timedelta(**by)


@pytest.fixture
def hand_clock() -> Callable[..., HandClock]:
    """The clock's class, for tests that need another beginning."""
    return HandClock


@pytest.fixture
def clock() -> HandClock:
    """Noon of an ordinary day."""
    return HandClock()


@pytest.fixture
def world(clock: HandClock) -> MarzbanWorld:
    """The demo's panel: Frankfurt and Amsterdam."""
    return demo_world(clock, Random(7))


@pytest.fixture
def faults() -> Faults:
    """Everything works until a test says otherwise."""
    return Faults(FAULTS)


@pytest.fixture(autouse=True)
def _retries_without_waiting() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3, cap=True):
        yield
