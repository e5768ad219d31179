"""Each test that a table of the docs gives as a proof exists, in the file that the table names."""

from pathlib import Path

import pytest

from tests.unit.architecture.named_tests import count_named, lost_tests
from tests.unit.architecture.tree import ROOT, report

DOCS = ROOT / "docs"
REMEDY = "write the test's present name and file, or drop the claim"


@pytest.mark.parametrize(("doc", "least"), [(DOCS / "scenarios.md", 200), (DOCS / "faults.md", 60)])
def test_every_named_test_exists(doc: Path, least: int) -> None:
    """No claim of the tables outlives its proof."""
    text = doc.read_text(encoding="utf-8")
    assert lost_tests(text) == [], report(lost_tests(text), REMEDY)
    assert count_named(text) >= least


def test_a_lost_test_is_seen() -> None:
    """A name that the file doesn't hold, a file that doesn't exist, and a module without the name are found."""
    here = "tests/unit/architecture/test_named_tests.py"
    assert lost_tests(f"`{here}` (`test_a_lost_test_is_seen`)") == []
    elsewhere = "`orbit_testing.contracts.storage` (`test_y`), `no.py` (`test_z`)"
    text = f"`{here}` (`test_a_lost_test_is_seen`, `test_x`), {elsewhere}"
    assert [lost.rpartition(" ")[2] for lost in lost_tests(text)] == ["test_x", "test_y", "test_z"]
