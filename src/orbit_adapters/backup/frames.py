"""The words of an archive, in plain: frames of a kind, a length and a payload, in one order only.

A head, then for each table its begin, its rows in pieces and its end with count and digest, then the manifest, then
nothing. A reader takes no other order, no frame above its limit and no word that it doesn't know.
"""

import hashlib
import json
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orbit_adapters.backup.refused import BackupRefused, broken
from orbit_domain.backup.backup import BackupProblem
from orbit_domain.backup.manifest import ArchiveHead, Manifest, TableFacts

FORMAT = 1
MAX_FRAME = 1024 * 1024
_MAGIC = b"ORBIT-BACKUP\n"
_PREFIX = struct.Struct(">cI")
_HEAD, _BEGIN, _ROWS, _END, _MANIFEST = b"H", b"T", b"D", b"E", b"M"
_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}", re.ASCII)
_WORD = re.compile(r"[a-z0-9]{1,32}", re.ASCII)
_MAX_TABLES = 1_000


@dataclass(frozen=True, slots=True)
class OpenTable:
    """A table whose rows come next, with the columns that they have."""

    name: str
    columns: tuple[str, ...]


class FrameWriter:
    """Writes an archive's frames by *write*."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self._facts: list[TableFacts] = []

    def head(self, head: ArchiveHead) -> None:
        """Whose archive it is."""
        self._write(_MAGIC)
        facts = {"format": FORMAT, "shop": head.shop, "kind": head.kind, "revision": head.revision}
        self._document(_HEAD, {**facts, "taken_at": head.taken_at.isoformat()})

    def begin(self, table: OpenTable) -> None:
        """A table begins."""
        self._document(_BEGIN, {"table": table.name, "columns": list(table.columns)})

    def rows(self, data: bytes) -> None:
        """A piece of its rows, of any length."""
        for start in range(0, len(data), MAX_FRAME):
            self._frame(_ROWS, data[start : start + MAX_FRAME])

    def end(self, facts: TableFacts) -> None:
        """It ends, and had *facts*."""
        self._facts.append(facts)
        self._document(_END, _of_table(facts))

    def manifest(self, sequences: Mapping[str, int | None], cursors: Mapping[str, str]) -> Manifest:
        """The last frame, about every table that was written."""
        manifest = Manifest(tuple(self._facts), dict(sequences), dict(cursors))
        tables = [_of_table(table) for table in manifest.tables]
        self._document(_MANIFEST, {"tables": tables, "sequences": sequences, "cursors": cursors})
        return manifest

    def _document(self, kind: bytes, facts: Mapping[str, Any]) -> None:
        self._frame(kind, json.dumps(facts, separators=(",", ":")).encode())

    def _frame(self, kind: bytes, payload: bytes) -> None:
        self._write(_PREFIX.pack(kind, len(payload)))
        self._write(payload)


class FrameReader:
    """Reads an archive's frames by *read*, which gives so many bytes or fewer at the end. Raises BackupRefused."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._facts: list[TableFacts] = []
        self._last = b""

    def head(self) -> ArchiveHead:
        """Whose archive it is; of a format that this version knows."""
        if self._read(len(_MAGIC)) != _MAGIC:
            raise broken("it doesn't begin as an archive of Orbit does")
        facts = _document(self._expected(_HEAD))
        if type(facts.get("format")) is int and facts["format"] > FORMAT:
            what = "A newer version of Orbit has written this archive."
            raise BackupRefused(BackupProblem.NEWER, what, "use that version, or a newer one")
        with _refusing("its head isn't one"):
            taken_at = datetime.fromisoformat(_text(facts, "taken_at"))
            if facts["format"] != FORMAT or taken_at.tzinfo is None:
                raise ValueError
            return ArchiveHead(_word(facts, "shop"), _word(facts, "kind"), _word(facts, "revision"), taken_at)

    def next_table(self) -> OpenTable | None:
        """The next table; None: the manifest comes next. Its rows are to be read before."""
        if len(self._facts) > _MAX_TABLES:
            raise broken("it has more tables than a shop")
        kind, payload = self._frame()
        if kind == _MANIFEST:
            self._last = payload
            return None
        if kind != _BEGIN:
            raise broken("its parts aren't in order")
        return _open_table(_document(payload), {table.name for table in self._facts})

    def rows(self, table: OpenTable) -> Iterator[bytes]:
        """The pieces of *table*'s rows. Raises BackupRefused at their end when they aren't those that were written."""
        digest, rows = hashlib.sha256(), 0
        kind, payload = self._frame()
        while kind == _ROWS:
            digest.update(payload)
            rows += payload.count(b"\n")
            yield payload
            kind, payload = self._frame()
        if kind != _END:
            raise broken("its parts aren't in order")
        facts = TableFacts(table.name, rows, digest.hexdigest())
        if _table_facts(_document(payload)) != facts:
            raise broken(f"the rows of {table.name} aren't those that were written")
        self._facts.append(facts)

    def manifest(self) -> Manifest:
        """The last word, which agrees with every table that was read."""
        facts = _document(self._last)
        with _refusing("its manifest isn't one"):
            tables = tuple(_table_facts(one) for one in facts["tables"])
            sequences = {_name(key): _number(value) for key, value in facts["sequences"].items()}
            cursors = {str(key): str(value) for key, value in facts["cursors"].items()}
        if tables != tuple(self._facts):
            raise broken("its manifest isn't of these tables")
        return Manifest(tables, sequences, cursors)

    def _expected(self, kind: bytes) -> bytes:
        found, payload = self._frame()
        if found != kind:
            raise broken("its parts aren't in order")
        return payload

    def _frame(self) -> tuple[bytes, bytes]:
        prefix = self._read(_PREFIX.size)
        if len(prefix) < _PREFIX.size:
            raise broken("its end is missing")
        kind, length = _PREFIX.unpack(prefix)
        if length > MAX_FRAME:
            raise broken("a part of it is larger than any that was written")
        payload = self._read(length)
        if len(payload) < length:
            raise broken("its end is missing")
        return kind, payload


@contextmanager
def _refusing(what: str) -> Iterator[None]:
    """What isn't as expected inside the block is refused."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise broken(what) from None


def _document(payload: bytes) -> dict[str, Any]:
    with _refusing("a part of it isn't one"):
        facts = json.loads(payload)
        if not isinstance(facts, dict):
            raise TypeError
        return facts
    raise AssertionError


def _open_table(facts: Mapping[str, Any], known: set[str]) -> OpenTable:
    with _refusing("the begin of a table isn't one"):
        name, columns = _name(facts["table"]), tuple(_name(one) for one in facts["columns"])
        if name in known or not columns or len(set(columns)) < len(columns):
            raise ValueError
        return OpenTable(name, columns)
    raise AssertionError


def _table_facts(facts: Mapping[str, Any]) -> TableFacts:
    with _refusing("the end of a table isn't one"):
        rows = _number(facts["rows"])
        if rows is None:
            raise ValueError
        return TableFacts(_name(facts["table"]), rows, _text(facts, "sha256"))
    raise AssertionError


def _of_table(facts: TableFacts) -> dict[str, Any]:
    return {"table": facts.name, "rows": facts.rows, "sha256": facts.sha256}


def _name(value: Any) -> str:
    """Names of tables and columns are as short and plain as Orbit's own: none is a path or a piece of SQL."""
    if not isinstance(value, str) or _NAME.fullmatch(value) is None:
        raise ValueError
    return value


def _text(facts: Mapping[str, Any], name: str) -> str:
    value = facts[name]
    if not isinstance(value, str):
        raise TypeError
    return value


def _word(facts: Mapping[str, Any], name: str) -> str:
    """What is shown to a person is short and plain, too."""
    value = _text(facts, name)
    if _WORD.fullmatch(value) is None:
        raise ValueError
    return value


def _number(value: Any) -> int | None:
    if value is not None and (type(value) is not int or not 0 <= value < 2**63):
        raise ValueError
    return value
