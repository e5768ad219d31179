"""The checkout as the architecture tests see it: which files exist, and how a complaint is written."""

import ast
import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SRC = ROOT / "src"
DOMAIN = SRC / "orbit_domain"
TESTS = ROOT / "tests"
ARCHITECTURE = TESTS / "unit" / "architecture"
PACKAGES = ("orbit_domain", "orbit_adapters", "orbit_sandbox", "orbit_testing", "orbit_entry")

Check = Callable[[str], list[str]]


def python_files(*folders: Path) -> list[Path]:
    """Every Python source below *folders*, in a stable order."""
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def kept_texts() -> Iterator[tuple[Path, str]]:
    """Every text file that is committed, or would be by `git add .`, with its content."""
    for path in _kept_files():
        content = path.read_bytes()
        if b"\0" not in content[:8000]:
            yield path, content.decode(errors="replace")


def _kept_files() -> list[Path]:
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode:  # An unpacked archive has no history: everything that isn't hidden counts.
        found = (path for path in ROOT.rglob("*") if not any(p.startswith(".") for p in path.relative_to(ROOT).parts))
    else:
        found = (ROOT / name for name in listing.stdout.decode().split("\0") if name)
    return sorted({path for path in found if path.is_file()})


def complaints(files: Iterable[Path], check: Check) -> list[str]:
    """What *check* says of each file, each line led by the path. A file that isn't Python is a complaint itself."""
    found = []
    for path in files:
        try:
            lines = check(path.read_text(encoding="utf-8"))
        except (SyntaxError, UnicodeDecodeError) as error:
            lines = [f"1: cannot be read as Python ({error})"]
        found += [f"{path.relative_to(ROOT)}:{line}" for line in lines]
    return found


def report(found: list[str], remedy: str) -> str:
    """The message of a failed architecture test: what was found and what to do about it."""
    return "\n".join([*found, f"Remedy: {remedy}"])


def dotted(node: ast.expr) -> str:
    """`a.b.c` for a chain of names and attributes, an empty string for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        front = dotted(node.value)
        return f"{front}.{node.attr}" if front else ""
    return ""
