"""Unfinished code, and errors that are lost."""

import ast
import re

from tests.unit.architecture.tree import dotted

_MARKS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b|NotImplementedError|# type: ignore(?!\[)|noqa(?!: ?[A-Z]+[0-9])")
_BROAD = {"Exception", "BaseException"}
_SUPPRESS = {"suppress", "contextlib.suppress"}


def unfinished(source: str) -> list[str]:
    """Notes to oneself, stubs, and switched-off checks that don't say which."""
    return [
        f"{number}: {line.strip()[:90]}" for number, line in enumerate(source.splitlines(), 1) if _MARKS.search(line)
    ]


def swallowed(source: str) -> list[str]:
    """Handlers that do nothing, and handlers of every error that don't read the error."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler):
            if all(_is_nothing(statement) for statement in node.body):
                found.append(f"{node.lineno}: the error vanishes")
            elif node.name is None and (node.type is None or _broad(node.type)):
                found.append(f"{node.lineno}: catches everything without looking at it")
        elif isinstance(node, ast.Call) and dotted(node.func) in _SUPPRESS and any(map(_broad, node.args)):
            found.append(f"{node.lineno}: suppresses everything")
    return found


def _is_nothing(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def _broad(caught: ast.expr) -> bool:
    names = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return any(isinstance(name, ast.Name) and name.id in _BROAD for name in names)


def prints(source: str) -> list[str]:
    """Calls of `print`: a server has no terminal."""
    return [
        f"{node.lineno}: prints"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
