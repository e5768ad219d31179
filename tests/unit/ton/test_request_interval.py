"""A public index isn't asked more often than it allows, by all readers of a process together."""

from pydantic import SecretStr

from orbit_adapters.ton.request_interval import UNLIMITED, RequestInterval
from tests.support.shop import TON_SETTINGS


async def test_requests_are_spread_and_a_quiet_time_gives_no_credit() -> None:
    """Five at once go out a second apart; after a pause one goes out at once, and the next one a second later."""
    now: list[int] = [100_000]
    waits: list[int] = []

    async def sleep(wait_ms: int) -> None:
        waits.append(wait_ms)

    interval = RequestInterval(1000, now_ms=lambda: now[0], sleep=sleep)
    for _ in range(5):
        await interval.wait()
    assert waits == [1000, 2000, 3000, 4000]
    now[0] = 200_000
    waits.clear()
    for _ in range(2):
        await interval.wait()
    assert waits == [1000]


def test_the_interval_follows_key_and_host() -> None:
    """A request a second without a key, ten with one; an index of one's own isn't limited; one interval a host."""
    url, second = TON_SETTINGS.url, TON_SETTINGS.second_url
    assert second is not None
    assert TON_SETTINGS.request_interval_of(url, None) is TON_SETTINGS.request_interval_of(url, None)
    assert TON_SETTINGS.request_interval_of(url, None) is not TON_SETTINGS.request_interval_of(second, None)
    for one in (url, second):
        assert TON_SETTINGS.request_interval_of(one, None).interval_ms == 1000
        assert TON_SETTINGS.request_interval_of(one, SecretStr("k")).interval_ms == 100
    assert TON_SETTINGS.request_interval_of("https://index.example", None) is UNLIMITED
