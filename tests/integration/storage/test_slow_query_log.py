"""Slow statements are logged by their fingerprint, which holds no data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine
from structlog.testing import capture_logs

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.slow_query_log import SlowQueryLog, fingerprint
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_testing import samples

FINGERPRINTS = {
    "SELECT 1": "SELECT ?",
    "SELECT a1 FROM t2\n  WHERE b = 'it''s' AND c = $1::VARCHAR": "SELECT a1 FROM t2 WHERE b = ? AND c = ?",
    "SELECT x WHERE a IN (?, ?, ?) AND b = 1.5": "SELECT x WHERE a IN (?…) AND b = ?",
    "INSERT INTO t (a, b) VALUES ($1::NUMERIC(40, 0), $2::TIMESTAMP WITH TIME ZONE), ($3, $4)": (
        "INSERT INTO t (a, b) VALUES (?…)…"
    ),
    "SET x = E'a\\'SECRET'": "SET x = E'a …",
    "DO $$ SECRET $$": "DO …",
}


class Stopwatch:
    """A timer on which every statement takes *each_ms*."""

    def __init__(self, each_ms: int) -> None:
        self.each_ms = each_ms
        self.at_ms = 0

    def __call__(self) -> int:
        self.at_ms += self.each_ms
        return self.at_ms * 1_000_000


def watched(engine: AsyncEngine, each_ms: int) -> SlowQueryLog:
    """Watch *engine* with a timer on which every statement takes so long."""
    slow = SlowQueryLog(timer_ns=Stopwatch(each_ms))
    slow.watch(engine)
    return slow


@pytest.mark.parametrize("statement", FINGERPRINTS)
def test_a_shape_has_no_values(statement: str) -> None:
    """Texts, numbers and parameters become `?`, lists of them `?…`, and unknown quoting ends the fingerprint."""
    assert fingerprint(statement) == FINGERPRINTS[statement]


@given(value=st.text(), number=st.integers(0))
def test_no_text_and_no_number_is_kept(value: str, number: int) -> None:
    """For every text that is quoted as SQL, the fingerprint is the same as for any other value."""
    quoted = value.replace("'", "''").replace("\\", "").replace("$", "")
    assert (
        fingerprint(f"SELECT x FROM t WHERE a = '{quoted}' AND b = {number}") == "SELECT x FROM t WHERE a = ? AND b = ?"
    )


def test_a_shape_is_short() -> None:
    """A long statement has a short fingerprint."""
    assert len(fingerprint("SELECT " + ", ".join(f"column_{number}x" for number in range(900)))) < 410


async def test_a_slow_statement_is_logged_and_counted(sqlite_engine: AsyncEngine) -> None:
    """More than a quarter of a second: one line with its fingerprint and time, and one more in the count, each time."""
    slow = watched(sqlite_engine, each_ms=300)
    with capture_logs() as lines:
        for newcomer in (samples.ALICE, samples.BORIS):
            async with SqlStorage(sqlite_engine, base=RUB).transaction() as tx:
                await tx.users.add_if_absent(samples.new_user(newcomer, username="private_name"))
    inserts = [line for line in lines if str(line["fingerprint"]).startswith("INSERT INTO users")]
    assert [(line["event"], line["log_level"], line["milliseconds"]) for line in inserts] == [
        ("slow_statement", "warning", 300)
    ] * 2
    assert slow.counts[inserts[0]["fingerprint"]] == 2
    assert slow.total == len(lines)
    assert "private_name" not in str(lines)


async def test_a_quick_statement_is_not_mentioned(sqlite_engine: AsyncEngine) -> None:
    """A statement that takes a quarter of a second isn't logged."""
    slow = watched(sqlite_engine, each_ms=250)
    with capture_logs() as lines:
        async with SqlStorage(sqlite_engine, base=RUB).transaction() as tx:
            await tx.plans.active()
    assert (slow.total, lines) == (0, [])


async def test_a_slow_failure_counts_too(sqlite_engine: AsyncEngine) -> None:
    """A slow statement that ended in an error is counted like any other."""
    slow = watched(sqlite_engine, each_ms=1000)
    async with sqlite_engine.connect() as connection:
        with pytest.raises(OperationalError):
            await connection.execute(text("SELECT x FROM no_such_table"))
    assert slow.counts["SELECT x FROM no_such_table"] == 1


async def test_every_engine_has_a_slow_query_log(sqlite_url: str) -> None:
    """An engine counts slow statements in the log that it was opened with."""
    slow = SlowQueryLog(over_ms=-1)
    engine = open_engine(sqlite_url, slow_query_log=slow)
    async with engine.connect() as connection:
        await connection.execute(text("SELECT 77"))
    await engine.dispose()
    assert slow.counts["SELECT ?"] == 1
