"""The tests that tables of the docs name behind their files, in brackets."""

import ast
import re
from functools import cache
from pathlib import Path

from tests.unit.architecture.tree import ROOT, SRC

_NAMED = re.compile(r"`([\w./]+)`\s+\(((?:`test_\w+`(?:,\s*)?)+)\)")
_NAME = re.compile(r"`(test_\w+)`")


def lost_tests(text: str) -> list[str]:
    """The named tests in *text* that their file doesn't hold, and the files that don't exist."""
    lost = []
    for where, names in _NAMED.findall(text):
        held = _tests_of(where)
        lost += [f"{where}: {name}" for name in _NAME.findall(names) if name not in held]
    return lost


def count_named(text: str) -> int:
    """How many tests *text* names behind their files."""
    return sum(len(_NAME.findall(names)) for _, names in _NAMED.findall(text))


@cache
def _tests_of(where: str) -> set[str]:
    """The tests in the file or module *where*, also those of its classes; none when it doesn't exist."""
    return {
        node.name
        for file in _files(where)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def _files(where: str) -> list[Path]:
    if "/" in where:
        return [ROOT / where] if (ROOT / where).is_file() else []
    if where.endswith(".py"):  # By its name alone, as later rows of a table have it.
        return list((ROOT / "tests").rglob(where))
    module = SRC.joinpath(*where.split(".")).with_suffix(".py")
    return [module] if module.is_file() else []
