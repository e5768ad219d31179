"""Whatever is sent to the webhooks of a whole shop: nothing is booked, nothing breaks, and no secret is logged."""

import os
from collections import Counter
from random import Random

from tests.integration.all_gateways.asgi_call import Answer, call
from tests.integration.all_gateways.hostile_calls import KINDS, HostileCall, hostile_calls, sent
from tests.integration.all_gateways.hostile_shop import HostileShop, open_hostile_shop, read_logs, secrets_in

SAMPLE = int(os.environ.get("ORBIT_TEST_HOSTILE_CALLS", "2000"))
"""How many calls are made; 100 000 on demand."""
SEED = 20261122


async def test_no_hostile_call_is_accepted() -> None:
    """None moves money or changes a state, none ends in a 5xx, and no log holds a secret or what was expected."""
    async with open_hostile_shop() as shop:
        with read_logs() as logs:
            await tell_true_news(shop)
            before = shop.state()
            ends: Counter[tuple[str, int | None]] = Counter()
            calls = hostile_calls(SEED, shop.targets)
            for number in range(SAMPLE):
                hostile = next(calls)
                answer = await call(shop.app, hostile.request)
                ends[hostile.kind, answer.status] += 1
                assert answer.status in hostile.ends, f"call {number}: {hostile}"
                assert told(answer, hostile, logs.take(), shop) == [], f"call {number}: {hostile}"
                if number % 5000 == 0:
                    assert shop.state() == before, f"before call {number}"
            assert shop.state() == before
        assert {kind for kind, _ in ends} == {kind for kind, _ in KINDS}
        print(summary(ends))


async def tell_true_news(shop: HostileShop) -> None:
    """Each provider tells something true first, so that it can be told again, and so that the endpoints do work."""
    for target in shop.targets:
        if target.name != "telegram":
            body = target.body(Random("true news"))
            assert (await call(shop.app, sent(target, body, target.headers(body)))).status == 200


def told(answer: Answer, hostile: HostileCall, log: str, shop: HostileShop) -> list[str]:
    """Secrets in the answer or in the *log*. An attacker who knew an address is told the address again."""
    headers = b"".join(value for name, value in answer.headers if name != b"location")
    said = (answer.body + headers).decode("utf-8", "replace")
    return secrets_in(said + log, shop.targets, hostile.expected)


def summary(ends: Counter[tuple[str, int | None]]) -> str:
    """How many calls ended how, for whoever runs many."""
    by_status: Counter[int | None] = Counter()
    for (_, status), calls in ends.items():
        by_status[status] += calls
    return f"{ends.total()} hostile calls, by their answers: {dict(by_status.most_common())}"


async def test_a_door_that_lets_everything_in_is_found() -> None:
    """With the secrets in their hands, hostile calls are accepted: the check would see it."""
    async with open_hostile_shop() as shop:
        before = shop.state()
        stranger = next(target for target in shop.targets if target.name == "telegram")
        body = stranger.body(Random(1))
        assert (await call(shop.app, sent(stranger, body, stranger.headers(body)))).status == 200
        assert shop.state() != before
        bank = next(target for target in shop.targets if target.name == "bank")
        (expected, at_its_time) = bank.expected(body, "t=1790000000,v1=0")
        assert secrets_in(f"not {at_its_time}", shop.targets, (expected, at_its_time)) == [at_its_time]
        assert secrets_in(str(stranger.headers(body)), shop.targets, ()) == list(stranger.secrets)
