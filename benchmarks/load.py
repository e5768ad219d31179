"""What it costs to know how loaded the nodes are: asking for the nodes, and listing all users instead."""

from benchmarks.counted_panel import SETTINGS, Meter, Spent, counted_marzban
from benchmarks.figures import Figure
from benchmarks.shop_of_keys import fill, shop_of_keys
from orbit_adapters.marzban.panel import MarzbanPanel
from orbit_domain.use_cases.count_keys import CountKeys

TITLE = "The load of the nodes: asked for, against listing all users"
KEYS, SMALL_KEYS = 10_000, 60
PAGE = 200


async def measure(*, small: bool) -> list[Figure]:
    """Refresh the load of a simulated Marzban's nodes once in each way, and count our own keys in SQLite."""
    async with (
        shop_of_keys(SMALL_KEYS if small else KEYS) as shop,
        counted_marzban(shop.world.clock) as (sim, transport, http),
    ):
        fill(sim, shop.keys)
        panel = MarzbanPanel(SETTINGS, http, shop.world.clock)
        await panel.nodes()  # The login belongs to neither.
        meter = Meter(transport)
        await panel.nodes()
        asked = meter.spent()
        meter = Meter()
        counts = await CountKeys(shop.world.storage, shop.world.clock)()
        counted = meter.spent()
        meter, offset = Meter(transport), 0
        while (page := await panel.list_owned(offset, PAGE)).next_offset is not None:
            offset = page.next_offset
        listed = meter.spent()
    return [
        Figure("users of the panel", sum(counts.values()), ""),
        *_cost("nodes asked for", asked),
        Figure("our own keys counted: by the clock", counted.clock_s * 1_000, "ms"),
        *_cost(f"all users listed, {PAGE} at a time", listed),
        Figure("bytes: all users / nodes", listed.bytes / asked.bytes, "x"),
        Figure("processor time: all users / nodes and our keys", listed.cpu_s / (asked.cpu_s + counted.cpu_s), "x"),
    ]


def _cost(name: str, spent: Spent) -> list[Figure]:
    return [
        Figure(f"{name}: requests", spent.requests, ""),
        Figure(f"{name}: bytes", spent.bytes, ""),
        Figure(f"{name}: by the clock", spent.clock_s * 1_000, "ms"),
        Figure(f"{name}: processor", spent.cpu_s * 1_000, "ms"),
        Figure(f"{name}: of it the simulated panel", spent.panel_s * 1_000, "ms"),
    ]
