"""A process crashes at any call of any step of a purchase by each way to pay, and of its refunds."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field

from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import Method
from tests.integration.all_gateways.invariants import violations
from tests.integration.all_gateways.mixed_shop import MixedShop
from tests.integration.all_gateways.purchase import Act, Purchase
from tests.integration.all_gateways.recorded import read_recorded
from tests.integration.all_gateways.walk import Walk, WalkHook
from tests.support.crash_injection import LEASES_OVER_MIN, CrashBudget

ShopOpener = Callable[[WalkHook], AbstractAsyncContextManager[MixedShop]]
"""Opens a shop without customers for one purchase."""
Fatal = Mapping[str, Sequence[int]]
"""The calls of each step at which its processes crash, the first one at the first call, and so on."""


class SweepFailed(AssertionError):
    """A crash has lost, doubled or left something. The message says by which way to pay, and at which calls."""


@dataclass
class Swept:
    """Where processes crashed: `hits` counts by step and number of the call in it; `lengths` are the calls of each."""

    lengths: dict[str, int] = field(default_factory=dict)
    hits: Counter[tuple[str, int]] = field(default_factory=Counter)

    @property
    def points(self) -> int:
        """How many crash points were passed."""
        return self.hits.total()

    def missed(self) -> set[tuple[str, int]]:
        """The calls at which no process crashed."""
        calls = {(step, call) for step, length in self.lengths.items() for call in range(1, length + 1)}
        return calls - self.hits.keys()


async def sweep(method: Method, opened: ShopOpener, stride: int = 1) -> Swept:
    """Crash at each *stride*-th call of every step of purchases by *method*. Raises SweepFailed.

    One purchase has a crash in each of its steps, every other one has two.
    """
    swept = Swept()
    swept.lengths = await _buy(method, opened, {}, swept)
    for call in range(1, max(swept.lengths.values()) + 1, stride):
        fatal = {step: _calls(call, length) for step, length in swept.lengths.items() if call <= length}
        await _buy(method, opened, fatal, swept)
    return swept


def _calls(call: int, length: int) -> tuple[int, ...]:
    return (call, 1 + call * 7 % length) if call % 2 else (call,)


async def _buy(method: Method, opened: ShopOpener, fatal: Fatal, swept: Swept) -> dict[str, int]:
    """One purchase. Returns the calls of each step's last process."""
    hook, lengths = WalkHook(), {}
    async with opened(hook) as mixed:
        walk = await Walk.start(mixed, hook)
        purchase = Purchase(walk, method)
        try:
            for step, act in purchase.steps():
                lengths[step] = await _finish(walk, step, act, fatal.get(step, ()), swept)
            await walk.work(LEASES_OVER_MIN)
        except Exception as error:
            raise SweepFailed(f"{method}, {fatal}: {error!r}") from error
        await _check(walk, purchase, fatal)
    return lengths


async def _finish(walk: Walk, step: str, act: Act, fatal: Sequence[int], swept: Swept) -> int:
    """As many processes as it takes. Returns how many calls the last one has made."""
    for call in (*fatal, 0):
        process = CrashBudget(fatal=call)
        if not await process.live(lambda: act(walk.mixed.shop())):
            break
        swept.hits[step, call] += 1
        walk.mixed.world.clock.advance(minutes=LEASES_OVER_MIN)
    return process.passed


async def _check(walk: Walk, purchase: Purchase, fatal: Fatal) -> None:
    """The order is refunded, the money is where it belongs, the ledger agrees."""
    recorded = await read_recorded(walk)
    found = list(await violations(walk, recorded))
    if [order.state for order in recorded.orders] != [OrderState.REFUNDED]:
        found.append(f"the orders are {recorded.orders}")
    if purchase.is_refundable != purchase.is_sent_back():
        found.append(f"sent back: {recorded.sent_back}")
    balance = sum(user.balance.units for user in recorded.users)
    if balance != (0 if purchase.is_refundable else recorded.orders[0].price.units):
        found.append(f"the balance is {balance}")
    if len(walk.mixed.way(purchase.method).arrivals()) != 1:
        found.append(f"paid {len(recorded.arrivals)} times")
    if found:
        raise SweepFailed(f"{purchase.method}, {fatal}: " + "; ".join(found[:5]))
