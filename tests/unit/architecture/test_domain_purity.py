"""The domain is pure: same facts in, same decision out, on any machine, at any time."""

import pytest

from tests.unit.architecture.purity import careless_floats, floats, foreign_imports, impurities
from tests.unit.architecture.tree import DOMAIN, SRC, complaints, python_files, report

MONEY_ADAPTERS = ("cryptopay", "memory", "rates", "sql", "stars", "ton", "yookassa")


def test_domain_imports_only_the_standard_library() -> None:
    """The rules depend on no library, so no library can change them."""
    found = complaints(python_files(DOMAIN), foreign_imports)
    assert not found, report(found, "state what you need as a Protocol in the domain; an adapter brings the library")


def test_domain_names_no_clock_chance_or_sleep() -> None:
    """Time, randomness and the machine come in through ports only."""
    found = complaints(python_files(DOMAIN), impurities)
    assert not found, report(found, "take a Clock or Ids, or pass the value in as an argument")


def test_domain_has_no_floats() -> None:
    """No float is near money, because there is none in the domain at all."""
    found = complaints(python_files(DOMAIN), floats)
    assert not found, report(found, "count whole smallest units; for ratios use fractions.Fraction or basis points")


def test_floats_of_money_adapters_are_seconds() -> None:
    """Where adapters carry money, a float is a number of seconds and nothing else."""
    folders = [SRC / "orbit_adapters" / name for name in MONEY_ADAPTERS]
    found = complaints(python_files(*folders), careless_floats)
    assert not found, report(found, "read amounts as int, Decimal or Fraction; name a number of seconds `…_s`")


@pytest.mark.parametrize(
    "source",
    ["import sqlalchemy", "from aiogram.types import Message", "from orbit_adapters import sql", "from . import x"],
)
def test_a_foreign_import_is_seen(source: str) -> None:
    """A library, an adapter and a relative import in the domain are each complained about."""
    assert foreign_imports(source)


def test_own_and_standard_imports_are_welcome() -> None:
    """The check is silent about the standard library and about the domain itself."""
    assert foreign_imports("import asyncio\nfrom orbit_domain.money import Money\nfrom datetime import UTC") == []


@pytest.mark.parametrize(
    "source",
    [
        "import random",
        "import time",
        "from secrets import token_hex",
        "from uuid import uuid4",
        "import uuid\nid = uuid.uuid4()",
        "from datetime import datetime\nnow = datetime.now(UTC)",
        "import datetime\nnow = datetime.datetime.utcnow()",
        "from datetime import date\nday = date.today()",
        "import asyncio\nasync def f():\n    await asyncio.sleep(1)",
        "from asyncio import sleep",
        "import os.path",
        "def f():\n    print('paid')",
        "def f():\n    return open('ledger')",
    ],
)
def test_an_impurity_is_seen(source: str) -> None:
    """Every way to reach the clock, chance, sleep or the machine is complained about."""
    assert impurities(source)


def test_pure_code_is_left_alone() -> None:
    """A clock that was passed in, a type of time and a method that merely sounds alike are no impurities."""
    source = (
        "from datetime import datetime, time, timedelta\n"
        "def f(clock: Clock, at: datetime) -> datetime:\n"
        "    return clock.now() + timedelta(days=1)\n"
    )
    assert impurities(source) == []


@pytest.mark.parametrize("source", ["price: float = 1", "x = float('1')", "x = 0.5", "def f(x: 'float'): ..."])
def test_a_float_is_seen(source: str) -> None:
    """Floats are seen as annotation, conversion, literal and quoted annotation."""
    assert floats(source)


def test_whole_numbers_and_fractions_are_left_alone() -> None:
    """Integers with separators and fractions are how ratios are written here."""
    assert floats("from fractions import Fraction\nx = 12_900\ny = Fraction(1, 3)") == []


@pytest.mark.parametrize(
    "source",
    [
        "def f(amount: float): ...",
        "class A:\n    price: float | None = None",
        "x = float(row['amount'])",
        "json.loads(body, parse_float=float)",
    ],
)
def test_a_careless_float_is_seen(source: str) -> None:
    """An amount as a float is seen as argument, field, conversion and JSON setting."""
    assert careless_floats(source)


def test_seconds_may_be_floats() -> None:
    """Time-outs are floats and say so in their names; exact JSON numbers are read as Decimal."""
    source = "def f(timeout_s: float): return float(error.after_s)\njson.loads(x, parse_float=Decimal)"
    assert careless_floats(source) == []
