"""Twenty thousand transfers through an index that loses, repeats, reorders and lies, read by the shop's own job."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.migrate import migrate
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.ton import scanner
from orbit_adapters.ton.answers import Transaction
from orbit_adapters.ton.continuity import Proof
from orbit_adapters.ton.position import ChainPosition
from orbit_domain.money import RUB
from tests.integration.ton.scan_marathon.lies import LIES
from tests.integration.ton.scan_marathon.marathon import Marathon, ScanFailed
from tests.integration.ton.scan_marathon.outcome import prove_outcome

TRANSFERS = 20_000


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[AsyncEngine]:
    """An empty shop; what survives a loss of power isn't the subject here."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}"
    await migrate(url)
    engine = open_engine(url, "OFF")
    yield engine
    await engine.dispose()


async def test_twenty_thousand_transfers_are_booked_once_whatever_the_index_does(engine: AsyncEngine) -> None:
    """Every gap is noticed, none is missed, and in the end records, receipts and ledger are what happened."""
    scan = Marathon(SqlStorage(engine, base=RUB), page_limit=300)
    tally = await scan.run(TRANSFERS)
    outcome = await prove_outcome(engine, scan)
    assert outcome.records >= TRANSFERS
    assert tally.met == tally.told
    assert set(tally.told) == {lie.name for lie in LIES}
    assert tally.races > 0
    assert outcome.customers == tally.requests > 0


async def test_a_reader_that_believes_everything_is_found_out(
    engine: AsyncEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The scan isn't blind: without the proof of links it fails at the first lie that matters."""

    def believed(at: ChainPosition, page: tuple[Transaction, ...], *_: object) -> Proof:
        return Proof(tuple(row for row in page if row.lt > at.lt), complete=True, is_covered=True)

    monkeypatch.setattr(scanner, "prove", believed)
    with pytest.raises(ScanFailed, match=r"reading \d+"):
        await Marathon(SqlStorage(engine, base=RUB), page_limit=300).run(TRANSFERS)


async def test_the_command_prints_what_it_counted() -> None:
    """It ends with lies by kind, the ledger's sums, the speed, and exit 0."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.integration.ton.scan_marathon",
        "--transfers",
        "400",
        cwd=Path(__file__).parents[4],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output = (await process.communicate())[0].decode()
    assert process.returncode == 0, output
    assert re.search(r"^\d+ transfers a second, \d+ a second of processor time", output, re.MULTILINE), output
    assert re.search(r"^ledger: asset:ton:ton:native -\d+ ton:native", output, re.MULTILINE), output
    assert output.rstrip().endswith("every gap noticed, nothing missed, nothing doubled")
