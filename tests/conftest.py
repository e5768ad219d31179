"""How every test runs: the same examples on every machine, no deadline that a busy one could miss, and its markers."""

import gc
import os

import pytest
import structlog
from hypothesis import HealthCheck, settings

from orbit_entry.runtime.lean_aiogram import import_aiogram

SUITE = settings(
    derandomize=True,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
    database=None,
    max_examples=60,
)

settings.register_profile("ci", SUITE)
# A search that goes on where the suite stops: pytest --hypothesis-profile=explore
settings.register_profile("explore", SUITE, derandomize=False, max_examples=5_000)
settings.load_profile("ci")

# The servers of the tests have no TLS. asyncpg would ask each of them for it, and connect a second time.
os.environ.setdefault("PGSSLMODE", "disable")

# All tests and all that they import stay to the end: to look through them again and again was a fifth of all computing.
gc.disable()

# Each process of pytest-xdist reads all tests, and so aiogram. It does as the shop does, for a third of the time.
if "PYTEST_XDIST_WORKER" in os.environ:
    import_aiogram()

# structlog's default draws an exception with all local variables of all its frames: half a second of computing each.
structlog.configure(processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()])

# Fixtures that start or use PostgreSQL or Redis, and functions and classes by which a module opens its own.
_SERVER_FIXTURES = {"postgres_server", "redis_server", "durable_postgres", "each_redis", "spare_redis"}
_SERVER_NAMES = {"own_postgres", "own_redis", "open_postgres", "open_redis", "Databases"}
_BROWSER_NAMES = {"open_browser_page", "async_playwright"}


# Folders whose tests take long, one by one (docs/decisions/0009): those that mostly wait, and those that compute.
_WAITING = ("tests/integration/faults/processes",)
_COMPUTING = ("tests/integration/faults", "tests/integration/journeys", "tests/integration/browser")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs servers or a browser, so that `-m "not servers and not browser"` runs everything else.

    Each process of pytest-xdist begins with its share of the long modules, so that none is left alone with one.
    """
    for item in items:
        if isinstance(item, pytest.Function):
            if _needs_servers(item):
                item.add_marker(pytest.mark.servers)
            if not _BROWSER_NAMES.isdisjoint(vars(item.module)):
                item.add_marker(pytest.mark.browser)
    items[:] = _long_ones_first(items, int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")))


def pytest_collection_finish() -> None:
    """Collect only among what tests make, and not after every few hundred objects."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    gc.enable()


def _long_ones_first(items: list[pytest.Item], processes: int) -> list[pytest.Item]:
    """*items* in as many shares as there are *processes*, each with long modules at its beginning.

    Half of the processes begin with tests that wait, so that the others have something to compute with.
    """
    share_of = _shares(items, processes)
    shares: list[list[pytest.Item]] = [[] for _ in range(processes)]
    others = []
    for item in items:
        module = _module(item)
        (shares[share_of[module]] if module in share_of else others).append(item)
    size = -(-len(items) // processes)
    for share in shares:
        room = max(size - len(share), 0)
        share += others[:room]
        del others[:room]
    return [item for share in shares for item in share] + others


def _shares(items: list[pytest.Item], processes: int) -> dict[str, int]:
    """The share of each long module."""
    half = processes // 2
    long = [module for module in dict.fromkeys(map(_module, items)) if module.startswith(_COMPUTING)]
    waiting = [module for module in long if module.startswith(_WAITING)]
    computing = [module for module in long if module not in waiting]
    return {
        **{module: number % max(half, 1) for number, module in enumerate(waiting)},
        **{module: half + number % (processes - half) for number, module in enumerate(computing)},
    }


def _module(item: pytest.Item) -> str:
    return item.nodeid.partition("::")[0]


def _needs_servers(item: pytest.Function) -> bool:
    """By its fixtures, by a parameter that names one of them, or by what its module imports to open a server."""
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return (
        not _SERVER_FIXTURES.isdisjoint(item.fixturenames)
        or not _SERVER_NAMES.isdisjoint(vars(item.module))
        or any(isinstance(value, str) and value.startswith(("postgres", "redis")) for value in parameters)
    )
