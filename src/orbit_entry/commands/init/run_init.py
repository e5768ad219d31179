"""`orbit init`: from answers to written settings. What is refused leaves everything as it was."""

import os
import secrets
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import typer

from orbit_adapters.secret_box.secret_keys import new_key
from orbit_adapters.system.clock import SystemClock
from orbit_entry.commands.check_results import show_results
from orbit_entry.commands.doctor import check_shop
from orbit_entry.commands.init.answers import Answers, RunBy, is_open_secret, read_answers
from orbit_entry.commands.init.compose_place import ComposePlace
from orbit_entry.commands.init.env_place import EnvPlace
from orbit_entry.commands.init.interview import Interview, beyond_questions
from orbit_entry.commands.init.questions import Questions
from orbit_entry.commands.init.systemd_unit import UNIT
from orbit_entry.commands.init.unit_of_this_shop import unit_of_this_shop
from orbit_entry.commands.init.written_file import text_of, write_private
from orbit_entry.commands.terminal import show
from orbit_entry.config.bad_settings import BadSettings, Problem
from orbit_entry.config.env_text import Unwritable
from orbit_entry.config.given import ENV_FILE
from orbit_entry.config.reading import settings_of_file, with_contents
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.failures import CannotStart

_AFTER_THE_START = ("own links", "updates")
"""What the doctor finds in order only while the shop runs."""
_STOPPED = 130
_SERVERS = ("postgres://", "postgresql://", "postgresql+asyncpg://")
_NEXT = {
    RunBy.HAND: ("Next: orbit run",),
    RunBy.SYSTEMD: (
        "Next:",
        f"  sudo install --mode 644 {UNIT} /etc/systemd/system/{UNIT}",
        "  sudo systemctl daemon-reload",
        "  sudo systemctl enable --now orbit",
    ),
    RunBy.COMPOSE: (
        "Next:",
        "  docker compose build",
        "  docker compose run --rm migrate",
        "  docker compose run --rm web doctor",
        "  docker compose up --detach",
    ),
}

Place = EnvPlace | ComposePlace


def run_init(answers: Path | None, *, skip_checks: bool, questions: Questions | None = None) -> int:
    """Ask, or read *answers*; look at everything; write. Returns 0, or 1 when something is bad and nothing was written.

    Raises BadSettings, CannotStart, OSError; until the first file is written, nothing is changed.
    """
    if not os.access(Path.cwd(), os.W_OK | os.X_OK):
        raise CannotStart(f"This user can't write to {Path.cwd()}; nothing was changed.", "change its owner or rights.")
    asks = questions or (None if answers is not None else _terminal())
    try:
        place, told = _told(answers, asks)
        changes = _with_made_secrets(place, place.changes(told.values))
        settings = settings_of_file(place.with_changes(changes))
        is_fine = skip_checks or _is_fine(settings, asks)
    except BadSettings:
        show("Nothing was written.", error=True)
        raise
    except (typer.Abort, KeyboardInterrupt):
        show("", "Stopped. Nothing was written.", error=True)
        return _STOPPED
    if not is_fine:
        show("Nothing was written. Next: mend what is BAD and repeat, or add --skip-checks.", error=True)
        return 1
    _write(place, changes, settings, told.run_by)
    return 0


def _terminal() -> Questions:
    if not sys.stdin.isatty():
        raise CannotStart("Nobody can answer here; nothing was changed.", "orbit init --answers FILE")
    return Questions()


def _told(file: Path | None, asks: Questions | None) -> tuple[Place, Answers]:
    """Where the settings are kept, and what is new. Raises BadSettings, which names everything that is wrong."""
    if file is not None:
        answers, problems = read_answers(file)
        place = _place(answers.run_by)
        if problems:
            raise BadSettings((*_other_problems(place, answers), *problems))
        if is_open_secret(file, answers):
            show(f"?   {file} holds a secret, and other users can use it. Next: chmod 600 {file}", error=True)
        return place, answers
    if asks is None:
        raise RuntimeError("without a file somebody is asked")
    now = RunBy.SYSTEMD if Path(UNIT).exists() else RunBy.COMPOSE if Path("docker/shop.env").exists() else RunBy.HAND
    run_by = RunBy(asks.choice("Who starts the shop", list(RunBy), now.value))
    place = _place(run_by)
    beyond = beyond_questions(place.kept)
    if beyond:
        raise BadSettings(beyond)
    return place, Answers(Interview(asks, with_contents(place.kept))(), run_by)


def _place(run_by: RunBy) -> Place:
    return ComposePlace() if run_by is RunBy.COMPOSE else EnvPlace(ENV_FILE)


def _other_problems(place: Place, answers: Answers) -> Sequence[Problem]:
    """What is wrong with the settings besides the file itself, so that all of it is said at once."""
    try:
        settings_of_file(place.with_changes(_with_made_secrets(place, place.changes(answers.values))))
    except BadSettings as error:
        return error.problems
    return ()


def _with_made_secrets(place: Place, changes: Mapping[str, str | None]) -> dict[str, str | None]:
    """*changes*, with the secrets that nobody needs to think of."""
    after = place.with_changes(changes)
    made: dict[str, str | None] = dict(changes)
    if after.get("ORBIT_WEBHOOK_URL") and not _has(after, "ORBIT_WEBHOOK_SECRET"):
        made["ORBIT_WEBHOOK_SECRET"] = secrets.token_urlsafe(32)
    # An embedded database keeps its keys beside it; one on a server has no such place.
    on_a_server = with_contents(after).get("DATABASE_URL", "").startswith(_SERVERS)
    if on_a_server and not _has(after, "ORBIT_SECRET_KEYS"):
        made["ORBIT_SECRET_KEYS"] = new_key()
    return made


def _has(values: Mapping[str, str], name: str) -> bool:
    return bool(values.get(name) or values.get(f"{name}_FILE"))


def _is_fine(settings: Settings, asks: Questions | None) -> bool:
    """Whether the doctor finds nothing bad, or the owner keeps the settings all the same."""
    show("The doctor looks at all of it …", error=True)
    # Panels are added once there are settings.
    later = {*_AFTER_THE_START, *(("panel",) if settings.first_panel is None else ())}
    results = [
        replace(one, ok=True, is_warning=True) if one.about in later and not one.ok else one
        for one in check_shop(settings)
    ]
    show_results(results)
    if all(one.ok for one in results):
        return True
    return asks is not None and asks.yes("Something is bad. Write the settings all the same?", default=False)


def _write(place: Place, changes: Mapping[str, str | None], settings: Settings, run_by: RunBy) -> None:
    """Write everything that is new, the settings last. Raises BadSettings, CannotStart, OSError."""
    now, where = SystemClock().now(), "docker/shop.env and docker/secrets" if run_by is RunBy.COMPOSE else ".env"
    unit = _unit(settings) if run_by is RunBy.SYSTEMD else None
    try:
        kept = place.write(changes, now)
    except Unwritable as error:
        what = "can't be written into a settings file: it has a line break, or ${"
        remedy = f"Put it into a file of its own and name that: {error.variable}_FILE."
        raise BadSettings((Problem(error.variable, what, remedy),)) from None
    show(f"Written: {where}, for this user alone." if changes else f"Nothing is new in {where}.")
    if kept is not None:
        show(f"The older settings: {kept}")
    if unit is not None:
        _write_unit(unit, settings)
    _tell_what_goes_before(place.with_changes(changes))
    show(*_NEXT[run_by])


def _unit(settings: Settings) -> str:
    try:
        return unit_of_this_shop(settings.data_dir, settings.backups)
    except ValueError as error:
        raise CannotStart(f"Nothing was written: {error}.", "move the shop to a path such as /opt/orbit.") from None


def _write_unit(text: str, settings: Settings) -> None:
    # systemd starts nothing whose writable folder isn't there.
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = Path(UNIT)
    if text_of(file) == text:
        return
    kept = write_private(file, text, SystemClock().now())
    file.chmod(0o644)  # Nothing in it is secret.
    show(f"The unit: {file.absolute()}", *([f"The older unit: {kept}"] if kept else []))


def _tell_what_goes_before(values: Mapping[str, str]) -> None:
    """Name what the environment sets otherwise: it goes before the file, also where that was just written."""
    for name in sorted(values):
        if os.environ.get(name) not in (None, "", values[name]):
            show(f"?   {name} is set otherwise in the environment, which goes before the file.", error=True)
