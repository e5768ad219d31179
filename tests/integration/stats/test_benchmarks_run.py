"""Every benchmark runs to its end at a tiny size; the durations aren't checked."""

import json
from pathlib import Path

import pytest

from benchmarks import (
    backups,
    cache,
    claims,
    dust,
    growth,
    home_meanwhile,
    hot_path,
    links,
    load,
    placement,
    purchases,
    scan,
    stats,
    sweep,
)
from benchmarks.__main__ import main
from benchmarks.customer_block import CustomerBlock, customer_block
from benchmarks.figures import Figure, p50_ms, spread, table
from orbit_adapters.sql.migrate import migrate


def _values(figures: list[Figure]) -> dict[str, float]:
    return {one.name: one.value for one in figures}


@pytest.fixture(scope="session")
async def block(tmp_path_factory: pytest.TempPathFactory) -> CustomerBlock:
    """What a few customers have left: made once."""
    return await customer_block(tmp_path_factory.mktemp("block"))


async def test_stats_are_compared_on_one_shop(postgres_url: str) -> None:
    """Both readers count the same thousand users, by three statements and by fourteen, and the ratio is theirs."""
    found = _values(await stats.measure_at(postgres_url, small=True))
    assert (found["users"], found["payments"], found["keys"]) == (1_000, 3_000, 1_500)
    assert (found["statements, together"], found["statements, separate"]) == (3, 14)
    before, after = found["p50, separate, as they used to be: without indexes"], found["p50, together"]
    assert found["as they used to be / together"] == before / after


async def test_claims_are_shared_by_the_workers(postgres_url: str) -> None:
    """One, two and four processes each finish every notice, none of them twice."""
    found = _values(await claims.measure_at(postgres_url, small=True))
    assert {"1 worker, p50", "2 workers, p50", "4 workers, p50"} <= found.keys()
    assert all(value > 0 for value in found.values())


async def test_dust_keeps_no_customer_waiting(postgres_url: str) -> None:
    """Each customer who pays amid the dust is paid within two turns, and a settlement keeps its statements."""
    found = _values(await dust.measure_at(postgres_url, small=True))
    assert found["PostgreSQL: turns until all were paid"] <= dust.TURNS
    by_receipts = [value for name, value in found.items() if "statements" in name]
    assert by_receipts == [by_receipts[0]] * 2
    assert by_receipts[0] <= dust.STATEMENTS


async def test_a_backup_is_measured_beside_taps(tmp_path: Path, block: CustomerBlock) -> None:
    """Each customer's rows are in the archive and in its restored copy, and no tap meanwhile was in vain."""
    found = _values(await backups.measure_sqlite(tmp_path, block, small=True))
    assert found["SQLite: rows in all tables"] > 9 * backups.SMALL_CUSTOMERS
    assert found["SQLite: archive"] > 0
    assert found["SQLite: taps in vain"] == 0
    assert {f"SQLite: p99 of a tap, {step} / without" for step in ("dump", "verification")} <= found.keys()


async def test_most_taps_of_a_day_are_cache_hits() -> None:
    """On the day of the benchmark at least seven of ten taps find the customer in the cache."""
    found = _values(await cache.measure(small=True))
    assert found["taps"] > found["statements"] > found["customers"]
    assert found["hits"] >= 70


async def test_the_hot_path_keeps_its_statements() -> None:
    """A menu tap sends one statement, or none from the cache; a first /start at most three, a later one two."""
    found = _values(await hot_path.measure(small=True))
    budget = {"menu tap": 1, "menu tap, cached": 0, "/start, new user": 3, "/start, known user": 2}
    beyond = {
        name: found[f"{name}: statements"] for name, maximum in budget.items() if found[f"{name}: statements"] > maximum
    }
    assert not beyond


async def test_a_place_among_many_nodes_is_measured() -> None:
    """A choice alone, again and in a batch, and the verdicts: each has its time."""
    found = _values(await placement.measure(small=True))
    fleets = {name.partition(" nodes")[0] for name in found}
    assert fleets == {str(placement.SMALL_NODES), str(placement.FEW_NODES)}
    assert all(value > 0 for value in found.values())


async def test_a_sweep_costs_its_pages_and_its_drift() -> None:
    """Undamaged keys cost the pages alone; of the damaged ones each is found, and a call or a few mend it."""
    found = _values(await sweep.measure(small=True))
    damaged = sweep.SMALL_KEYS // sweep.ONE_IN
    for panel in ("memory", "Marzban"):
        assert found[f"{panel}, undamaged: wrong accounts found"] == 0
        assert found[f"{panel}, damaged: wrong accounts found"] == damaged
        assert found[f"{panel}, damaged: calls of the sweep"] == found[f"{panel}, undamaged: calls of the sweep"] == 1
        assert damaged <= found[f"{panel}, damaged: calls to mend them"] <= 3 * damaged


async def test_load_is_known_without_listing_users() -> None:
    """The nodes take four requests, however many users there are, and fewer bytes than these."""
    found = _values(await load.measure(small=True))
    assert found["users of the panel"] == load.SMALL_KEYS
    assert found["nodes asked for: requests"] == 4
    assert found["bytes: all users / nodes"] > 1


async def test_links_are_served_from_panel_and_copy() -> None:
    """In memory and in SQLite, every link gets its servers; from the copy no panel is asked."""
    found = _values(await links.measure(small=True))
    ways = {f"{storage}, {way}" for storage in ("memory", "SQLite") for way in ("through the panel", "from the copy")}
    assert ways == {name.partition(":")[0] for name in found} - {"links"}
    assert all(value > 0 for value in found.values())


async def test_no_work_sends_more_statements_in_a_larger_shop(
    tmp_path: Path, block: CustomerBlock, postgres_url: str
) -> None:
    """Twice the customers, the same statements of each job and tap, and a ledger that holds; no screen is left out."""
    few, many = growth.SMALL_SIZES
    found = _values(await growth.measure_at(postgres_url, block, small=True))
    sent = {name: value for name, value in found.items() if name.endswith("statements") and "what fell due" not in name}
    assert len(sent) > 40
    larger = {name: value for name, value in sent.items() if value > sent[name.replace(f"{many} cust", f"{few} cust")]}
    assert not larger
    shown = _values(await home_meanwhile.measure_in(tmp_path, block, small=True))
    beside = {name.partition(":")[0] for name in shown} - {"customers"}
    assert {"nothing", "job reminders", "job keys", "audit"} <= beside
    assert all(shown[f"{name}: {what}, longest"] > 0 for name in beside for what in ("home screen", "/start"))


async def test_every_purchase_is_delivered_once(tmp_path: Path) -> None:
    """Requested, paid, settled, delivered and told, and settled alone: the benchmark itself counts what came of it."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'shop.db'}"
    await migrate(url)
    found = _values(await purchases.measure_sqlite(url, small=True))
    assert found.keys() == {
        f"SQLite, 1 worker: {name}"
        for name in ("requested", "settled, delivered and told", "from request to notice", "processor time")
    } | {"SQLite, 1 worker: settled alone"}
    assert all(value > 0 for value in found.values())


async def test_a_scan_records_every_transfer(postgres_url: str) -> None:
    """What the honest index shows is recorded once each, and proved against what has happened."""
    found = _values(await scan.measure_at(postgres_url, small=True))
    assert found["PostgreSQL: transfers recorded once"] >= scan.SMALL_TRANSFERS
    assert found["PostgreSQL: of processor time"] > 0


def test_figures_come_as_a_table_or_for_machines(capsys: pytest.CaptureFixture[str]) -> None:
    """`--json` prints one document with the machine in it and nothing else, no logs."""
    assert main(["hot_path", "--small", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["small"] is True
    assert document["machine"]["cores"] >= 1
    assert document["figures"]["hot_path"][0].keys() == {"name", "value", "unit"}
    assert document["figures"]["hot_path"][-1]["name"] == "load at the end"
    assert "commit" in document


def test_an_unknown_benchmark_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong name ends with the right ones, before anything is measured."""
    with pytest.raises(SystemExit):
        main(["speed"])
    assert "hot_path" in capsys.readouterr().err


def test_a_table_lines_its_numbers_up() -> None:
    """Names to the left, numbers to the right, with as many digits as matter."""
    figures = [Figure("rows", 1_000_000, ""), Figure("p50", 12.345, "ms"), Figure("ratio", 1.234, "x")]
    assert table("T", figures).splitlines() == [
        "T",
        "  rows   1 000 000",
        "  p50         12.3 ms",
        "  ratio       1.23 x",
    ]
    assert p50_ms([0.003, 0.001, 0.002]) == 2


def test_rounds_show_their_spread() -> None:
    """The median, the best, and what nine in ten keep to, whether much is good or little."""
    assert spread("took", range(1, 11), "ms") == Figure("took", 5.5, "ms", fastest=1, p90=9)
    assert spread("rate", range(1, 11), "a second", more_is_better=True) == Figure("rate", 5.5, "a second", 10, 2)
    assert table("T", [spread("took", [3, 1, 2], "ms")]).splitlines()[1] == "  took  2 ms  (fastest 1, p90 3)"
