"""The papers speak of what is there: every path they name exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.architecture.tree import ROOT, report

PAPERS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_BEGINNINGS = (
    "tests/",
    "src/",
    "docs/",
    "scripts/",
    "benchmarks/",
    "docker/",
    "orbit_domain/",
    "orbit_adapters/",
    "orbit_entry/",
)
_MADE_LATER = ("docker/secrets", "docker/shop.env")


def named_paths(text: str) -> Iterator[str]:
    """What stands in backticks, or behind a link, and begins like a path of the house."""
    for word in re.findall(r"`([^`\n]+)`", text) + re.findall(r"\]\(([^)#]+)", text):
        if word.startswith(_BEGINNINGS) and " " not in word:
            yield word


def is_there(path: str) -> bool:
    """Whether *path* is in the house; a package may be named without its `src/`, and `*` stands for anything."""
    return any(any(folder.glob(path.rstrip("/"))) for folder in (ROOT, ROOT / "src")) or path.startswith(_MADE_LATER)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda path: str(Path(path).relative_to(ROOT)))
def test_every_path_in_a_paper_exists(paper: Path) -> None:
    """Nobody is sent to a file or folder that isn't there."""
    missing = [path for path in named_paths(paper.read_text(encoding="utf-8")) if not is_there(path)]
    assert not missing, report([f"{paper.relative_to(ROOT)}: {path}" for path in missing], "mend the paper")


def test_the_papers_are_read() -> None:
    """Paths are found where papers name them, and one that isn't there is noticed."""
    assert list(named_paths("see `tests/unit/architecture` and [this](docs/moving.md); not `make test`")) == [
        "tests/unit/architecture", "docs/moving.md",
    ]  # fmt: skip
    assert is_there("orbit_domain/cache/ports.py")
    assert not is_there("orbit_domain/nothing.py")
