"""The unit of the shop in the present folder."""

import os
import pwd
import sys
from pathlib import Path

from orbit_entry.commands.init.systemd_unit import unit_text

_USER = "orbit"


def unit_of_this_shop(data: Path, backups: Path) -> str:
    """The unit for the folder, the program and the account that are in use now. Raises ValueError.

    The folder's owner runs the shop; root never does: then it is the user that docs/deploying.md makes.
    """
    folder = Path.cwd()
    program = Path(sys.executable).parent / "orbit"
    written = {"data": (folder / data).absolute(), "backups": (folder / backups).absolute()}
    return unit_text(user=_account(folder), folder=folder, program=program, **written)


def _account(folder: Path) -> str:
    number = folder.stat().st_uid or os.getuid()
    if number == 0:
        return _USER
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)
