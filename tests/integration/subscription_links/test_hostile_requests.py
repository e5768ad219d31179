"""Whatever is asked of the shop's links, a thousand times a second: refused, and every customer keeps his servers."""

import base64
import os
import re
from collections import Counter, defaultdict
from contextlib import asynccontextmanager
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.subscription_link.link import TOKEN_BITS, new_token
from orbit_sandbox.marzban.fault_injection import DOWN
from orbit_sandbox.marzban.sim_marzban import PASSWORD
from tests.integration.all_gateways.asgi_call import Answer, call
from tests.integration.all_gateways.hostile_shop import LogLines, read_logs
from tests.integration.subscription_links.hostile_requests import (
    APPS,
    GUESSING,
    KINDS,
    HostileRequest,
    Links,
    at,
    hostile_requests,
)
from tests.integration.subscription_links.linked_shop import LinkedShop
from tests.support.buyer import Buyer

SAMPLE = int(os.environ.get("ORBIT_TEST_HOSTILE_CALLS", "2000"))
"""How many requests are sent; 100 000 on demand (`make hostile`)."""
SEED = 20261122
EVE = TelegramId(666)
A_SECOND = 1_000
LOOKUPS_PER_MINUTE = 30
REMEMBERED = 10_000


async def token_of(buyer: Buyer) -> str:
    return str((await buyer.shop.give_link(buyer.tg_id)).url.rpartition("/")[2])


async def servers_of(linked: LinkedShop, token: str, address: str) -> list[str]:
    """What the app of the link's owner gets, from behind that address."""
    answer = await call(linked.app, replace(at(f"/s/{token}"), address=address))
    assert answer.status == 200
    return base64.b64decode(answer.body, validate=True).decode().splitlines()


async def sold(linked: LinkedShop, alice: Buyer) -> Links:
    """Alice has a key and a second link, Eve a key; the apps of both have asked once."""
    eve = Buyer(linked.shop, linked.world, EVE)
    await eve.start()
    for buyer in (alice, eve):
        await buyer.buy()
    replaced = await token_of(alice)
    await alice.shop.reissue_link(alice.tg_id, (await alice.shop.show_keys(alice.tg_id)).own_link.stamp)
    await linked.shop.work()
    links = Links(await token_of(alice), replaced, await token_of(eve))
    for token in (links.token, links.own):
        assert (await linked.get(f"/s/{token}")).status_code == 200
    return links


def shape(answer: Answer) -> tuple[object, ...]:
    """What an answer says, but for what is drawn anew for each of them."""
    headers = sorted((name, re.sub(rb"nonce-[\w-]+", b"nonce", value)) for name, value in answer.headers)
    return answer.status, re.sub(rb"nonce=\"[\w-]+", b"nonce", answer.body), *headers


class Watch:
    """What no answer and no log may hold, and what each app is told of a link that nobody has."""

    def __init__(self, logs: LogLines, secrets: tuple[str, ...]) -> None:
        self._logs, self._secrets = logs, secrets
        self.missing: defaultdict[bytes, set[tuple[object, ...]]] = defaultdict(set)
        self.ends: Counter[tuple[str, int | None]] = Counter()

    def see(self, number: int, hostile: HostileRequest, answer: Answer) -> None:
        """Raises AssertionError when the request didn't end as it must, or when something was told."""
        self.ends[hostile.kind, answer.status] += 1
        assert answer.status in hostile.ends, f"request {number}: {hostile}"
        if answer.status == 404 and hostile.kind != "another path":
            self.missing[dict(hostile.request.headers)[b"user-agent"]].add(shape(answer))
        told = self._logs.take()
        if hostile.kind != "unknown agent":
            headers = [value for name, value in answer.headers if name != b"location"]
            told += (answer.body + b"".join(headers)).decode("utf-8", "replace")
        found = [secret for secret in self._secrets if secret in told]
        assert found == [], f"request {number}: {hostile}"


async def test_no_hostile_request_opens_a_link(
    linked: LinkedShop, alice: Buyer, caplog: pytest.LogCaptureFixture
) -> None:
    """None is served or ends in a 5xx, all misses look alike, and Alice has her servers while her panel is down."""
    links = await sold(linked, alice)
    servers = await servers_of(linked, links.token, GUESSING)
    key = await alice.key()
    of_the_panel = str(key.subscription_url).rpartition("/")[2]
    secrets = (links.token, links.own, links.replaced, str(key.credential), of_the_panel, PASSWORD)
    caplog.set_level("WARNING", "httpx")  # As in a shop.
    requests = hostile_requests(SEED, links)
    with read_logs() as logs:
        watch = Watch(logs, secrets)
        for number in range(SAMPLE):
            hostile = next(requests)
            watch.see(number, hostile, await call(linked.app, hostile.request))
            linked.world.clock.advance(milliseconds=1)
            if number == SAMPLE // 2:
                linked.faults.turn_on(DOWN)
            if number % 400 == 399:
                # Behind the very address that guesses too often, and a minute after she was there last.
                assert await servers_of(linked, links.token, GUESSING) == servers, f"after request {number}"
                linked.world.clock.advance(minutes=1)
                logs.take()
    assert {kind for kind, _ in watch.ends} == {kind for kind, _, _ in KINDS}
    assert [len(alike) for alike in watch.missing.values()] == [1] * len(APPS), "one miss can be told from another"
    assert max(map(len, (linked.limits._links, linked.limits._places))) <= REMEMBERED
    by_status = Counter[int | None]()
    for (_, status), ended in watch.ends.items():
        by_status[status] += ended
    print(f"{watch.ends.total()} hostile requests, by their answers: {dict(by_status.most_common())}")


async def test_a_thousand_guesses_a_second_are_thirty_lookups(
    linked: LinkedShop, alice: Buyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From one place, however many addresses it has: one short reading each. Alice's app at the same place goes on."""
    links = await sold(linked, alice)
    before = await servers_of(linked, links.token, "2001:db8::1")
    lookups = 0
    transaction = linked.world.storage.transaction

    @asynccontextmanager
    async def counted() -> Any:
        nonlocal lookups
        lookups += 1
        async with transaction() as tx:
            yield tx

    monkeypatch.setattr(linked.world.storage, "transaction", counted)
    chance = Random(SEED)
    ends: Counter[int | None] = Counter()
    for number in range(A_SECOND):
        token = new_token(chance.getrandbits(TOKEN_BITS)) if number % 2 else links.token[:-1] + "_"
        request = at(f"/s/{token}")
        address = f"2001:db8::{chance.getrandbits(16):x}"
        ends[(await call(linked.app, replace(request, address=address))).status] += 1
        linked.world.clock.advance(milliseconds=1)
    assert ends == {404: LOOKUPS_PER_MINUTE + 1, 429: A_SECOND - LOOKUPS_PER_MINUTE - 1}
    assert lookups == LOOKUPS_PER_MINUTE + 1
    assert await servers_of(linked, links.token, "2001:db8::1") == before
