"""What a test needs: one sentence that states its truth, and an assertion that can fail."""

import ast

_CHECKING = ("check_", "assert_", "verify")


def weak_tests(source: str) -> list[str]:
    """Test functions without a docstring, or without anything that could fail."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test"):
            if not (ast.get_docstring(node) or "").strip():
                found.append(f"{node.lineno}: {node.name} has no sentence saying which truth it guards")
            if not any(_could_fail(part) for part in ast.walk(node)):
                found.append(f"{node.lineno}: {node.name} asserts nothing")
    return found


def _could_fail(node: ast.AST) -> bool:
    if isinstance(node, ast.Assert):
        return True
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name == "raises" or name.startswith(_CHECKING)


def skipped(source: str) -> list[str]:
    """Tests that step aside, and tests that wait for real time to pass."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute):
            name = ast.unparse(node)
            if name in {"pytest.skip", "pytest.xfail", "pytest.importorskip", "unittest.skip"} or name.startswith(
                ("pytest.mark.skip", "pytest.mark.xfail")
            ):
                found.append(f"{node.lineno}: {name}")
            elif name == "time.sleep":
                found.append(f"{node.lineno}: sleeps")
    return found
