"""`orbit support-bundle`: one file about the shop for whoever helps its owner, without secrets or customers."""

import asyncio
import io
import json
import platform
import sqlite3
import sys
import zipfile
from collections import deque
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from orbit_adapters.sql.engine import UnusableDatabase
from orbit_adapters.sql.migrate import schema_state
from orbit_adapters.sql.table_sizes import database_size
from orbit_adapters.sql.work_figures import work_figures
from orbit_domain.storage import StorageError
from orbit_entry.commands.check_results import facts_of
from orbit_entry.commands.doctor import examine
from orbit_entry.commands.private_output import private_bytes
from orbit_entry.commands.terminal import show
from orbit_entry.config.given import UnreadableEnvFile, given_variables
from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult
from orbit_entry.runtime.redaction import Redaction, redacted_line, redacted_traceback

_LOG_LINES = 500
_LOG_BYTES = 2 * 1024**2
_PACKAGES = ("aiogram", "aiosqlite", "alembic", "asyncpg", "httpx", "pydantic", "redis", "sqlalchemy", "taskiq")
_OURS = ("ORBIT_", "RATE_LIMIT_", "REDIS_FSM_")
_OTHERS = ("BOT_TOKEN", "DATABASE_URL", "REDIS_URL", "SENTRY_DSN")
_SECRET = (
    *("_TOKEN", "_PASSWORD", "_KEY", "_KEYS", "_SECRET", "_DSN", "_URL"),
    *("_ID", "_ADDRESS", "_WALLET", "_USERNAME"),
)
_PLAIN = frozenset({"true", "false", "yes", "none", "info", "debug", "error", "testnet", "mainnet", "marzban"})
_SHOWN = ("ORBIT_CURRENCY", "ORBIT_LOG_LEVEL", "RATE_LIMIT_MAX_REQUESTS", "RATE_LIMIT_TIME_WINDOW")
_UNREDACTED = frozenset({"topic", "state", "work", "method", "status", "kind"})
"""Columns of figures that hold our own words."""

_ABOUT = """What is in this file, made by `orbit support-bundle`:

versions.json   the versions of Orbit, Python and the libraries, and the kind of machine
settings.json   which settings are set; the values of four that say nothing about anybody
doctor.json     what the doctor has found
database.json   the schema, the sizes of the tables, and counts of orders, payments, notices and keys by state and error
log.jsonl       the end of the log, if it was named with --log

What is not in it: passwords, tokens, keys, addresses of machines, wallets, links, names, ids, messages and comments of
customers. Where such a thing stood there is a word in <angle brackets>. The same word in two places means the same
thing, in this file alone: nobody can tell from it what it was.

Look through it before you send it: every part is plain text.
"""


def support_bundle(output: Path, log: Path | None) -> int:
    """Write it. Returns 0, also where the shop is so broken that a part can't be made: that part says so.

    Raises OSError.
    """
    given = _given()
    redaction = Redaction(value for name, value in given.items() if _is_hidden(name, value))
    lines = None if log is None else list(_log_lines(log, redaction))
    settings, results = examine()
    parts: dict[str, str] = {
        "ABOUT.txt": _ABOUT,
        "versions.json": _json(_versions()),
        "settings.json": _json(_settings(given)),
        "doctor.json": _json([_redacted_result(one, redaction) for one in results]),
        "database.json": _json({} if settings is None else asyncio.run(_database(settings, redaction))),
    }
    if lines is not None:
        parts["log.jsonl"] = "".join(f"{line}\n" for line in lines)
    private_bytes(output, _zipped(parts))
    show(
        f"Written: {output.absolute()}, which only you can read.",
        "It holds versions, which settings are set, the doctor's findings, sizes and counts"
        + (", and the end of the log." if log is not None else "; no log, because none was named with --log."),
        "It holds no secrets and nothing that tells who a customer is. Look through it, then send it to whoever helps.",
    )
    return 0


def _given() -> Mapping[str, str]:
    try:
        return given_variables()
    except (UnreadableEnvFile, OSError):
        return {}  # The doctor's findings say so.


def _is_hidden(name: str, value: str) -> bool:
    """Whether *value* may stand nowhere: a number is hidden where it names somebody, a plain word is not."""
    if name in _SHOWN or not (name.startswith(_OURS) or name in _OTHERS or name.endswith(_SECRET)):
        return False
    return name.endswith(_SECRET) or not (value.isdecimal() or value.casefold() in _PLAIN)


def _versions() -> dict[str, object]:
    return {
        "orbit": _version("orbit-vpn"),
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        "system": f"{platform.system()} {platform.machine()}",
        "libraries": {name: _version(name) for name in _PACKAGES},
        "made at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _settings(given: Mapping[str, str]) -> dict[str, str]:
    ours = sorted(name for name in given if name.startswith(_OURS) or name in _OTHERS)
    return {name: given[name][:40] if name in _SHOWN and given[name].isalnum() else "set" for name in ours}


def _redacted_result(result: CheckResult, redaction: Redaction) -> dict[str, object]:
    facts = facts_of(result).items()
    return {name: redaction.text(value) if isinstance(value, str) else value for name, value in facts}


async def _database(settings: Settings, redaction: Redaction) -> dict[str, object]:
    facts: dict[str, object] = {"kind": "sqlite" if settings.is_alone else "postgresql"}
    try:
        facts["schema"], facts["schema of this version"] = current, head = await schema_state(settings.database)
        if current == head:
            size = await database_size(settings.database, datetime.now(UTC))
            facts["bytes"] = size.size
            facts["tables"] = [
                {"name": one.name, "rows": one.rows, "bytes": one.size, "new in a week": one.new_rows}
                for one in size.tables
            ]
            figures = await work_figures(settings.database)
            facts["work"] = {name: [_row(row, redaction) for row in rows] for name, rows in figures.items()}
    except (StorageError, UnusableDatabase) as error:
        facts["error"] = type(error).__name__
    return facts


def _row(row: Mapping[str, Any], redaction: Redaction) -> dict[str, object]:
    shown: dict[str, object] = {}
    for name, value in row.items():
        if isinstance(value, datetime):
            shown[name] = value.isoformat(timespec="seconds")
        elif isinstance(value, str) and name not in _UNREDACTED:
            shown[name] = redaction.name(value) if name == "source" else redaction.text(value)
        else:
            shown[name] = value
    return shown


def _log_lines(log: Path, redaction: Redaction) -> Iterable[str]:
    """The end of the log. Raises OSError."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - _LOG_BYTES))
        lines = deque(file.read(_LOG_BYTES).decode("utf-8", "replace").splitlines(), maxlen=_LOG_LINES)
    for line in lines:
        try:
            fields = json.loads(line[line.index("{") :])
        except ValueError:
            # No line of ours: of a traceback it is told where it was, of anything else nothing.
            if words := redacted_traceback(line, redaction):
                yield json.dumps({"line": words})
            continue
        if isinstance(fields, dict):
            yield json.dumps(redacted_line(fields, redaction))


def _zipped(parts: Mapping[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, text in parts.items():
            bundle.writestr(f"orbit-support/{name}", text)
    return file.getvalue()


def _json(facts: object) -> str:
    return json.dumps(facts, indent=2, default=str) + "\n"
