"""Docs, docstrings and comments name only modules and paths that exist."""

from pathlib import Path

import pytest

from tests.unit.architecture.references import is_there, lost_in_prose, lost_references, names_something, prose_of
from tests.unit.architecture.tree import ROOT, SRC, TESTS, complaints, kept_texts, python_files, report

DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_SETTINGS = {".toml", ".yml", ".yaml", ".sh", ".cfg", ".ini"}
_NAMED = {"Makefile", "Dockerfile"}
REMEDY = "write the module's or file's present name, or drop the reference"


@pytest.mark.parametrize("doc", DOCS, ids=lambda path: str(Path(path).relative_to(ROOT)))
def test_every_reference_of_a_doc_exists(doc: Path) -> None:
    """No reader of the docs is sent to a file, folder or module that doesn't exist."""
    found = lost_references(doc.read_text(encoding="utf-8"))
    assert not found, report([f"{doc.relative_to(ROOT)}: {lost}" for lost in found], REMEDY)


def test_every_reference_of_docstrings_and_comments_exists() -> None:
    """No reader of the code is sent to a file, folder or module that doesn't exist."""
    files = python_files(SRC, TESTS, ROOT / "scripts", ROOT / "benchmarks")
    found = complaints(files, lost_in_prose)
    assert not found, report(found, REMEDY)


def test_every_reference_of_build_files_exists() -> None:
    """The build, the image and the settings of tools name only modules and paths that exist."""
    texts = [(path, text) for path, text in kept_texts() if path.suffix in _SETTINGS or path.name in _NAMED]
    assert {"pyproject.toml", "Makefile", "Dockerfile"} <= {path.name for path, _ in texts}
    found = [f"{path.relative_to(ROOT)}: {lost}" for path, text in texts for lost in lost_references(text)]
    assert not found, report(found, REMEDY)


@pytest.mark.parametrize(
    "text",
    [
        "see `orbit_domain.nothing`",
        "its contract: orbit_testing.contracts.nothing",
        "`orbit_domain.storage.NoSuchName`",
        "(tests/unit/nothing)",
        "[this](docs/nothing.md)",
        "`orbit_domain/nothing.py`",
        "src/orbit_domain/nothing*.py",
        "(docs/decisions/9999)",
        "`test_nothing.py`",
    ],
)
def test_a_lost_reference_is_seen(text: str) -> None:
    """A module, a name in a module, a file, a folder, a pattern, a decision and a test that don't exist are found."""
    assert lost_references(text)
    assert lost_in_prose(f'"""Text: {text}."""')
    assert lost_in_prose(f"x = 1  # {text}")


@pytest.mark.parametrize(
    "text",
    [
        "`orbit_domain.access.ports.VpnPanel`",
        "orbit_domain.storage.Storage.transaction",
        "`tests/unit/architecture`, then [this](docs/importing.md)",
        "orbit_domain/cache/ports.py",
        "(docs/decisions/0001)",
        "src/orbit_adapters/sql/*.py",
        "`test_docs.py`, tests/unit/architecture/test_*.py",
        "other/tests/nothing.py and ~/docs/nothing",
    ],
)
def test_a_reference_that_exists_is_left_alone(text: str) -> None:
    """Modules, their names, paths with and without `src/`, patterns and decisions by number are found."""
    assert lost_references(text) == []


def test_only_prose_is_read() -> None:
    """Docstrings and comments are prose; a value in the code is not."""
    assert [text for _, text in prose_of('"""One."""\nx = "two"  # Three.\n')] == ["One.", "# Three."]


def test_names_and_paths_are_checked_against_the_checkout() -> None:
    """A package, a module and a name exist; what lies beside them doesn't."""
    assert names_something("orbit_domain.access")
    assert not names_something("orbit_domain.acces")
    assert is_there("docs/importing.md")
    assert not is_there("docs/nothing.md")
