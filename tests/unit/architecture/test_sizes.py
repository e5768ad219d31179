"""Every module and function is short enough to be read at once."""

import pytest

from tests.unit.architecture.sizes import busy_init, too_long
from tests.unit.architecture.tree import ROOT, SRC, TESTS, complaints, python_files, report


def test_modules_and_functions_are_short() -> None:
    """No module passes 300 lines and no function 60."""
    found = complaints(python_files(SRC, TESTS, ROOT / "scripts", ROOT / "benchmarks"), too_long)
    assert not found, report(found, "find the second idea in it and give it a module or a function with its own name")


def test_package_inits_hold_only_a_docstring() -> None:
    """A name has one address: packages re-export nothing."""
    found = complaints((path for path in python_files(SRC) if path.name == "__init__.py"), busy_init)
    assert not found, report(found, "keep one sentence saying what lives in the package; import from the modules")


def test_a_long_module_is_seen() -> None:
    """The 301st line is one too many, however many blank ones lie between."""
    assert too_long("x = 1\n\n" * 300) == []
    assert too_long("x = 1\n\n" * 301)


@pytest.mark.parametrize("start", ["def f():", "async def f():"])
def test_a_long_function_is_seen(start: str) -> None:
    """The 61st line of a function is one too many."""
    assert too_long(start + "\n    x = 1" * 59) == []
    assert too_long(start + "\n    x = 1" * 60)


@pytest.mark.parametrize("source", ["", "import x", '"""Doc."""\nfrom a import b', "x = 1", '"""' + "a\n" * 9 + '"""'])
def test_a_busy_init_is_seen(source: str) -> None:
    """Emptiness, imports, values and essays in an `__init__.py` are complained about."""
    assert busy_init(source)


def test_a_plain_init_is_left_alone() -> None:
    """One sentence is all that an `__init__.py` should hold."""
    assert busy_init('"""What can be bought."""\n') == []
