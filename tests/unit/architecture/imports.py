"""The graph of imports between the modules of `src`."""

import ast
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.unit.architecture.tree import PACKAGES, SRC

DIRECT_IMPORTS = 13

Graph = Mapping[str, frozenset[str]]


def module_name(path: Path) -> str:
    """The dotted name of the module at *path* below `src`; a package is named by its folder."""
    parts = path.relative_to(SRC).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_by(source: str, modules: Iterable[str]) -> frozenset[str]:
    """Those of *modules* that *source* imports anywhere, also inside functions and below TYPE_CHECKING.

    A type that is needed only for an annotation must be read to understand the module, so it counts.
    """
    known = set(modules)
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in known else node.module)
    return frozenset(found & known)


def import_graph(files: Iterable[Path]) -> Graph:
    """Module → the modules that it imports, for all *files*."""
    sources = {module_name(path): path.read_text(encoding="utf-8") for path in files}
    return {name: imported_by(source, sources) for name, source in sources.items()}


def wide_imports(source: str) -> list[str]:
    """A complaint when *source* imports more of our modules than a reader can hold in mind."""
    found = {
        alias
        for node in ast.walk(ast.parse(source))
        for alias in _imports_of(node)
        if alias.partition(".")[0] in PACKAGES
    }
    return [f"1: imports {len(found)} modules, at most {DIRECT_IMPORTS}"] if len(found) > DIRECT_IMPORTS else []


def _imports_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def circles(graph: Graph) -> list[tuple[str, ...]]:
    """The groups of modules that import each other, directly or through others (Tarjan's strong components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[tuple[str, ...]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for target in sorted(graph.get(name, ())):
            if target not in index:
                visit(target)
                low[name] = min(low[name], low[target])
            elif target in stack:
                low[name] = min(low[name], index[target])
        if low[name] == index[name]:
            component = stack[stack.index(name) :]
            del stack[stack.index(name) :]
            if len(component) > 1 or name in graph.get(name, ()):
                found.append(tuple(sorted(component)))

    for name in sorted(graph):
        if name not in index:
            visit(name)
    return sorted(found)
