"""Two bots and two workers on one PostgreSQL and one Redis sell as one shop does."""

import asyncio
import os
import signal
from typing import Any

import httpx
import pytest

from tests.integration.faults.processes.cluster import Cluster
from tests.integration.faults.processes.purchases import assert_each_has_exactly_one, buy


async def test_two_of_each_sell_as_one(cluster: Cluster) -> None:
    """Ten customers at once over two bots and two workers: each has one order, one key, and nothing twice.

    So it stays while everything in Redis, the broker's stream included, is lost every tenth of a second, and when one
    button is tapped sixty-four times, spread over both bots.
    """
    customers = [cluster.customer(f"Customer {number}") for number in range(10)]
    await asyncio.gather(*(buy(customer) for customer in customers))
    await assert_each_has_exactly_one(cluster.storage, customers)
    customers += [cluster.customer(f"Flushed {number}") for number in range(8)]
    buying = asyncio.gather(*(buy(customer) for customer in customers[10:]))
    flushes = 0
    while not buying.done():
        await cluster.redis.flush()
        flushes += 1
        await asyncio.wait({buying}, timeout=0.1)
    await buying
    await assert_each_has_exactly_one(cluster.storage, customers)
    assert flushes > 5

    async def healthy() -> bool:
        return bool((await _health(cluster))["status"] == "healthy")

    # A call that took too long on a busy machine opens the circuit for some seconds.
    await customers[0].until("a healthy bot", healthy)
    await _sixty_four_taps_make_one_order(cluster)


async def _sixty_four_taps_make_one_order(cluster: Cluster) -> None:
    customer = cluster.customer("Impatient")
    cluster.sandbox.telegram.press_start(customer.id)
    await customer.tap("plans")
    message, data = await customer.button("buy:sub_1m")
    taps = [cluster.sandbox.telegram.tap(customer.id, message, data) for _ in range(64)]

    async def answered() -> bool:
        return all(getattr(tap, "answers", 0) == 1 for tap in taps)

    await customer.until("an answer to every tap", answered)
    assert len(await customer.orders()) == 1


async def test_any_process_may_die_and_all_may_be_told_to_end(cluster: Cluster) -> None:
    """A bot and a worker are killed in the middle of purchases: the others finish them. All get SIGTERM under load and
    are started again: every customer gets what was paid for.
    """
    customers = [cluster.customer(f"Customer {number}") for number in range(6)]
    buying = [asyncio.create_task(buy(customer)) for customer in customers]
    await customers[0].button("pay:")
    killed = [cluster.bots[0], cluster.workers[0]]
    for shop in killed:
        await shop.kill()
    await asyncio.gather(*buying)
    await assert_each_has_exactly_one(cluster.storage, customers)
    for shop in killed:
        await shop.start()
    customers += [cluster.customer(f"Customer {number}") for number in range(6, 12)]
    buying = [asyncio.create_task(buy(customer)) for customer in customers[6:]]
    await customers[6].button("pay:")
    await asyncio.gather(*(shop.end(signal.SIGTERM) for shop in cluster.everything))
    for shop in cluster.everything:
        await shop.start()
    await asyncio.gather(*buying)
    await assert_each_has_exactly_one(cluster.storage, customers)


@pytest.mark.parametrize("how", ["stopped", "killed", "hanging"])
async def test_redis_may_vanish(small_cluster: Cluster, how: str) -> None:
    """Redis is gone in the middle of purchases: they end delivered, and readiness reports Redis as degraded."""
    cluster = small_cluster
    customers = [cluster.customer(f"Customer {number}") for number in range(6)]
    buying = [asyncio.create_task(buy(customer)) for customer in customers]
    await customers[0].button("pay:")
    if how == "stopped":
        await cluster.redis.stop()
    elif how == "killed":
        os.kill(cluster.redis.pid, signal.SIGKILL)
    else:
        cluster.redis.pause()
    await asyncio.gather(*buying)
    await assert_each_has_exactly_one(cluster.storage, customers)
    report = await _health(cluster)
    assert report["status"] == "degraded"
    assert report["components"]["redis"]["status"] == "degraded"


async def _health(cluster: Cluster) -> dict[str, Any]:
    async with httpx.AsyncClient() as http:
        port = cluster.bots[0].environment["ORBIT_WEB_PORT"]
        report: dict[str, Any] = (await http.get(f"http://127.0.0.1:{port}/health/ready")).json()
    return report
