"""Names say what a thing is."""

import pytest

from tests.unit.architecture.naming import vague_classes, vague_path
from tests.unit.architecture.tree import SRC, TESTS, complaints, python_files, report

REMEDY = "find the noun of the domain that is missing: what does it hold, decide or speak to?"


def test_no_module_has_an_empty_name() -> None:
    """No module or folder is a drawer for things without a name."""
    paths = [path.relative_to(SRC) for path in python_files(SRC)]
    paths += [path.relative_to(TESTS) for path in python_files(TESTS)]
    found = [f"{path}:{line}" for path in paths for line in vague_path(path.as_posix())]
    assert not found, report(found, REMEDY)


def test_no_class_has_an_empty_name() -> None:
    """A class is named for what it is, not for being a class."""
    found = complaints(python_files(SRC), vague_classes)
    assert not found, report(found, REMEDY)


@pytest.mark.parametrize("path", ["orbit_domain/utils.py", "orbit_adapters/common/x.py", "a/user_helpers.py"])
def test_an_empty_module_name_is_seen(path: str) -> None:
    """The empty word is seen as a whole name, as a part of one, and as a folder."""
    assert vague_path(path)


@pytest.mark.parametrize("name", ["PaymentService", "UserDTO", "PanelImpl", "KeyManager", "HelperOfUsers"])
def test_an_empty_class_name_is_seen(name: str) -> None:
    """The empty word is seen at either end of a class name and in capitals."""
    assert vague_classes(f"class {name}: ...")


def test_words_that_merely_contain_one_are_left_alone() -> None:
    """Uncommon, serviceable or simple names aren't empty."""
    assert vague_path("orbit_domain/uncommon.py") == []
    assert vague_classes("class Simple: ...\nclass Implied: ...\nclass Serviceable: ...") == []
