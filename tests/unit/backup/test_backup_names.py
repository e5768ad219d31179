"""Names of archives, and what is different between two databases."""

from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.backup.backup import backup_name, named_backup, shop_print
from orbit_domain.backup.manifest import Manifest, TableFacts, differences

ROWS = TableFacts("users", 2, "aa")


@given(st.integers(0, 10**10), st.integers(1, 10**12))
def test_a_name_says_when_and_whose(second: int, bot_id: int) -> None:
    """What a name was made of is read back from it, in UTC, to the second."""
    taken_at = datetime.fromtimestamp(second, timezone(timedelta(hours=3)))
    name = backup_name(taken_at, shop_print(bot_id))
    assert named_backup(name) == (taken_at, shop_print(bot_id))


@pytest.mark.parametrize(
    "name",
    [
        "",
        "orbit-20261121T120000Z-0123456789ab.age.part",
        "../orbit-20261121T120000Z-0123456789ab.age",
        "orbit-20261321T120000Z-0123456789ab.age",
        "orbit-20261121T120000Z-0123456789AB.age",
        "orbit-٢٠٢٦1121T120000Z-0123456789ab.age",
        "orbit-20261121T120000Z-0123456789ab.age\n",
    ],
)
def test_other_names_are_nobodys(name: str) -> None:
    """A draft, a path, a day that there isn't."""
    assert named_backup(name) is None


def test_differences_name_what_is_different() -> None:
    """A table that is missing, one with other rows, one with other values, and a sequence that stands elsewhere."""
    expected = Manifest((ROWS, TableFacts("orders", 1, "bb"), TableFacts("plans", 1, "cc")), {"n": 7}, {})
    found = Manifest((ROWS, TableFacts("orders", 1, "xx"), TableFacts("grants", 0, "")), {"n": 6}, {"ton": "1"})
    assert differences(expected, expected) == ()
    assert differences(expected, found) == (
        "the table grants is one more",
        "rows of the table orders are different",
        "the table plans is missing",
        "the sequence n is at 6, not at 7",
    )
    fewer = Manifest((TableFacts("users", 1, "aa"),), {}, {})
    assert differences(Manifest((ROWS,), {}, {}), fewer) == ("the table users has 1 rows, not 2",)
