"""A module is understood by opening few others, and never by opening itself again."""

import pytest

from tests.unit.architecture.imports import DIRECT_IMPORTS, circles, import_graph, imported_by, wide_imports
from tests.unit.architecture.tree import DOMAIN, PACKAGES, SRC, complaints, python_files, report


def test_the_five_packages_are_all_of_src() -> None:
    """No package of `src` escapes the checks below."""
    assert sorted(path.name for path in SRC.iterdir() if path.suffix != ".egg-info") == sorted(PACKAGES)


def test_a_use_case_opens_few_modules() -> None:
    """A use case imports at most 13 of our modules directly."""
    found = complaints(python_files(DOMAIN / "use_cases"), wide_imports)
    assert not found, report(found, "move what several use cases do inside one transaction to orbit_domain/steps")


def test_no_modules_import_each_other() -> None:
    """The imports between all modules of `src` have no circle."""
    found = [" <-> ".join(circle) for circle in circles(import_graph(python_files(SRC)))]
    assert not found, report(found, "put what both modules need into a third module that imports neither")


def test_the_graph_holds_every_package() -> None:
    """The graph is read from the real sources: known edges of each package are in it."""
    graph = import_graph(python_files(SRC))
    assert {name.partition(".")[0] for name in graph} == set(PACKAGES)
    assert "orbit_domain.storage" in graph["orbit_domain.use_cases.settle_receipts"]
    assert "orbit_adapters.ton.index_client" in graph["orbit_adapters.ton.scanner"]


def test_a_wide_use_case_is_seen() -> None:
    """The fourteenth module of ours is one too many; the standard library doesn't count."""
    lines = [f"from orbit_domain.noun_{number} import Name" for number in range(DIRECT_IMPORTS)]
    assert wide_imports("\n".join(["import asyncio", "from datetime import datetime", *lines])) == []
    assert wide_imports("\n".join([*lines, "import orbit_domain.money"]))


@pytest.mark.parametrize(
    "graph",
    [
        {"a": {"b"}, "b": {"a"}},
        {"a": {"b"}, "b": {"c"}, "c": {"a"}},
        {"z": {"a"}, "a": {"b"}, "b": {"c"}, "c": {"b"}},
        {"a": {"a"}},
    ],
)
def test_a_circle_is_seen(graph: dict[str, set[str]]) -> None:
    """Two modules, three modules, a circle behind others and a module that imports itself are found."""
    assert circles({name: frozenset(targets) for name, targets in graph.items()})


def test_a_tree_has_no_circle() -> None:
    """Two ways to the same module are no circle."""
    graph = {"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": set()}
    assert circles({name: frozenset(targets) for name, targets in graph.items()}) == []


@pytest.mark.parametrize(
    "source",
    [
        "import p.m",
        "from p.m import Name",
        "from p import m",
        "def f():\n    from p import m",
        "if TYPE_CHECKING:\n    from p.m import Name",
    ],
)
def test_every_form_of_import_counts(source: str) -> None:
    """An import is found by module, by name, by package, inside a function and below TYPE_CHECKING."""
    assert imported_by(source, {"p", "p.m"}) == {"p.m"}
