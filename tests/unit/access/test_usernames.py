"""Names of accounts on a panel."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.access.key import next_free_number, username_for
from orbit_domain.ids import TelegramId
from tests.unit.access.samples import new_key, with_home

PEOPLE = st.integers(1, 2**52 - 1).map(TelegramId)
NUMBERS = st.integers(1, 10_000)


@pytest.mark.parametrize(
    ("tg_id", "number", "name"),
    [(42, 1, "orbit_42"), (42, 2, "orbit_42_2"), (7_000_000_000, 11, "orbit_7000000000_11")],
)
def test_names_are_those_of_the_design(tg_id: int, number: int, name: str) -> None:
    """The first key has the plain name, the others a number: issued names never change."""
    assert username_for(TelegramId(tg_id), number) == name


@given(PEOPLE, NUMBERS, PEOPLE, NUMBERS)
def test_no_two_keys_share_a_name(tg_id: TelegramId, number: int, other: TelegramId, other_number: int) -> None:
    """A name belongs to one user and one of their keys, so no key can overwrite another."""
    same = (tg_id, number) == (other, other_number)
    assert (username_for(tg_id, number) == username_for(other, other_number)) == same


@given(PEOPLE, NUMBERS)
def test_every_name_is_one_that_panels_accept(tg_id: TelegramId, number: int) -> None:
    """Three to 32 small letters, digits and underscores: what Marzban allows."""
    assert re.fullmatch(r"[a-z0-9_]{3,32}", username_for(tg_id, number))


@given(st.integers(1, 9), st.sets(st.integers(1, 12)), st.sets(st.integers(1, 12)))
def test_the_next_number_is_free_by_number_and_by_name(number: int, numbers: set[int], names: set[int]) -> None:
    """A key is renamed to no number and no name that another key of its user has, and to the first such number."""
    key = replace(new_key(), number=number)
    siblings = [with_home(replace(key, number=taken), username="imported") for taken in numbers]
    siblings += [with_home(replace(key, number=99), username=username_for(key.tg_id, taken)) for taken in names]
    free = next_free_number(key, siblings)
    assert free > number
    assert free not in numbers | names
    assert set(range(number + 1, free)) <= numbers | names
