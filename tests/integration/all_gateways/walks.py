"""Many walks of a seed, each on a storage of its own, and what they have reached."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from random import Random

from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_domain.storage import Storage
from tests.integration.all_gateways import customer_steps, fault_steps, shop_steps
from tests.integration.all_gateways.each_step import StepWatch
from tests.integration.all_gateways.invariants import violations
from tests.integration.all_gateways.mixed_shop import open_mixed_shop
from tests.integration.all_gateways.recorded import read_recorded
from tests.integration.all_gateways.walk import Walk, WalkHook
from tests.integration.all_gateways.way_to_pay import Disturbance
from tests.integration.faults.crash_points.seeded_bugs import SeededBug
from tests.integration.postgres.patience import patient_engine
from tests.support.crash_injection import watch
from tests.support.servers.databases import Databases

SEED = 20261122
STEPS = 60
STEP_WEIGHTS = {
    shop_steps.order: 8, shop_steps.switch: 4, shop_steps.top_up: 3, shop_steps.spend: 2, shop_steps.check: 5,
    shop_steps.cancel: 2, shop_steps.scan: 4, shop_steps.work: 4, shop_steps.refund_order: 2,
    shop_steps.refund_payment: 3, customer_steps.pay: 14, customer_steps.ask_wrongly: 2,
    customer_steps.pay_nameless: 3, customer_steps.pay_in_another_asset: 2, customer_steps.take_back: 1,
    customer_steps.hear_news: 5, fault_steps.disturb_a_list: 10, fault_steps.lose_an_answer: 8,
    fault_steps.crash: 12, fault_steps.two_workers: 4, fault_steps.pass_time: 5,
}  # fmt: skip
"""How often each step is taken, in proportion."""

StorageOpener = Callable[[], AbstractAsyncContextManager[Storage | None]]
"""Opens an empty storage for one walk; None: one in memory."""


class WalkFailed(AssertionError):
    """Something was lost, doubled, moved or told that wasn't so. The number repeats the walk."""

    def __init__(self, number: int, step: str, what: str) -> None:
        super().__init__(f"walk {number}, {step}: {what}")
        self.number = number


@dataclass
class Reached:
    """What walks have come through: steps, faults that happened, refusals."""

    walks: int = 0
    steps: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def faults(self) -> dict[str, int]:
        """How often each fault has happened."""
        names = [*(what.value for what in Disturbance), "restart", "second worker"]
        return {name: self.counts[name] for name in names}


async def run_walk(
    number: int, opened: StorageOpener, reached: Reached, *, seed: int = SEED, steps: int = STEPS, look_every: int = 1
) -> None:
    """Walk *number* of *seed*, looking at everything after each so many steps. Raises WalkFailed."""
    hook = WalkHook()
    async with opened() as storage, open_mixed_shop(hook, storage) as mixed:
        walk = await Walk.start(mixed, hook)
        watcher = StepWatch(walk)
        for place in range(steps):
            chance = Random(f"{seed}/{number}/{place}")
            (step,) = chance.choices([*STEP_WEIGHTS], [*STEP_WEIGHTS.values()])
            where = f"step {place}, {step.__name__}"
            try:
                await walk.tolerant(lambda: step(walk, chance), step.__name__)  # noqa: B023 - it is awaited here
            except Exception as error:
                raise WalkFailed(number, where, repr(error)) from error
            if place % look_every == 0:
                _require(number, where, await watcher.look())
            reached.counts[step.__name__] += 1
        await _rest(walk, watcher, number, Random(f"{seed}/{number}/rest"))
        for way in mixed.ways:
            reached.counts.update({what.value: count for what, count in way.disturbed().items()})
        reached.counts.update(walk.reached)
        reached.walks += 1
        reached.steps += steps


async def _rest(walk: Walk, watcher: StepWatch, number: int, chance: Random) -> None:
    """Everything heals and comes to its end; then all is told again, in another order, and nothing changes."""
    await walk.settle_down()
    recorded = await read_recorded(walk)
    _require(number, "at rest", [*await watcher.look(), *await violations(walk, recorded)])
    await walk.hear_everything(chance)
    await walk.repeat_refunds()
    await walk.work(5)
    if (await read_recorded(walk)).outcome() != recorded.outcome():
        raise WalkFailed(number, "told again", "9: the same news and the same calls have changed something")


def _require(number: int, where: str, found: list[str]) -> None:
    if found:
        raise WalkFailed(number, where, "; ".join(found[:5]))


@asynccontextmanager
async def in_memory() -> AsyncIterator[Storage | None]:
    """A storage in memory."""
    yield None


def with_bug(bug: SeededBug) -> StorageOpener:
    """A storage in memory that isn't the one that we ship."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Storage | None]:
        yield bug(MemoryStorage(base=RUB))

    return opened


def on_postgres(databases: Databases, template: str) -> StorageOpener:
    """A database for each walk."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Storage | None]:
        async with databases.fresh(template) as url:
            engine = patient_engine(url, lock_timeout="3s")
            watch(engine)
            try:
                yield SqlStorage(engine, base=RUB)
            finally:
                await engine.dispose()

    return opened
