"""Modules and paths of the project that prose names: docstrings, comments and docs."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.unit.architecture.tree import PACKAGES, ROOT, SRC

_DOTTED = re.compile(rf"\b(?:{'|'.join(PACKAGES)})(?:\.[A-Za-z_]\w*)+")
_FOLDERS = ("src", "tests", "docs", "scripts", "benchmarks", "docker", "deploy", *PACKAGES)
_PATH = re.compile(rf"(?<![\w./~-])(?:{'|'.join(_FOLDERS)})/[\w./*-]*[\w*]")
# A test file by its name alone, as tables of the docs have it.
_TEST_FILE = re.compile(r"(?<![\w/*])test_\w+\.py\b")
_DECISION = re.compile(r"docs/decisions/\d{4}")
# What a line must hold to name anything of the above.
_NAMING = re.compile(rf"\b(?:(?:{'|'.join(PACKAGES)})\.|(?:{'|'.join(_FOLDERS)})/|test_\w+\.py\b)")
# Files that people make themselves, and placeholders of the recipes.
_MADE_LATER = ("docker/secrets", "docker/shop.env")


def prose_of(source: str) -> Iterator[tuple[int, str]]:
    """The docstrings and comments of a Python *source*, each with its line."""
    yield from _docstrings(ast.parse(source))
    yield from _comments(source)


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def _docstrings(block: ast.AST) -> Iterator[tuple[int, str]]:
    """The strings that stand as statements in *block* and below. No expression holds a statement."""
    for node in ast.iter_child_nodes(block):
        if isinstance(node, ast.Expr):
            if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                yield node.lineno, node.value.value
        elif isinstance(node, ast.stmt | ast.ExceptHandler | ast.match_case):
            yield from _docstrings(node)


def lost_references(text: str) -> list[str]:
    """The dotted names, the paths and the test files in *text* that don't exist."""
    names = [name for name in _DOTTED.findall(text) if not names_something(name)]
    paths = [path for path in _PATH.findall(text) if not is_there(path)]
    tests = [name for name in _TEST_FILE.findall(text) if not any((ROOT / "tests").rglob(name))]
    return names + paths + tests


def lost_in_prose(source: str) -> list[str]:
    """Lost references in the docstrings and comments of a Python *source*."""
    # To look for comments takes as long as all the rest, and few files name anything in one.
    commented = any("#" in line and _NAMING.search(line) for line in source.splitlines())
    prose = prose_of(source) if commented else _docstrings(ast.parse(source))
    return [f"{line}: names {lost}" for line, text in prose for lost in lost_references(text)]


def is_there(path: str) -> bool:
    """Whether *path* exists. A package may be named without `src/`, a decision by its number; `*` matches anything."""
    if path.startswith(_MADE_LATER):
        return True
    pattern = f"{path}-*.md" if _DECISION.fullmatch(path) else path.rstrip("/")
    return any(any(folder.glob(pattern)) for folder in (ROOT, SRC))


def names_something(dotted: str) -> bool:
    """Whether *dotted* is a package, a module, or a name that a module defines at its top."""
    parts = dotted.split(".")
    folder = SRC
    for index, part in enumerate(parts):
        module = folder / f"{part}.py"
        if module.is_file():
            return _defines(module, parts[index + 1 :])
        folder /= part
        if not (folder / "__init__.py").is_file():
            return False
    return True


def _defines(module: Path, names: list[str]) -> bool:
    """Whether *module* defines the first of *names*; what follows it (a method, a field) is taken on trust."""
    if not names:
        return True
    return names[0] in set(_top_names(ast.parse(module.read_text(encoding="utf-8"))))


def _top_names(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))
