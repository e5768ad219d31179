"""What promo codes and their uses promise."""

import asyncio
from dataclasses import replace

import pytest

from orbit_domain.ids import PlanCode, PromoCode, TelegramId
from orbit_domain.money import rub
from orbit_domain.promo.promo import Discount, PromoKind, PromoUse
from orbit_domain.storage import Storage
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, NOW, UNKNOWN_USER

CODE = samples.promo().code
OTHER = PromoCode("OTHER")
TAKERS = 64


class PromoContract:
    """Codes are recorded once, their uses are counted exactly, and each customer has one."""

    conflict: type[Exception]

    async def test_a_code_is_read_as_it_was_written(self, storage: Storage) -> None:
        """Every field comes back, it begins unused, and a second code of its name changes nothing."""
        full = samples.promo(
            kind=PromoKind.DAYS,
            value=7,
            valid_from=NOW - HOUR,
            valid_until=NOW + HOUR,
            total_uses=3,
            plans=(PlanCode("sub_3m"), PlanCode("sub_1m")),
        )
        older = samples.promo("OLDER", created_at=NOW - HOUR)
        async with storage.transaction() as tx:
            assert await tx.promos.add_if_absent(replace(full, uses=2, stopped_at=NOW))
            assert await tx.promos.add_if_absent(older)
            assert not await tx.promos.add_if_absent(samples.promo(value=99))
        async with storage.transaction() as tx:
            assert await tx.promos.get(CODE) == full
            assert await tx.promos.get(OTHER) is None
            assert await tx.promos.newest(10) == (full, older)
            assert await tx.promos.newest(1) == (full,)

    async def test_of_many_at_once_only_as_many_count_as_are_left(self, storage: Storage) -> None:
        """64 customers who take the last use at the same time: exactly one gets it."""
        await _fill(storage, total_uses=1)

        async def take() -> bool:
            async with storage.transaction() as tx:
                return await tx.promos.count_use(CODE)

        taken = await asyncio.gather(*(take() for _ in range(TAKERS)))
        assert sum(taken) == 1
        async with storage.transaction() as tx:
            promo = await tx.promos.get(CODE)
            assert promo is not None
            assert promo.uses == 1

    async def test_a_code_without_a_number_of_uses_counts_on_until_it_is_stopped(self, storage: Storage) -> None:
        """It is stopped once, at the time of the first call, and counts nothing after that."""
        await _fill(storage)
        async with storage.transaction() as tx:
            assert [await tx.promos.count_use(CODE) for _ in range(2)] == [True, True]
            assert await tx.promos.stop(CODE, NOW)
            assert not await tx.promos.stop(CODE, NOW + HOUR)
            assert not await tx.promos.stop(OTHER, NOW)
            assert not await tx.promos.count_use(CODE)
            assert not await tx.promos.count_use(OTHER)
            assert await tx.promos.get(CODE) == samples.promo(uses=2, stopped_at=NOW)

    async def test_each_customer_uses_a_code_once(self, storage: Storage) -> None:
        """It waits for its customer from the moment it was entered until it is used; a second use is refused."""
        await _fill(storage)
        order = samples.order()
        async with storage.transaction() as tx:
            await tx.orders.add_if_absent(order)
            assert not await tx.promos.use(CODE, ALICE, NOW)
            assert await tx.promos.enter(CODE, ALICE, NOW)
            assert not await tx.promos.enter(CODE, ALICE, NOW + HOUR)
            assert await tx.promos.waiting(ALICE) == (samples.promo(),)
            assert await tx.promos.waiting(BORIS) == ()
            assert await tx.promos.use(CODE, ALICE, NOW + HOUR, order.id)
            assert not await tx.promos.use(CODE, ALICE, NOW)
        async with storage.transaction() as tx:
            assert await tx.promos.use_of(CODE, ALICE) == PromoUse(CODE, ALICE, NOW, NOW + HOUR, order.id)
            assert await tx.promos.use_of(CODE, BORIS) is None
            assert await tx.promos.waiting(ALICE) == ()

    async def test_waiting_codes_come_by_name(self, storage: Storage) -> None:
        """All that were entered and not used, stopped ones too; beside the plans on sale the same, in one statement."""
        await _fill(storage)
        async with storage.transaction() as tx:
            await tx.promos.add_if_absent(samples.promo("A-CODE"))
            for code in (CODE, PromoCode("A-CODE")):
                await tx.promos.enter(code, ALICE, NOW)
            await tx.promos.stop(CODE, NOW)
            waiting = await tx.promos.waiting(ALICE)
            assert [one.code for one in waiting] == ["A-CODE", CODE]
            assert await tx.plans.active_with_codes(ALICE) == ((), ())
            for number in (2, 1):
                await tx.plans.add_if_absent(samples.plan(f"p{number}", number))
            sold = await tx.plans.active()
            assert await tx.plans.active_with_codes(ALICE) == (sold, waiting)
            assert await tx.plans.active_with_codes(BORIS) == (sold, ())

    @pytest.mark.parametrize(("code", "tg_id"), [(OTHER, ALICE), (CODE, UNKNOWN_USER)])
    async def test_a_use_needs_its_code_and_its_user(
        self, storage: Storage, code: PromoCode, tg_id: TelegramId
    ) -> None:
        """One of an unknown code, and one of an unknown user, are refused."""
        await _fill(storage)
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.promos.enter(code, tg_id, NOW)

    async def test_an_order_keeps_its_discount(self, storage: Storage) -> None:
        """It is recorded with the order, changes with its price while it is open, and never once it is paid."""
        await _fill(storage)
        cheaper = samples.order().reprice(Discount(CODE, rub(2_580)))
        async with storage.transaction() as tx:
            assert await tx.orders.add_if_absent(cheaper) == cheaper
        async with storage.transaction() as tx:
            assert await tx.orders.get(cheaper.id) == cheaper
            assert await tx.orders.reprice(cheaper.reprice(None))
            assert not await tx.orders.reprice(samples.order(2))
        async with storage.transaction() as tx:
            assert await tx.orders.get(cheaper.id) == samples.order()
            await tx.orders.save(samples.order().pay(NOW))
            assert not await tx.orders.reprice(cheaper)
            assert await tx.orders.get(cheaper.id) == samples.order().pay(NOW)


async def _fill(storage: Storage, total_uses: int | None = None) -> None:
    async with storage.transaction() as tx:
        for tg_id in (ALICE, BORIS):
            await tx.users.add_if_absent(samples.new_user(tg_id))
        await tx.promos.add_if_absent(samples.promo(total_uses=total_uses))
