"""A shop keeps the currency that its records are in: another one in the settings stops it before it does anything."""

from pathlib import Path

import pytest

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.ledger.ledger import REVENUE, Entry, EntryKind, Line, user_account
from orbit_domain.money import BASE_CURRENCIES, USD
from orbit_domain.plan.plan import seeded_plans
from orbit_entry.config.process import NEEDS_OWNER
from orbit_entry.config.reading import shop_settings
from orbit_entry.doctor.currency import check_currency
from orbit_testing import samples
from orbit_testing.samples import ALICE, NOW
from tests.integration.entry.command import UNREACHABLE, orbit
from tests.support.empty_shop import put_empty_shop

GIFT = Entry(EntryKind.CREDIT, "gift", (Line(user_account(ALICE), 199, USD), Line(REVENUE, -199, USD)), NOW)


async def keep(address: str, *, seeded: bool = False, paid: bool = False) -> None:
    """Let the database at *address* be that of a shop in dollars, as far as its first start, or its first payment."""
    engine = open_engine(address)
    async with SqlStorage(engine, base=USD).transaction() as tx:
        for plan in seeded_plans(USD) if seeded else ():
            await tx.plans.add_if_absent(plan)
        if paid:
            await tx.users.add_if_absent(samples.new_user())
            await tx.ledger.post(GIFT)
    await engine.dispose()


@pytest.fixture
async def address(tmp_path: Path) -> str:
    """The database of an empty shop."""
    return await put_empty_shop(tmp_path / "orbit.db")


@pytest.mark.parametrize("command", ["run", "worker", "explain 1001", "unmatched assign ton|x 1001 --reason why"])
async def test_another_currency_stops_every_command_that_tells_or_moves_money(
    tmp_path: Path, address: str, command: str
) -> None:
    """One line names both currencies, the next step is the setting to change, and nothing was written."""
    await keep(address, paid=True)
    report = orbit(tmp_path, *command.split(), **UNREACHABLE, DATABASE_URL=address)
    assert (report.returncode, report.stdout) == (NEEDS_OWNER if command in ("run", "worker") else 1, "")
    assert report.stderr.splitlines() == [
        "This shop's ledger is kept in USD, and ORBIT_CURRENCY is RUB.",
        "Next: set ORBIT_CURRENCY=USD",
    ]
    engine = open_engine(address)
    async with SqlStorage(engine, base=USD).transaction() as tx:
        assert (await tx.plans.active(), await tx.ledger.newest(10)) == ((), (GIFT,))
    await engine.dispose()


async def test_what_happened_is_told_in_the_currency_of_the_shop(tmp_path: Path, address: str) -> None:
    """With its own currency in the settings a shop in dollars tells dollars."""
    await keep(address, paid=True)
    report = orbit(tmp_path, "explain", str(ALICE), DATABASE_URL=address, ORBIT_CURRENCY="USD")
    assert (report.returncode, "+$1.99 (credit)" in report.stdout) == (0, True)


async def test_the_doctor_says_which_currency_is_meant(address: str) -> None:
    """It is free before the first start; then the plans fix it, and after the first payment the ledger does."""

    async def row(code: str) -> tuple[bool, str, str]:
        (found,) = await check_currency(shop_settings({**UNREACHABLE, "DATABASE_URL": address, **of(code)}))
        return found.ok, found.seen, found.remedy

    for code in BASE_CURRENCIES:
        assert await row(code) == (True, f"{code}, nothing is recorded in it yet", "")
    await keep(address, seeded=True)
    assert await row("USD") == (True, "USD, as the plans are priced", "")
    what = "This shop's plans are priced in USD, and ORBIT_CURRENCY is EUR."
    assert await row("EUR") == (False, what, "set ORBIT_CURRENCY=USD, or begin with an empty database")
    await keep(address, paid=True)
    assert await row("USD") == (True, "USD, as the ledger is kept", "")
    what = "This shop's ledger is kept in USD, and ORBIT_CURRENCY is EUR."
    assert await row("EUR") == (False, what, "set ORBIT_CURRENCY=USD")


async def test_the_doctor_leaves_a_database_without_tables_to_its_own_check(tmp_path: Path) -> None:
    """Where there is no schema yet, the row of the database says so, and this one is silent."""
    empty = f"sqlite+aiosqlite:///{tmp_path / 'empty.db'}"
    assert await check_currency(shop_settings({**UNREACHABLE, "DATABASE_URL": empty})) == ()


def of(code: str) -> dict[str, str]:
    """The settings of a shop in that currency."""
    return {"ORBIT_CURRENCY": code}
