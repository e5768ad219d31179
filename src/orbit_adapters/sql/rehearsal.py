"""What migrations would do: each is run on an empty database of its own, and watched."""

import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, event

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.lost_data import TableContent, content, losses
from orbit_adapters.sql.migrate import move, revisions

_TOUCHES = re.compile(
    r"\s*(INSERT\s+INTO|UPDATE|DELETE\s+FROM|SELECT\b.*?\bFROM)\s+\"?(\w+)", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One migration: its revision, its own words, and what of an older shop it would touch.

    `adds` and `drops` name tables and `table.column`s; `rows` are the tables whose rows it rewrites, moves or deletes.
    """

    revision: str
    words: str
    adds: tuple[str, ...]
    rows: tuple[str, ...]
    drops: tuple[str, ...]


async def rehearse(found: str | None) -> Sequence[Rehearsal]:
    """What each migration after *found* does, in their order. No shop's database is opened."""
    pending = revisions()[revisions().index(found) + 1 :] if found else revisions()
    if not pending:
        return ()
    with tempfile.TemporaryDirectory(prefix="orbit-rehearsal-") as folder:
        engine = open_engine(f"sqlite+aiosqlite:///{Path(folder) / 'empty.db'}", unlimited=True)
        try:
            if found:
                async with engine.begin() as connection:
                    await connection.run_sync(move, found)
            seen = []
            for revision in pending:
                async with engine.begin() as connection:
                    seen.append(await connection.run_sync(_watched, revision))
            return seen
        finally:
            await engine.dispose()


def _watched(connection: Connection, revision: str) -> Rehearsal:
    before, statements = content(connection), list[str]()

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        statements.append(statement)

    event.listen(connection, "before_cursor_execute", hear)
    try:
        move(connection, revision)
    finally:
        event.remove(connection, "before_cursor_execute", hear)
    after = content(connection)
    gone = {loss.name for loss in losses(before, after)}
    touched = {match[2] for statement in statements if (match := _TOUCHES.match(statement))}
    # A table that is made and filled in one migration belongs to what it adds.
    rows = touched & before.keys()
    return Rehearsal(revision, _words(revision), _new(before, after), tuple(sorted(rows)), tuple(sorted(gone)))


def _new(before: Mapping[str, TableContent], after: Mapping[str, TableContent]) -> tuple[str, ...]:
    """The tables and the columns that *before* lacks."""
    tables = after.keys() - before.keys()
    stayed = after.keys() & before.keys()
    columns = {f"{name}.{column}" for name in stayed for column in after[name].columns - before[name].columns}
    return tuple(sorted(tables | columns))


def _words(revision: str) -> str:
    """The first line of the migration's docstring."""
    folder = Path(__file__).parent / "migrations" / "versions"
    (file,) = folder.glob(f"{revision}_*.py")
    module = import_module(f"{__package__}.migrations.versions.{file.stem}")
    return (module.__doc__ or file.stem).strip().splitlines()[0]
