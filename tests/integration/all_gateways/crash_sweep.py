"""A purchase by each way to pay, with its refunds, in which the process crashes at any of its calls."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from orbit_domain.ids import Nonce, OrderId, PlanCode
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import STARS_METHOD, Method, Payment
from orbit_domain.payment.pre_checkout import PreCheckout
from tests.integration.all_gateways.invariants import violations
from tests.integration.all_gateways.mixed_shop import open_mixed_shop
from tests.integration.all_gateways.recorded import read_recorded
from tests.integration.all_gateways.walk import CUSTOMERS, Walk, WalkHook
from tests.integration.all_gateways.walks import StorageOpener
from tests.support.crash_injection import LEASES_OVER_MIN, CrashBudget
from tests.support.shop import Shop

_BUYER = CUSTOMERS[0]
_PAID = (OrderState.PAID, OrderState.DELIVERED)


class SweepFailed(AssertionError):
    """A crash has lost, doubled or left something. The message says by which way to pay, and at which calls."""


@dataclass
class Purchase:
    """A month is bought by *method*; then its price goes to the balance, and from there to whoever paid, if it can.

    What the phone shows survives a crash: whatever was done already is asked for again, and changes nothing.
    """

    walk: Walk
    method: Method
    nonce: Nonce | None = None
    order_id: OrderId | None = None
    payment: Payment | None = None
    has_paid: bool = False

    async def go(self, shop: Shop) -> None:
        """Everything that isn't done yet."""
        if self.nonce is None:
            self.nonce = (await shop.list_plans(_BUYER)).nonce
        checkout = await shop.open_checkout(_BUYER, PlanCode("sub_1m"), self.nonce)
        self.order_id = checkout.order.id
        if not self.has_paid:
            await shop.scan_and_settle()  # While a source is behind, no payment is requested by its way.
            await shop.request_payment(_BUYER, self.order_id, self.method)
            self.payment = (await self.walk.payments())[-1]  # As it was recorded when it was shown.
            await self._pay(shop, self.payment)
        assert self.payment is not None
        await shop.check_payment(_BUYER, self.payment.id)
        await shop.work(runs=1)
        if (await shop.show_checkout(_BUYER, self.order_id)).order.state in _PAID:
            await shop.refund_order(self.order_id, "owner", "a sweep")
        if self.walk.mixed.way(self.method).gateway.terms.is_refundable:
            await shop.refund_payment(self.payment.id, "owner", "a sweep")
        await shop.work(runs=1)

    async def _pay(self, shop: Shop, payment: Payment) -> None:
        due = payment.quote.due.units
        if self.method == STARS_METHOD:
            asked = PreCheckout("telegram:424242", "1", _BUYER, payment.external_id or "", "XTR", due, '{"id": "1"}')
            assert (await shop.answer_pre_checkout(asked)).problem is None
        self.walk.way_of(payment).pay(payment, due)
        self.has_paid = True

    def is_sent_back(self) -> bool:
        """Whether all of it has gone back to whoever paid, once."""
        assert self.payment is not None
        sent = self.walk.way_of(self.payment).sent_back()
        return dict(sent) == {self.payment.id: self.payment.quote.due.units}


@dataclass
class Swept:
    """How often a process crashed, by way to pay."""

    points: Counter[Method] = field(default_factory=Counter)


async def calls_of(method: Method, opened: StorageOpener) -> int:
    """How many calls a purchase by *method* has when no process crashes. Raises SweepFailed."""
    return await crash_at(method, (), opened, Swept())


async def crash_at(method: Method, fatal: Sequence[int], opened: StorageOpener, swept: Swept) -> int:
    """A purchase whose first process crashes at the first of *fatal*, the next one at the next, and so on.

    Returns the calls of the last process. Raises SweepFailed.
    """
    hook = WalkHook()
    async with opened() as storage, open_mixed_shop(hook, storage) as mixed:
        walk = await Walk.start(mixed, hook)
        purchase = Purchase(walk, method)
        crashes = 0
        for at in (*fatal, 0):
            process = CrashBudget(fatal=at)
            try:
                crashed = await process.live(lambda: purchase.go(mixed.shop()))
            except Exception as error:
                raise SweepFailed(f"{method}, {fatal}: {error!r}") from error
            if not crashed:
                break
            crashes += 1
            mixed.world.clock.advance(minutes=LEASES_OVER_MIN)
        await walk.work(LEASES_OVER_MIN)
        await _check(walk, purchase, fatal)
        swept.points[method] += crashes
        return process.passed


async def _check(walk: Walk, purchase: Purchase, fatal: Sequence[int]) -> None:
    """The order is refunded, the money is where it belongs, the ledger agrees."""
    recorded = await read_recorded(walk)
    found = list(await violations(walk, recorded))
    refundable = walk.mixed.way(purchase.method).gateway.terms.is_refundable
    if [order.state for order in recorded.orders] != [OrderState.REFUNDED]:
        found.append(f"the orders are {recorded.orders}")
    if refundable != purchase.is_sent_back():
        found.append(f"sent back: {recorded.sent_back}")
    balance = sum(user.balance.units for user in recorded.users)
    if balance != (0 if refundable else recorded.orders[0].price.units):
        found.append(f"the balance is {balance}")
    if len(walk.mixed.way(purchase.method).arrivals()) != 1:
        found.append(f"paid {len(recorded.arrivals)} times")
    if found:
        raise SweepFailed(f"{purchase.method}, {fatal}: " + "; ".join(found[:5]))
