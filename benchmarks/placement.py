"""The choice of a place among thousands of nodes: alone, again, for a batch, and with its explanation."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from time import perf_counter, process_time
from typing import TypeVar

from benchmarks.figures import Figure, p50_ms
from orbit_domain.ids import PanelId
from orbit_domain.node.choice import PlacementRequest, choose_node, choose_nodes
from orbit_domain.node.fleet import Node, NodeReading

TITLE = "A place for a key among many nodes"
NODES, FEW_NODES, SMALL_NODES = 10_000, 100, 200
ROUNDS, SMALL_ROUNDS = 21, 3
BATCH = 20
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ANYWHERE = PlacementRequest()

Result = TypeVar("Result")


async def measure(*, small: bool) -> list[Figure]:
    """Each round chooses in a fleet that was never looked at (cold), and at once again in the same one (warm)."""
    count, rounds = (SMALL_NODES, SMALL_ROUNDS) if small else (NODES, ROUNDS)
    return [*_measured(count, rounds), *_measured(FEW_NODES, rounds)]


def _measured(count: int, rounds: int) -> list[Figure]:
    clock: dict[str, list[float]] = {}
    processor: dict[str, list[float]] = {}

    def time(name: str, work: Callable[[], Result]) -> Result:
        began, began_cpu = perf_counter(), process_time()
        result = work()
        processor.setdefault(name, []).append(process_time() - began_cpu)
        clock.setdefault(name, []).append(perf_counter() - began)
        return result

    for seed in range(rounds):
        nodes = fleet(count, Random(seed))
        time("one key, cold", partial(choose_node, nodes, ANYWHERE, NOW))
        choice = time("one key, warm", partial(choose_node, nodes, ANYWHERE, NOW))
        time(f"a batch of {BATCH}", partial(choose_nodes, nodes, [ANYWHERE] * BATCH, NOW))
        time("the verdict on each node, when asked for", partial(len, choice.reasons))
    return [
        Figure(f"{count} nodes, {name}: {how}", figure(taken), "ms")
        for how, figure, times in (
            ("processor, the fastest", _fastest_ms, processor),
            ("processor, p50", p50_ms, processor),
            ("by the clock, p50", p50_ms, clock),
        )
        for name, taken in times.items()
    ]


def _fastest_ms(durations_s: Iterable[float]) -> float:
    return min(durations_s) * 1_000


def fleet(count: int, random: Random) -> list[Node]:
    """Nodes of fifty panels, nine in ten of which could take a key; every third has no limit of users."""
    return [_node(number, random) for number in range(count)]


def _node(number: int, random: Random) -> Node:
    reading = NodeReading(
        name=f"node-{number}",
        connected=random.random() < 0.95,
        groups=(f"VLESS {number}",),
        traffic_bytes=random.randrange(2**45),
        usage_coefficient_milli=random.choice((500, 1_000, 1_500)),
        region=random.choice(("nl", "de", "fi")),
    )
    return Node(
        panel_id=PanelId(f"panel-{number % 50}"),
        panel_priority=100,
        reading=reading,
        active_users=random.randrange(300),
        capacity=random.choice((None, 250, 1_000)),
        reading_at=NOW - timedelta(minutes=random.choice((1, 1, 1, 60))),
    )
