"""Every test states one truth and asserts it."""

import pytest

from tests.unit.architecture.tree import SRC, TESTS, complaints, python_files, report
from tests.unit.architecture.weak_tests import skipped, weak_tests

TEST_FILES = [
    *(path for path in python_files(TESTS) if path.name.startswith("test_")),
    *python_files(SRC / "orbit_testing" / "contracts"),
]


def test_every_test_says_a_truth_and_asserts_it() -> None:
    """No test is without its sentence, and none passes whatever happens."""
    found = complaints(TEST_FILES, weak_tests)
    assert not found, report(found, "write the truth as one sentence in the docstring, and assert the outcome")


def test_no_test_steps_aside() -> None:
    """A test that cannot run fails; it is never skipped, and it never waits for real time."""
    found = complaints(TEST_FILES, skipped)
    assert not found, report(found, "bring what the test needs (scripts/test_tools.sh) and pass it a clock")


@pytest.mark.parametrize(
    "source",
    [
        "def test_x():\n    assert f()",
        "def test_x():\n    '''Truth.'''\n    f()",
        "async def test_x():\n    '''It asserts and raises, it says.'''\n    await f()",
        "class TestX:\n    def test_y(self):\n        '''Truth.'''\n        self.x = 1",
    ],
)
def test_a_weak_test_is_seen(source: str) -> None:
    """A test without sentence or without assertion is complained about, in classes too."""
    assert weak_tests(source)


@pytest.mark.parametrize("act", ["assert x", "with pytest.raises(X): f()", "machine.check_ledger()", "assert_empty(x)"])
def test_a_good_test_is_left_alone(act: str) -> None:
    """Assertions may be plain, an expected error, or a call of something named for checking."""
    assert weak_tests(f"def test_x():\n    '''Truth.'''\n    {act}") == []


@pytest.mark.parametrize(
    "source", ["pytest.skip('no docker')", "@pytest.mark.skipif(True)\ndef test_x(): ...", "import time\ntime.sleep(1)"]
)
def test_stepping_aside_is_seen(source: str) -> None:
    """Skips and sleeps are complained about."""
    assert skipped(source)
