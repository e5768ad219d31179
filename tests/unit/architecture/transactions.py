"""Nothing outside the database is awaited while a transaction holds its locks."""

import ast
from collections.abc import Iterator


def slow_awaits(source: str) -> list[str]:
    """Waits inside `async with ….transaction() as tx` for anything that isn't the transaction's own.

    Allowed are calls that start from the transaction's variable (`tx.users.get(…)`) and calls that are
    handed that variable, whose own body is judged where it stands.
    """
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AsyncWith) and (opened := _transaction_name(node)) is not None:
            if not opened:
                found.append(f"{node.lineno}: opens a transaction without a name (as tx)")
            found += [
                f"{at}: waits for `{ast.unparse(waited)[:60]}` inside a transaction"
                for statement in node.body
                for at, waited in _waits(statement)
                if not _belongs_to(opened, waited)
            ]
    return sorted(set(found), key=lambda line: int(line.partition(":")[0]))


def _transaction_name(block: ast.AsyncWith) -> str | None:
    for item in block.items:
        call = item.context_expr
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "transaction":
            return item.optional_vars.id if isinstance(item.optional_vars, ast.Name) else ""
    return None


def _waits(statement: ast.stmt) -> Iterator[tuple[int, ast.expr]]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Await):
            yield node.lineno, node.value
        elif isinstance(node, ast.AsyncFor):
            yield node.lineno, node.iter
        elif isinstance(node, ast.AsyncWith):
            yield from ((node.lineno, item.context_expr) for item in node.items)
        elif isinstance(node, ast.comprehension) and node.is_async:
            yield node.iter.lineno, node.iter


def _belongs_to(transaction: str, waited: ast.expr) -> bool:
    if not isinstance(waited, ast.Call):
        return _root(waited) == transaction
    handed = [*waited.args, *(keyword.value for keyword in waited.keywords)]
    return _root(waited.func) == transaction or any(
        isinstance(value, ast.Name) and value.id == transaction for value in handed
    )


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""
