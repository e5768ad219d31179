"""A hundred thousand transfers, read from an honest index and booked by the worker's own use case."""

from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.database import shop_database
from benchmarks.figures import Figure, spread
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from tests.integration.ton.scan_marathon.marathon import Marathon
from tests.integration.ton.scan_marathon.outcome import prove_outcome
from tests.integration.ton.scan_marathon.tally import Tally

TITLE = "A scan: transfers read and recorded"
TRANSFERS, SMALL_TRANSFERS = 100_000, 300
PAGE_LIMIT, SMALL_PAGE_LIMIT = 1_000, 100
PART, SMALL_PART = 5_000, 50
"""So many transfers make one figure of the spread."""


async def measure(*, small: bool) -> list[Figure]:
    """Measure on SQLite and on a PostgreSQL server of its own.

    Raises ScanFailed when a transfer is missed, doubled, or booked wrongly.
    """
    with TemporaryDirectory(prefix="orbit-scan-") as folder:
        url = f"sqlite+aiosqlite:///{Path(folder) / 'shop.db'}"
        await migrate(url)
        figures = await measure_at(url, small=small)
    async with shop_database() as url:
        return figures + await measure_at(url, small=small)


async def measure_at(url: str, *, small: bool) -> list[Figure]:
    """Measure on the empty shop at *url*."""
    engine = open_engine(url, jobs=True)
    unlimited = open_engine(url, unlimited=True)  # The proof walks through all rows in one transaction.
    parts = _Parts(SMALL_PART if small else PART)
    try:
        scan = Marathon(
            SqlStorage(engine, base=RUB),
            page_limit=SMALL_PAGE_LIMIT if small else PAGE_LIMIT,
            lie_share=0,
            progressed=parts.add,
        )
        tally = await scan.run(SMALL_TRANSFERS if small else TRANSFERS)
        outcome = await prove_outcome(unlimited, scan)
    finally:
        await engine.dispose()
        await unlimited.dispose()
    name = "SQLite" if url.startswith("sqlite") else "PostgreSQL"
    return [
        Figure(f"{name}: transfers recorded once", outcome.records, ""),
        Figure(f"{name}: of them money", outcome.receipts, ""),
        Figure(f"{name}: by the clock", tally.per_second, "transfers/s"),
        Figure(f"{name}: of processor time", tally.per_cpu_second, "transfers/s"),
        spread(f"{name}: by the clock, {parts.size} at a time", parts.per_second, "transfers/s", more_is_better=True),
        spread(
            f"{name}: of processor time, {parts.size} at a time",
            parts.per_cpu_second,
            "transfers/s",
            more_is_better=True,
        ),
    ]


class _Parts:
    """The rates of one part of the scan after the other."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.per_second: list[float] = []
        self.per_cpu_second: list[float] = []
        self._last = (0, 0.0, 0.0)

    def add(self, tally: Tally) -> None:
        """Measure the part that ends here, if one does."""
        recorded, clock_s, cpu_s = self._last
        more = tally.recorded - recorded
        if more >= self.size:
            self.per_second.append(more / (tally.spent_s - clock_s))
            self.per_cpu_second.append(more / (tally.spent_cpu_s - cpu_s))
            self._last = (tally.recorded, tally.spent_s, tally.spent_cpu_s)
