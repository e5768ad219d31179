"""Customers who pay in every way that a settlement tells apart, and what a shop records of them."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from orbit_domain.errors import Refusal
from orbit_domain.ids import PlanCode, TelegramId
from orbit_domain.ledger.ledger import REFUNDS, Entry, EntryKind, Line, receivable_account
from orbit_domain.money import RUB, rub
from orbit_domain.plan.plan import Plan, PlanTerms
from orbit_domain.storage import Transaction
from orbit_domain.use_cases.show_payment import PaymentView
from orbit_testing import samples
from tests.support.buyer import Buyer
from tests.support.shop import Shop
from tests.support.world import COIN, World

PLANS = ("sub_1m", "sub_3m", "wide")
UNITS = (COIN // 4, COIN, 3 * COIN)
Step = tuple[Any, ...]

EVERYTHING: tuple[Step, ...] = (
    # A first purchase, one that is shown in a message, one that is short, one with a surplus; a top-up.
    ("buy", 0, "sub_1m", COIN),
    ("buy", 1, "sub_1m", COIN),
    ("show", 1),
    ("buy", 2, "sub_1m", COIN // 4),
    ("settle",),
    # A change of plan by value, and the rest of what was short. One customer changes the plan twice at once, and the
    # first of the two payments pays what is owed.
    ("owe", 0),
    ("buy", 0, "wide", 3 * COIN),
    ("buy", 0, "sub_1m", 7 * COIN // 5),
    ("buy", 1, "wide", 3 * COIN),
    ("send", 2, COIN),
    ("settle",),
    # Renewals, a code whose last use two want, and a top-up that pays what was chosen last.
    ("promo", 0),
    ("promo", 1),
    ("buy", 0, "sub_1m", COIN),
    ("buy", 1, "sub_1m", COIN),
    ("top up", 2, 60_000),
    ("order", 2, "sub_3m"),
    ("settle",),
    # An order whose payment has expired gets another one, and both are paid; a cancelled payment is paid.
    ("buy", 0, "sub_1m", 0),
    ("wait", 2),
    ("again", 0),
    ("send", 0, COIN),
    ("send older", 0, COIN),
    ("buy", 1, "sub_3m", 0),
    ("cancel", 1),
    ("send", 1, 3 * COIN),
    # A debt is paid before the order, and who is banned gets nothing but the balance.
    ("owe", 2),
    ("buy", 2, "sub_1m", COIN),
    ("settle",),
    ("buy", 0, "sub_1m", COIN),
    ("buy", 2, "wide", 3 * COIN),
    ("ban", 2),
    ("settle",),
)


@dataclass(slots=True)
class Script:
    """One shop with three customers, and the payments that each has been shown."""

    world: World
    shop: Shop
    buyers: list[Buyer]
    views: dict[int, list[PaymentView]] = field(default_factory=dict)
    debts: int = 0

    async def perform(self, step: Step) -> None:
        """One step. What the shop refuses isn't done."""
        with suppress(Refusal):
            await getattr(self, f"_{step[0].replace(' ', '_')}")(*step[1:])

    async def _settle(self) -> None:
        await self.shop.record_rates()
        await self.shop.scan_and_settle()

    async def _wait(self, hours: int) -> None:
        self.world.clock.advance(hours=hours)
        await self.shop.scan_and_settle()
        await self.shop.expire_payments()

    async def _buy(self, who: int, plan: str, units: int) -> None:
        self._keep(who, await self.buyers[who].start_purchase(plan))
        await self._send(who, units)

    async def _order(self, who: int, plan: str) -> None:
        await self.buyers[who].choose(plan)

    async def _again(self, who: int) -> None:
        if self.views.get(who) and (order_id := self.views[who][-1].payment.order_id):
            self._keep(who, await self.buyers[who].request_payment(order_id))

    async def _top_up(self, who: int, kopecks: int) -> None:
        view = await self.buyers[who].top_up(kopecks)
        self._keep(who, view)
        await self._send(who, view.payment.quote.due.units)

    async def _send(self, who: int, units: int) -> None:
        if units and self.views.get(who):
            self.buyers[who].send(self.views[who][-1], units)

    async def _send_older(self, who: int, units: int) -> None:
        if len(self.views.get(who, ())) > 1:
            self.buyers[who].send(self.views[who][-2], units)

    async def _show(self, who: int) -> None:
        if self.views.get(who):
            await self.shop.record_invoice_message(self.views[who][-1], self.buyers[who].tg_id, len(self.views[who]))

    async def _cancel(self, who: int) -> None:
        if self.views.get(who):
            await self.buyers[who].cancel(self.views[who][-1].payment.id)

    async def _promo(self, who: int) -> None:
        await self.shop.apply_promo(self.buyers[who].tg_id, "SPRING")

    async def _ban(self, who: int) -> None:
        await self.shop.ban_customer(self.buyers[who].tg_id, "cli:owner", "spam")

    async def _owe(self, who: int) -> None:
        self.debts += 1
        lines = (Line(receivable_account(self.buyers[who].tg_id), -5_000, RUB), Line(REFUNDS, 5_000, RUB))
        async with self.world.storage.transaction() as tx:
            await tx.ledger.post(Entry(EntryKind.REFUND, f"debt:{self.debts}", lines, self.world.clock.now()))

    def _keep(self, who: int, view: PaymentView) -> None:
        self.views.setdefault(who, []).append(view)


async def play(world: World, steps: Sequence[Step]) -> list[object]:
    """What the shop has recorded once all *steps* are done and everything is settled."""
    script = Script(world, Shop(world.ports()), [])
    await script.shop.open()
    async with world.storage.transaction() as tx:
        terms = PlanTerms(PlanCode("wide"), {"ru": "w", "en": "w"}, 30, keys=2)
        await tx.plans.add_if_absent(Plan(terms, rub(30_000), 9))
        await tx.promos.add_if_absent(samples.promo(total_uses=1, created_at=world.clock.now()))
    for number in range(3):
        script.buyers.append(Buyer(script.shop, world, TelegramId(100 + number)))
        await script.buyers[-1].start()
    for step in (*steps, ("settle",)):
        await script.perform(step)
    async with world.storage.transaction() as tx:
        entries = [replace(entry, lines=tuple(entry.lines)) for entry in await tx.ledger.newest(1_000)]
        due = await tx.payments_due.claim(samples.NOW.replace(year=3000), samples.NOW.replace(year=3001), 100)
        found = [part for buyer in script.buyers for part in await _of_user(tx, buyer.tg_id)]
        return [entries, await tx.ledger.check(), due, await tx.promos.newest(10), *found]


async def _of_user(tx: Transaction, tg_id: TelegramId) -> list[object]:
    messages = [(one.dedupe, one.notice, one.not_before) for one in await tx.outbox.of_user(tg_id, 1_000)]
    return [
        await tx.subscriptions.customer(tg_id),
        await tx.orders.newest(tg_id, 100),
        await tx.payments.of_user(tg_id, 100),
        await tx.grants.of_user(tg_id),
        await tx.keys.all_of_user(tg_id),
        sorted(messages, key=lambda one: one[0]),
    ]
