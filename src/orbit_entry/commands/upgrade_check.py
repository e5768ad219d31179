"""`orbit upgrade-check`: what an update to this version would do. Nothing is changed."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version

from orbit_adapters.sql.migrate import revisions, schema_state
from orbit_adapters.sql.rehearsal import Rehearsal, rehearse
from orbit_entry.commands.terminal import one_line, show, show_json
from orbit_entry.config.bad_settings import BadSettings, Problem
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.env_text import mentioned
from orbit_entry.config.given import ENV_FILE, given_variables
from orbit_entry.config.older_names import is_older, newer_name
from orbit_entry.config.problems import variables
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings

_MEND_FIRST, _MIGRATES = 1, 3


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """From which revision to which one. `migrations` None: a newer version made this database."""

    found: str | None
    needed: str
    migrations: Sequence[Rehearsal] | None


@dataclass(frozen=True, slots=True)
class SettingChanges:
    """What this version can't use as it is, what it calls otherwise, and what `.env` doesn't mention yet."""

    problems: Sequence[Problem]
    renamed: Mapping[str, str]
    unmentioned: Sequence[str]


def check_upgrade(*, as_json: bool) -> int:
    """Show what waits. Returns 0 when that is nothing, 3 when migrations wait, 1 when something stands in the way.

    Raises BadSettings when the database's own settings are wrong, StorageError, UnusableDatabase.
    """
    settings = _setting_changes()
    schema = asyncio.run(_schema_change(_database()))
    if as_json:
        _show_json(schema, settings)
    else:
        show(f"Orbit {version('orbit-vpn')}")
        _show_schema(schema)
        _show_settings(settings)
    if schema.migrations is None or settings.problems:
        return _MEND_FIRST
    return _MIGRATES if schema.migrations and schema.found else 0


def _database() -> str:
    """The database's address, also where other settings are wrong. Raises BadSettings."""
    try:
        return read_settings(DatabaseSettings).database
    except BadSettings as error:
        own = {str(field.validation_alias) for field in DatabaseSettings.model_fields.values()} | {ENV_FILE.name}
        if any(problem.variable.removesuffix("_FILE") in own for problem in error.problems):
            raise
    return DatabaseSettings().database


async def _schema_change(address: str) -> SchemaChange:
    found, needed = await schema_state(address)
    if found is not None and found not in revisions():
        return SchemaChange(found, needed, None)
    return SchemaChange(found, needed, await rehearse(found) if found else ())


def _setting_changes() -> SettingChanges:
    problems: Sequence[Problem] = ()
    try:
        read_settings(Settings)
    except BadSettings as error:
        problems = error.problems
    older = {name: newer_name(field) for name, field in variables().items() if is_older(field)}
    given = given_variables() if not any(problem.variable == ENV_FILE.name for problem in problems) else {}
    renamed = {name: newer for name, newer in older.items() if newer and name in given}
    return SettingChanges(problems, renamed, _unmentioned(older))


def _unmentioned(older: Mapping[str, str | None]) -> Sequence[str]:
    """The settings that `.env` neither sets nor shows as an example: newer than the example that it was made from."""
    if not ENV_FILE.is_file():
        return ()
    named = mentioned(ENV_FILE.read_text(encoding="utf-8", errors="replace"))
    return sorted(name for name in variables() if not {name, f"{name}_FILE"} & named and name not in older)


def _show_schema(schema: SchemaChange) -> None:
    if schema.migrations is None:
        show(
            f"BAD schema: at {schema.found}, which this version doesn't know: a newer version of Orbit made it.",
            f"    Next: start that version, or downgrade with it first: orbit migrate --to {schema.needed} --down",
        )
        return
    if schema.found is None:
        show("ok  schema: there is no database yet; the first `orbit run` or `orbit migrate` makes it")
        return
    if not schema.migrations:
        show(f"ok  schema: at {schema.found}, as this version needs it")
        return
    show(f"?   schema: at {schema.found}, this version's is {schema.needed}: {len(schema.migrations)} migrations wait")
    for one in schema.migrations:
        show(f"    {one.revision} {one_line(one.words)}")
        for what, names in (("adds", one.adds), ("rewrites rows of", one.rows), ("drops", one.drops)):
            if names:
                show(f"         {what} {', '.join(names)}")
    show("    Next: back up the database, then orbit migrate; a start of `orbit run` does it by itself")


def _show_settings(settings: SettingChanges) -> None:
    for problem in settings.problems:
        show(f"BAD {problem.variable}: {problem.what}", f"    Next: {problem.remedy}")
    for name, newer in settings.renamed.items():
        show(f"?   {name}: is called {newer} now; the older name goes on working", f"    Next: rename it to {newer}")
    if settings.unmentioned:
        show(f"?   new: settings that .env doesn't mention: {', '.join(settings.unmentioned)}")
        show("    Next: see .env.example; each has a default")
    if not settings.problems and not settings.renamed:
        show("ok  settings: this version reads them as they are")


def _show_json(schema: SchemaChange, settings: SettingChanges) -> None:
    migrations = schema.migrations
    show_json(
        {
            "version": version("orbit-vpn"),
            "ok": migrations is not None and not settings.problems,
            "schema": {
                "found": schema.found,
                "needed": schema.needed,
                "is_newer": migrations is None,
                "migrations": [asdict(one) for one in migrations or ()],
            },
            "settings": {
                "problems": [asdict(problem) for problem in settings.problems],
                "renamed": dict(settings.renamed),
                "unmentioned": list(settings.unmentioned),
            },
        }
    )
