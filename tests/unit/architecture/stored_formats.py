"""Formats that belong to other modules: keys of messages and rows, and SQL."""

import ast
import re
from collections.abc import Iterator

# `credited:{ref}`: words without spaces around a colon, which is how every key of this project is written.
_KEY_LIKE = re.compile(r"[\w{}./-]*[a-z_}]:[\w{}./:-]*")
_SQL = re.compile(
    r"\b(SELECT\b.*\bFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|FOR\s+UPDATE|ORDER\s+BY|GROUP\s+BY)\b",
    re.DOTALL,
)
_KEY_NAMES = {"dedupe", "dedupe_key"}


def key_formats(source: str) -> list[str]:
    """Places where *source* puts together a key of its own, or hands one over as `dedupe`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        text = _joined_text(node)
        if text is not None and _KEY_LIKE.fullmatch(text):
            found.append(f"{node.lineno}: puts together the key {text!r}")
        elif isinstance(node, ast.keyword) and node.arg in _KEY_NAMES:
            found.append(f"{node.value.lineno}: hands over a key as {node.arg}=")
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == "dedupe":
            found.append(f"{node.lineno}: keeps a key as {node.id}")
    return found


def _joined_text(node: ast.AST) -> str | None:
    """The text that *node* builds from parts, `{}` standing for each value; None when it builds none."""
    if isinstance(node, ast.JoinedStr):
        return "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod):
        sides = [side.value for side in (node.left, node.right) if isinstance(side, ast.Constant)]
        texts = [side for side in sides if isinstance(side, str)]
        return f"{{}}{texts[0].replace('%s', '{}')}" if texts else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"format", "join"}:
        owner = node.func.value
        return f"{{}}{owner.value}" if isinstance(owner, ast.Constant) and isinstance(owner.value, str) else None
    return None


def sql_texts(source: str) -> list[str]:
    """Strings of *source*, docstrings and comments included, that hold SQL."""
    found = [
        f"{node.lineno}: holds SQL: {node.value.strip()[:60]!r}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _SQL.search(node.value)
    ]
    return found + [f"{number}: speaks SQL" for number, comment in _comments(source) if _SQL.search(comment)]


def _comments(source: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(source.splitlines(), 1):
        if line.lstrip().startswith("#"):
            yield number, line
