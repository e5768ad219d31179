"""Words that hide a missing noun."""

import ast
import re

_EMPTY_WORDS = {
    "util", "utils", "helper", "helpers", "manager", "managers", "service", "services", "common", "impl", "dto", "misc",
}  # fmt: skip
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def empty_words(name: str) -> set[str]:
    """The words of *name* (snake_case or CamelCase) that say nothing about what the thing is."""
    return {word.lower() for word in _WORDS.findall(name)} & _EMPTY_WORDS


def vague_path(path: str) -> list[str]:
    """A complaint when a folder or the module of *path* (with slashes) has an empty name."""
    words = sorted(set().union(*(empty_words(part.removesuffix(".py")) for part in path.split("/"))))
    return [f"1: the path says {', '.join(words)}"] if words else []


def vague_classes(source: str) -> list[str]:
    """Classes with an empty word in their name."""
    return [
        f"{node.lineno}: class {node.name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ClassDef) and empty_words(node.name)
    ]
