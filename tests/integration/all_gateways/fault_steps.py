"""Steps of a walk in which something goes wrong: lists, answers, processes, two workers, time."""

from random import Random

from tests.integration.all_gateways import shop_steps
from tests.integration.all_gateways.walk import Walk, gather_all
from tests.integration.all_gateways.way_to_pay import IN_A_LIST, OF_A_CALL, WayToPay
from tests.support.crash_injection import LEASES_OVER_MIN, CrashBudget
from tests.support.port_hooks import RandomYield

_DEADLY = (
    shop_steps.order, shop_steps.switch, shop_steps.top_up, shop_steps.spend, shop_steps.check, shop_steps.cancel,
    shop_steps.scan, shop_steps.work, shop_steps.work, shop_steps.refund_order, shop_steps.refund_payment,
)  # fmt: skip
"""What a process may be doing when it crashes."""
_ROWS = 3


async def disturb_a_list(walk: Walk, chance: Random) -> None:
    """A provider's list has a hole, hides its newest row, repeats or shuffles rows, or shows the future."""
    way = chance.choice(walk.mixed.ways)
    _grow(walk, way, chance)
    way.disturb(chance.choice(IN_A_LIST))
    await walk.tolerant(walk.shop.scan_and_settle, "scan")
    way.heal()


async def lose_an_answer(walk: Walk, chance: Random) -> None:
    """A provider does what it is asked and doesn't say so, or says and does nothing."""
    way = chance.choice(walk.mixed.ways)
    way.disturb(chance.choice((*OF_A_CALL, OF_A_CALL[0])), times=chance.randint(1, 3))
    act = chance.choice((_request_by, _refund_by, _check_by, _scan))
    await walk.tolerant(lambda: act(walk, chance, way), "after a lost answer,")
    way.heal()


async def crash(walk: Walk, chance: Random) -> None:
    """The process crashes at one of its calls, and another one starts when the leases are over."""
    act = chance.choice(_DEADLY)
    process = CrashBudget(fatal=chance.randint(1, chance.choice((12, 60, 200))))
    if await process.live(lambda: walk.tolerant(lambda: act(walk, chance), act.__name__)):
        walk.crashes += 1
        walk.reached["restart"] += 1
        walk.reached[f"restart in {act.__name__}"] += 1
        walk.mixed.world.clock.advance(minutes=LEASES_OVER_MIN)
        walk.shop = walk.mixed.shop()


async def two_workers(walk: Walk, chance: Random) -> None:
    """A second worker has the same jobs at the same time."""
    walk.hook.order = RandomYield(chance.getrandbits(32), maximum=1)
    other = walk.mixed.shop()
    try:
        await walk.tolerant(lambda: gather_all(walk.shop.work(runs=1), other.work(runs=1)), "two workers,")
    finally:
        walk.hook.order = None
    walk.reached["second worker"] += 1


async def pass_time(walk: Walk, chance: Random) -> None:
    """Seconds, minutes or hours pass."""
    walk.mixed.world.clock.advance(seconds=chance.choice((1, 7, 61, 400, 1_000, 4_000)) * chance.randint(1, 2))


def _grow(walk: Walk, way: WayToPay, chance: Random) -> None:
    """A list of few rows can hardly be disturbed."""
    known = len(way.arrivals())
    for _ in range(_ROWS):
        way.pay_nameless(3 * chance.randint(1, 3_000) + 1, f"gift {chance.getrandbits(32)}")
    walk.nameless.update(f"{one.source}|{one.external_id}" for one in way.arrivals()[known:])


async def _request_by(walk: Walk, chance: Random, way: WayToPay) -> None:
    waiting = [one for one in await walk.orders() if one.is_open]
    if not waiting:
        await shop_steps.order(walk, chance)
        return
    chosen = chance.choice(waiting)
    await walk.shop.request_payment(chosen.tg_id, chosen.id, way.method)


async def _refund_by(walk: Walk, chance: Random, way: WayToPay) -> None:
    payment = await walk.a_payment(chance, way.method)
    if payment is not None and payment.id not in walk.taken_back:
        walk.refunds.add(payment.id)
        await walk.shop.refund_payment(payment.id, "owner", "a walk")


async def _check_by(walk: Walk, chance: Random, way: WayToPay) -> None:
    payment = await walk.a_payment(chance, way.method)
    if payment is not None:
        await walk.shop.check_payment(payment.tg_id, payment.id)


async def _scan(walk: Walk, chance: Random, way: WayToPay) -> None:
    await walk.shop.scan_and_settle()
