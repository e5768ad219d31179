"""One thing, one word: a name that the field's term has replaced doesn't come back."""

import pytest

from tests.unit.architecture.old_names import ALLOWED, ORDINARY, REPLACED, expression, old_names
from tests.unit.architecture.tree import ROOT, kept_texts, report

CHECKED = ("src/", "tests/", "docs/", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")
OURS = ("tests/unit/architecture/old_names.py", "tests/unit/architecture/test_old_names.py")


def checked_texts() -> list[tuple[str, str]]:
    """Path and text of every file whose names are checked; the path is its first line."""
    paths = ((path.relative_to(ROOT).as_posix(), text) for path, text in kept_texts())
    return [(path, f"{path}\n{text}") for path, text in paths if path.startswith(CHECKED) and path not in OURS]


def is_allowed(name: str, path: str) -> bool:
    """Whether *path* may keep the old *name*."""
    return any(name == allowed and path.endswith(end) for allowed, end in ALLOWED)


def test_no_old_name_is_left() -> None:
    """No file of src, tests or docs, and no path there, holds a name that was replaced."""
    found = [
        f"{path}:{max(line - 1, 1)}: {name} -> {REPLACED[name]}"
        for path, text in checked_texts()
        for line, name in old_names(text)
        if not is_allowed(name, path)
    ]
    assert not found, report(
        found, "use the name behind the arrow; for an ordinary word add its place and the reason to old_names.py"
    )


def test_every_exception_is_still_needed() -> None:
    """An allowed place holds the name that it is allowed, and every exception gives its reason."""
    texts = checked_texts()
    idle = [
        f"{name} in {end}"
        for name, end in ALLOWED
        if not any(path.endswith(end) and name in {old for _, old in old_names(text)} for path, text in texts)
    ]
    assert not idle, report(idle, "remove the exception from old_names.py")
    assert all(ALLOWED.values())
    assert all(ORDINARY.values())


@pytest.mark.parametrize(
    "text",
    [
        "class Settling:",
        "from orbit_domain.payment.repositories import Payments",
        "except PanelTrouble as trouble:",
        "the books of the shop",
        "import orbit_adapters.sql.rows",
        "src/orbit_adapters/sql/rows.py",
        "await key.want(now)",
        "HandClock()",
    ],
)
def test_an_old_name_is_seen(text: str) -> None:
    """An old name is found in code, in prose and in a path."""
    assert old_names(text)


@pytest.mark.parametrize(
    "text",
    [
        "settle_payment(tx)",
        "from orbit_domain.payment.repository import Payments",
        "rows of the table, at least two and at most ten",
        "Opening a transaction inside another one is refused.",
        "bookshelf, doorstep, housekeeping",
    ],
)
def test_ordinary_words_are_left_alone(text: str) -> None:
    """Today's names, ordinary words, and words that merely contain an old name are accepted."""
    assert old_names(text) == []


def test_the_names_are_one_expression() -> None:
    """What `git grep -nwE` is given holds every name."""
    assert expression().count("|(") >= len(REPLACED) - 1
