"""How every test runs: the same examples on every machine, and no deadline that a busy one could miss."""

from hypothesis import HealthCheck, settings

SUITE = settings(
    derandomize=True, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow], database=None
)

settings.register_profile("ci", SUITE)
# A search that goes on where the suite stops: pytest --hypothesis-profile=explore
settings.register_profile("explore", SUITE, derandomize=False, max_examples=5_000)
settings.load_profile("ci")
