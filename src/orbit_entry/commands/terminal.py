"""What a command prints. A stranger's words can't move the cursor, and nothing is ever cut."""

import json
import unicodedata
from collections.abc import Iterable

from rich.console import Console
from rich.table import Table

_KEPT = "\n"


def printable(text: str) -> str:
    """*text* with control, format, private and unassigned characters (category C) spelt out as `\\x1b` or `\\u202e`."""
    if text.isprintable():
        return text
    return "".join(_spelt(one) if unicodedata.category(one)[0] == "C" and one not in _KEPT else one for one in text)


def one_line(text: str) -> str:
    """*text* as `printable`, line breaks spelt out too."""
    return printable(text).replace("\n", "\\n")


def show(*lines: str, error: bool = False) -> None:
    """Print *lines* as they are: no markup, no colours, no wrapping that would break what is copied."""
    console = Console(stderr=error)
    for line in lines:
        console.print(printable(line), markup=False, highlight=False, soft_wrap=True)


def show_json(facts: object) -> None:
    """Print *facts* as JSON; category C is written as `\\u001b` there."""
    text = json.dumps(facts, ensure_ascii=False, indent=2)
    escaped = "".join(
        json.dumps(one)[1:-1] if unicodedata.category(one)[0] == "C" and one not in _KEPT else one for one in text
    )
    Console().print(escaped, markup=False, highlight=False, soft_wrap=True)


def show_table(titles: Iterable[str], rows: Iterable[Iterable[str]], *, error: bool = False) -> None:
    """Print a table. What doesn't fit goes on below, in its column."""
    table = Table(box=None, pad_edge=False)
    for title in titles:
        table.add_column(title, overflow="fold")
    for row in rows:
        table.add_row(*(one_line(cell).replace("[", "\\[") for cell in row))
    Console(stderr=error).print(table)


def _spelt(one: str) -> str:
    code = ord(one)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
