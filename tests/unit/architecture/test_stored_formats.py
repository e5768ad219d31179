"""A use case names facts; how a key is written and how a row is read is known elsewhere, once."""

import pytest

from tests.unit.architecture.stored_formats import key_formats, sql_texts
from tests.unit.architecture.tree import DOMAIN, complaints, python_files, report

PRODUCT = python_files(DOMAIN / "use_cases", DOMAIN / "steps")


def test_no_use_case_holds_a_key_format() -> None:
    """Use cases and steps build no dedupe key, cause or cache key."""
    found = complaints(PRODUCT, key_formats)
    assert not found, report(found, "let the notice (orbit_domain/notice) or the noun make its key from its own fields")


def test_no_use_case_holds_sql() -> None:
    """Use cases and steps ask repositories; no SQL is in them."""
    found = complaints(PRODUCT, sql_texts)
    assert not found, report(found, "give the repository a method named after the question; SQL is in adapters/sql")


@pytest.mark.parametrize(
    "source",
    [
        'x = f"credited:{ref}"',
        'x = f"{kind}:{ref}"',
        'x = f"short:{payment.id}:{received.units}"',
        'x = "order:" + str(order.id)',
        'x = "order:%s" % order.id',
        'x = "order:{}".format(order.id)',
        'x = ":".join(("order", ref))',
        "add(notice, dedupe=key)",
        "dedupe = notice.key",
        "add(notice, dedupe_key=key)",
    ],
)
def test_a_key_format_is_seen(source: str) -> None:
    """A key is found as f-string, sum, template and join, and by the name of an argument or a variable."""
    assert key_formats(source)


@pytest.mark.parametrize(
    "source",
    [
        'raise ValueError(f"no plan: {code}")',
        'raise ValueError(f"the amount must be between {minimum} and {maximum}")',
        'x = f"{name}"',
        "x = order_cause(order.id)",
        "for dedupe_key in (notice.dedupe_key(owner) for notice in notices): ...",
        'x = " ".join(words)',
        "total = balance + 1",
        'x: str = "order"',
    ],
)
def test_a_sentence_is_left_alone(source: str) -> None:
    """Messages for people and keys that another module makes are accepted."""
    assert key_formats(source) == []


@pytest.mark.parametrize(
    "source",
    [
        'x = "SELECT * FROM users"',
        'x = "DELETE FROM users"',
        'x = """\nINSERT INTO users\nVALUES (1)\n"""',
        'x = "UPDATE users SET balance = 0"',
        'def f():\n    """Locks with FOR UPDATE."""',
        "x = 1  \n# ORDER BY id",
    ],
)
def test_sql_is_seen(source: str) -> None:
    """SQL is found in statements, docstrings and comments."""
    assert sql_texts(source)


def test_plain_words_are_no_sql() -> None:
    """English words that SQL uses too are accepted."""
    assert sql_texts('"""Select a plan from the list, update the order and delete nothing."""') == []
