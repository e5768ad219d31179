"""How every test runs: the same examples on every machine, no deadline that a busy one could miss, and its markers."""

import pytest
from hypothesis import HealthCheck, settings

SUITE = settings(
    derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow], database=None
)

settings.register_profile("ci", SUITE)
# A search that goes on where the suite stops: pytest --hypothesis-profile=explore
settings.register_profile("explore", SUITE, derandomize=False, max_examples=5_000)
settings.load_profile("ci")

# Fixtures that start or use PostgreSQL or Redis, and functions and classes by which a module opens its own.
_SERVER_FIXTURES = {"postgres_server", "redis_server", "durable_postgres", "each_redis", "spare_redis"}
_SERVER_NAMES = {"own_postgres", "own_redis", "open_postgres", "open_redis", "Databases"}
_BROWSER_NAMES = {"open_browser_page", "async_playwright"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs servers or a browser, so that `-m "not servers and not browser"` runs everything else."""
    for item in items:
        if isinstance(item, pytest.Function):
            if _needs_servers(item):
                item.add_marker(pytest.mark.servers)
            if not _BROWSER_NAMES.isdisjoint(vars(item.module)):
                item.add_marker(pytest.mark.browser)


def _needs_servers(item: pytest.Function) -> bool:
    """By its fixtures, by a parameter that names one of them, or by what its module imports to open a server."""
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return (
        not _SERVER_FIXTURES.isdisjoint(item.fixturenames)
        or not _SERVER_NAMES.isdisjoint(vars(item.module))
        or any(isinstance(value, str) and value.startswith(("postgres", "redis")) for value in parameters)
    )
