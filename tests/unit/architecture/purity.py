"""What the domain may not name: libraries, clocks, chance, sleep and floats."""

import ast
import sys

from tests.unit.architecture.tree import dotted

_ALLOWED = sys.stdlib_module_names | {"orbit_domain"}
_CHANCE_AND_TIME = {"random", "secrets", "time"}
_MACHINE = {"os", "socket", "subprocess", "threading", "urllib", "http", "sqlite3", "tempfile", "shutil"}
_NAMES = (
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
    "time.monotonic",
    "asyncio.sleep",
)
_LAST_NAMES = {"uuid1", "uuid4", "uuid7", "getenv", "environ"}


def imported_modules(tree: ast.AST) -> list[tuple[int, str]]:
    """Line and full name of every module imported; a relative import is named with its dots."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            found.append((node.lineno, "." * node.level + (node.module or "")))
    return found


def foreign_imports(source: str) -> list[str]:
    """Imports of anything but the standard library and the domain itself; relative imports count too."""
    return [
        f"{line}: imports {name}"
        for line, name in imported_modules(ast.parse(source))
        if name.split(".")[0] not in _ALLOWED
    ]


def impurities(source: str) -> list[str]:
    """Uses of the clock, of chance, of sleep, or of the machine."""
    tree = ast.parse(source)
    found = [
        f"{line}: imports {name}"
        for line, name in imported_modules(tree)
        if name.split(".")[0] in _CHANCE_AND_TIME | _MACHINE
    ]
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Attribute):
            names = [dotted(node)]
        elif isinstance(node, ast.Call) and dotted(node.func) in {"open", "print", "input"}:
            names = [dotted(node.func)]
            found.append(f"{node.lineno}: calls {names[0]}")
            continue
        else:
            continue
        found += [f"{node.lineno}: names {name}" for name in names if _is_impure(name)]
    return found


def _is_impure(name: str) -> bool:
    return name.rpartition(".")[2] in _LAST_NAMES or any(
        name == impure or name.endswith(f".{impure}") for impure in _NAMES
    )


def floats(source: str) -> list[str]:
    """Floats by name, by literal, or by an annotation in quotes; whole numbers and fractions only here."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name) and node.id == "float":
            found.append(f"{node.lineno}: names float")
        elif isinstance(node, ast.Constant) and (isinstance(node.value, float) or node.value == "float"):
            found.append(f"{node.lineno}: holds the float {node.value!r}")
    return found


def careless_floats(source: str) -> list[str]:
    """Floats in adapters that carry money: allowed only for seconds, whose names end in `_s`."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.AnnAssign):
            name, annotation = dotted(node.target).rpartition(".")[2], node.annotation
        elif isinstance(node, ast.arg) and node.annotation:
            name, annotation = node.arg, node.annotation
        elif isinstance(node, ast.Call) and dotted(node.func) == "float":
            name, annotation = dotted(node.args[0]).rpartition(".")[2] if node.args else "", node.func
        elif isinstance(node, ast.keyword) and node.arg == "parse_float" and dotted(node.value) == "float":
            name, annotation = "parse_float", node.value
        else:
            continue
        if not name.endswith("_s") and floats(ast.unparse(annotation)):
            found.append(f"{node.lineno}: {ast.unparse(node)[:60]}")
    return found
