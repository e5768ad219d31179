"""The doctor's checks of this machine and of the settings: nothing is asked over the network."""

import os
from collections.abc import Sequence

from orbit_entry.config.settings import Settings
from orbit_entry.doctor.check_result import CheckResult
from orbit_entry.runtime.private_files import open_to_others


def check_files(settings: Settings) -> Sequence[CheckResult]:
    """Whether the embedded database can be written by this user, and read by no other."""
    file = settings.database_file
    if file is None:
        return ()  # The database is on a server.
    folder = nearest = file.parent
    while not nearest.exists() and nearest != nearest.parent:
        nearest = nearest.parent
    writable = nearest.is_dir() and os.access(nearest, os.W_OK)
    remedy = f"make {nearest} a folder that this user can write to, or set ORBIT_DATA_DIR"
    results = [CheckResult("data folder", writable, "writable" if writable else "can't be written to", remedy)]
    # A folder that the owner names in DATABASE_URL may hold other things: only the files in it are the shop's.
    others = [one for one in open_to_others(file, folder) if one[0] != folder or settings.database_url is None]
    if others:
        seen = f"other users of this machine can use {', '.join(str(path) for path, _ in others)}"
        commands = "; ".join(f"chmod {mode} {path}" for path, mode in others)
        results.append(CheckResult("data privacy", False, f"{seen}: it holds live key links", commands))
    elif folder.exists():
        results.append(CheckResult("data privacy", True, "for this user alone"))
    return results


def check_people(settings: Settings) -> Sequence[CheckResult]:
    """Whether somebody hears the alerts, and whether customers have somebody to write to."""
    owner = _person(
        "owner", settings.owner_id, "nobody gets the alerts", "set ORBIT_OWNER_ID and press /start in the bot"
    )
    if settings.owner_id is not None and not settings.support:
        return owner, CheckResult("support", True, "not set: the bot passes questions on to the owner")
    without = "customers have nobody to write to"
    return owner, _person("support", settings.support, without, "set ORBIT_SUPPORT or ORBIT_OWNER_ID")


def _person(about: str, person: int | str | None, without: str, remedy: str) -> CheckResult:
    if person:
        return CheckResult(about, True, str(person))
    return CheckResult(about, True, f"not set: {without}", remedy, is_warning=True)
