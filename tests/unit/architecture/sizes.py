"""How long a module, a function and an `__init__.py` may be."""

import ast

MODULE_LINES = 300
FUNCTION_LINES = 60
INIT_LINES = 5


def too_long(source: str) -> list[str]:
    """A module of more than 300 non-blank lines, and every function of more than 60."""
    found = []
    lines = sum(1 for line in source.splitlines() if line.strip())
    if lines > MODULE_LINES:
        found.append(f"1: {lines} lines, at most {MODULE_LINES}")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION_LINES:
                found.append(f"{node.lineno}: {node.name} has {length} lines, at most {FUNCTION_LINES}")
    return found


def busy_init(source: str) -> list[str]:
    """An `__init__.py` that is anything but one short docstring."""
    body = ast.parse(source).body
    only_docstring = len(body) == 1 and isinstance(body[0], ast.Expr) and ast.get_docstring(ast.parse(source))
    if not only_docstring:
        return ["1: holds something else than a docstring"]
    lines = sum(1 for line in source.splitlines() if line.strip())
    return [f"1: {lines} lines, at most {INIT_LINES}"] if lines > INIT_LINES else []
