"""The contract of plans, orders and payments of every Storage."""

import asyncio
from dataclasses import replace

import pytest

from orbit_domain.ids import Nonce, OrderId, PaymentId, PlanCode, TelegramId
from orbit_domain.money import rub
from orbit_domain.order.order import NoSuchOrder
from orbit_domain.payment.payment import TON_METHOD, Method, NoSuchPayment, PaymentPolicy, PaymentStatus
from orbit_domain.payment.recurrence import Recurrence, RecurrenceState, RenewalWish
from orbit_domain.storage import Storage
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, MINUTE, NOW, UNKNOWN_USER


class OrderContract:
    """Plans and orders."""

    conflict: type[Exception]

    async def test_plans_are_offered_in_their_order(self, storage: Storage) -> None:
        """Active plans come by position, then code; the others are still known by code."""
        hidden = samples.plan("old", 0, active=False)
        async with storage.transaction() as tx:
            for offered in (samples.plan("c", 2), samples.plan("b", 1), hidden, samples.plan("a", 2)):
                assert await tx.plans.add_if_absent(offered)
            assert [plan.code for plan in await tx.plans.active()] == ["b", "a", "c"]
            assert [plan.code for plan in await tx.plans.all()] == ["old", "b", "a", "c"]
            assert await tx.plans.get(PlanCode("old")) == await tx.plans.lock(PlanCode("old")) == hidden
            assert await tx.plans.get(PlanCode("none")) is await tx.plans.lock(PlanCode("none")) is None

    async def test_a_known_plan_stays_as_it_is(self, storage: Storage) -> None:
        """Adding a plan whose code is known changes nothing."""
        async with storage.transaction() as tx:
            assert await tx.plans.add_if_absent(samples.plan())
            assert not await tx.plans.add_if_absent(samples.plan(price=rub(1)))
            assert await tx.plans.get(samples.plan().code) == samples.plan()

    async def test_a_plan_is_sold_otherwise_from_now_on(self, storage: Storage) -> None:
        """Everything about a plan changes at once, orders keep their terms; an unknown plan isn't invented."""
        sold = samples.plan(price=rub(2), position=7, active=False, price_before=rub(1), raised_at=samples.NOW)
        changed = replace(sold, terms=replace(sold.terms, keys=5, days=9, titles={"en": "x"}, traffic_bytes=0))
        async with storage.transaction() as tx:
            with pytest.raises(LookupError):
                await tx.plans.put(changed)
            await tx.plans.add_if_absent(samples.plan())
            await tx.users.add_if_absent(samples.new_user())
            order = await tx.orders.add_if_absent(samples.order())
            await tx.plans.put(changed)
            assert await tx.plans.get(changed.code) == changed
            assert await tx.orders.get(order.id) == order

    async def test_one_nonce_is_one_order(self, storage: Storage) -> None:
        """The order of a known nonce is answered as it is, whatever the new order holds."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            made = await tx.orders.add_if_absent(samples.order(1))
            await tx.orders.save(made.pay(NOW))
            again = await tx.orders.add_if_absent(replace(samples.order(2), nonce=made.nonce))
            assert again == made.pay(NOW)
            assert await tx.orders.get(samples.order(2).id) is None

    async def test_sixty_four_taps_make_one_order(self, storage: Storage) -> None:
        """Of concurrent orders with one nonce one is created, and all callers get that one."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())

        async def tap(number: int) -> OrderId:
            async with storage.transaction() as tx:
                order = replace(samples.order(number), nonce=Nonce("the button"))
                return (await tx.orders.add_if_absent(order)).id

        assert len(set(await asyncio.gather(*(tap(number) for number in range(64))))) == 1
        async with storage.transaction() as tx:
            assert len(await tx.orders.newest(ALICE, 100)) == 1

    async def test_a_nonce_finds_only_its_owners_order(self, storage: Storage) -> None:
        """An order is found by its nonce for its own user alone."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            order = await tx.orders.add_if_absent(samples.order())
            assert await tx.orders.by_nonce(ALICE, order.nonce) == order
            assert await tx.orders.by_nonce(BORIS, order.nonce) is None
            assert await tx.orders.by_nonce(ALICE, Nonce("another")) is None

    async def test_only_the_state_of_an_order_moves(self, storage: Storage) -> None:
        """Saving records state and times; the price and the agreed terms stay."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            order = await tx.orders.add_if_absent(samples.order())
            paid = order.pay(NOW)
            await tx.orders.save(replace(paid, price=rub(1)))
            assert await tx.orders.lock(order.id) == paid
            delivered = paid.deliver(NOW + HOUR)
            await tx.orders.save(delivered)
            assert await tx.orders.get(order.id) == delivered

    async def test_unknown_orders_are_refused(self, storage: Storage) -> None:
        """Locking or saving an order that doesn't exist is refused; reading finds nothing."""
        async with storage.transaction() as tx:
            assert await tx.orders.get(samples.order().id) is None
            with pytest.raises(NoSuchOrder):
                await tx.orders.lock(samples.order().id)
            with pytest.raises(NoSuchOrder):
                await tx.orders.save(samples.order())

    async def test_an_order_needs_a_user(self, storage: Storage) -> None:
        """An order of an unknown user is refused with an error."""
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.orders.add_if_absent(samples.order(tg_id=UNKNOWN_USER))

    async def test_orders_are_listed_by_age(self, storage: Storage) -> None:
        """Undelivered orders come oldest first, a user's orders newest first, up to the limit."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.users.add_if_absent(samples.new_user(BORIS))
            for number in (3, 1, 2, 4):
                await tx.orders.add_if_absent(samples.order(number))
            await tx.orders.add_if_absent(samples.order(5, BORIS))
            for number in (3, 2, 5):
                await tx.orders.save(samples.order(number, BORIS if number == 5 else ALICE).pay(NOW))
            assert [order.id for order in await tx.orders.undelivered(ALICE)] == _order_ids(2, 3)
            assert [order.id for order in await tx.orders.undelivered_of([BORIS, ALICE])] == _order_ids(2, 3, 5)
            assert [order.id for order in await tx.orders.newest(ALICE, 3)] == _order_ids(4, 3, 2)
            assert await tx.orders.newest(ALICE, 0) == ()

    async def test_late_orders_are_found(self, storage: Storage) -> None:
        """Orders paid, or opened, strictly before a moment are found oldest first; those in a later state are not.

        A listing of the paid ones continues after any of them, without gap or repeat.
        """
        paid = {1: NOW + MINUTE, 2: NOW, 3: NOW + HOUR, 7: NOW}
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for number in range(1, 8):
                await tx.orders.add_if_absent(samples.order(number))
            for number, at in paid.items():
                await tx.orders.save(samples.order(number).pay(at))
            await tx.orders.save(samples.order(4).cancel())
            waiting = await tx.orders.waiting_since(NOW + HOUR, None, 10)
            assert [order.id for order in waiting] == _order_ids(2, 7, 1)
            assert await tx.orders.waiting_since(NOW + HOUR, None, 2) == waiting[:2]
            for position, order in enumerate(waiting, start=1):
                assert await tx.orders.waiting_since(NOW + HOUR, order, 10) == waiting[position:]
            assert [order.id for order in await tx.orders.open_since(NOW + 6 * MINUTE, None, 10)] == _order_ids(5)
            old = await tx.orders.open_since(NOW + HOUR, None, 10)
            assert [order.id for order in old] == _order_ids(5, 6)
            assert await tx.orders.open_since(NOW + HOUR, old[0], 10) == old[1:]


class PaymentContract:
    """Payments."""

    conflict: type[Exception]

    async def test_payments_are_kept_whole(self, storage: Storage) -> None:
        """A payment is read back exactly, quote and all, by every query that finds it."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.orders.add_if_absent(samples.order())
            made = samples.payment(order_id=samples.order().id)
            await tx.payments.add(made)
            assert await tx.payments.get(made.id) == made
            assert await tx.payments.lock(made.id) == made
            assert await tx.payments.by_comment(made.comment) == made
            assert await tx.payments.pending(ALICE, TON_METHOD) == made
            assert await tx.payments.of_user(ALICE, 5) == (made,)
            assert await tx.payments.of_order(samples.order().id) == (made,)

    async def test_a_recurrence_is_kept_and_found(self, storage: Storage) -> None:
        """How a payment repeats is read back as it was saved, and repeating and wishing payments are found by it."""
        repeating = samples.payment(2, method=Method("stars"), policy=PaymentPolicy(repeats=True))
        charged = replace(repeating, recurrence=Recurrence(charged_at=NOW))
        canceled = replace(repeating, recurrence=Recurrence(RecurrenceState.CANCELED, NOW, NOW))
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.users.add_if_absent(samples.new_user(BORIS))
            for made in (samples.payment(1), repeating, samples.payment(3, BORIS, recurrence=Recurrence())):
                await tx.payments.add(made)
            assert await tx.payments.recurring(ALICE) == ()
            for saved in (charged, canceled):
                await tx.payments.save(saved)
                assert await tx.payments.recurring(ALICE) == (saved,)
            assert await tx.payments.with_wishes(None, 5) == ()
            wishing = replace(charged, recurrence=Recurrence(charged_at=NOW, wish=RenewalWish.STOP))
            await tx.payments.save(wishing)
            assert (await tx.payments.with_wishes(None, 5), await tx.payments.with_wishes(None, 0)) == ((wishing,), ())

    async def test_one_pending_payment_per_user_and_method(self, storage: Storage) -> None:
        """A second pending payment is refused until the first is closed; other users and methods don't matter."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.users.add_if_absent(samples.new_user(BORIS))
            await tx.payments.add(samples.payment(1))
            await tx.payments.add(samples.payment(2, BORIS))
            await tx.payments.add(samples.payment(3, method=Method("stars")))
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.payments.add(samples.payment(4))
        async with storage.transaction() as tx:
            await tx.payments.save(samples.payment(1).cancel(NOW))
            assert await tx.payments.pending(ALICE, TON_METHOD) is None
            await tx.payments.add(samples.payment(4))
            assert await tx.payments.pending(ALICE, TON_METHOD) == samples.payment(4)
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.payments.save(samples.payment(1))

    async def test_concurrent_requests_leave_one_pending(self, storage: Storage) -> None:
        """However many payments are opened at once, one is pending."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())

        async def ask(number: int) -> None:
            async with storage.transaction() as tx:
                await tx.payments.add(samples.payment(number))

        answers = await asyncio.gather(*(ask(number) for number in range(16)), return_exceptions=True)
        assert sorted(type(answer).__name__ for answer in answers if answer) == [self.conflict.__name__] * 15
        async with storage.transaction() as tx:
            assert len(await tx.payments.of_user(ALICE, 100)) == 1

    async def test_a_comment_belongs_to_one_payment_for_ever(self, storage: Storage) -> None:
        """A comment in use is refused even when its payment is closed; payments without a comment don't collide."""
        closed = samples.payment(1).cancel(NOW)
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.payments.add(closed)
            for number in (5, 6):
                await tx.payments.add(samples.payment(number, comment="", method=Method(f"m{number}")))
            assert await tx.payments.by_comment("") is None
            both = await tx.payments.by_comments({closed.comment, "unknown"})
            assert (dict(both), dict(await tx.payments.by_comments(()))) == ({closed.comment: closed}, {})
            assert await tx.payments.by_comment(closed.comment) == closed
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.payments.add(samples.payment(2, comment=closed.comment))

    async def test_only_the_status_of_a_payment_moves(self, storage: Storage) -> None:
        """Saving records status and confirmation; the amount, quote and terms stay."""
        confirmed = samples.payment(status=PaymentStatus.CONFIRMED, confirmed_at=NOW + HOUR)
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.payments.add(samples.payment())
            await tx.payments.save(replace(confirmed, amount=rub(1), comment="other"))
            assert await tx.payments.get(confirmed.id) == confirmed

    async def test_where_a_payment_is_sent_is_recorded_once(self, storage: Storage) -> None:
        """Address and the provider's name are recorded by the first opening; the payment is found by that name."""
        opened = samples.payment(address="https://bank/1", external_id="inv-1")
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.users.add_if_absent(samples.new_user(BORIS))
            await tx.payments.add(samples.payment())
            await tx.payments.add(samples.payment(2, BORIS))
            await tx.payments.open(opened.id, opened.address, opened.external_id)
            await tx.payments.open(opened.id, "https://bank/2", "inv-2")
            assert await tx.payments.get(opened.id) == opened
            assert await tx.payments.by_external_id(TON_METHOD, "inv-1") == opened
            assert await tx.payments.by_external_id(Method("stars"), "inv-1") is None
            assert await tx.payments.by_external_id(TON_METHOD, "inv-2") is None
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.payments.open(samples.payment(2).id, "https://bank/3", "inv-1")

    async def test_unknown_payments_are_refused(self, storage: Storage) -> None:
        """Locking or saving a payment that doesn't exist is refused; reading finds nothing."""
        async with storage.transaction() as tx:
            assert await tx.payments.get(samples.payment().id) is None
            assert await tx.payments.by_comment("unknown") is None
            with pytest.raises(NoSuchPayment):
                await tx.payments.lock(samples.payment().id)
            with pytest.raises(NoSuchPayment):
                await tx.payments.save(samples.payment())

    @pytest.mark.parametrize("number", [1, 2])
    async def test_payments_reference_existing_rows(self, storage: Storage, number: int) -> None:
        """A payment of an unknown user, or for an unknown order, is refused with an error."""
        orphans = {1: samples.payment(tg_id=UNKNOWN_USER), 2: samples.payment(order_id=samples.order().id)}
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.payments.add(orphans[number])

    async def test_payments_are_listed_by_age(self, storage: Storage) -> None:
        """A user's payments and recent comments come newest first, an order's oldest first, up to the limit."""
        order_id = samples.order().id
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.orders.add_if_absent(samples.order())
            for number in (2, 3, 1):
                await tx.payments.add(samples.payment(number, order_id=order_id).cancel(NOW))
            await tx.payments.add(samples.payment(4, comment="").cancel(NOW))
            assert [payment.id for payment in await tx.payments.of_user(ALICE, 3)] == _payment_ids(4, 3, 2)
            assert [payment.id for payment in await tx.payments.of_order(order_id)] == _payment_ids(1, 2, 3)
            comments = await tx.payments.comments_since(NOW + 2 * MINUTE, 10)
            assert comments == (samples.payment(3).comment, samples.payment(2).comment)
            assert await tx.payments.comments_since(NOW, 1) == (samples.payment(3).comment,)

    async def test_overdue_payments_are_found(self, storage: Storage) -> None:
        """Pending payments of the source whose window closed strictly before the deadline, oldest first."""
        async with storage.transaction() as tx:
            for number in (1, 2, 3, 4):
                await tx.users.add_if_absent(samples.new_user(_user(number)))
            deadline = NOW + HOUR + 3 * MINUTE
            await tx.payments.add(samples.payment(2, _user(2)))
            await tx.payments.add(samples.payment(1, _user(1)))
            await tx.payments.add(samples.payment(3, _user(3)))
            await tx.payments.add(samples.payment(0, _user(4), source="bank:A"))
            assert await tx.payments.overdue(samples.SOURCE, deadline, 10) == tuple(_payment_ids(1, 2))
            assert await tx.payments.overdue(samples.SOURCE, deadline, 1) == tuple(_payment_ids(1))
            await tx.payments.save(samples.payment(1, _user(1)).cancel(NOW))
            assert await tx.payments.overdue(samples.SOURCE, deadline, 10) == tuple(_payment_ids(2))


def _order_ids(*numbers: int) -> list[OrderId]:
    return [OrderId(samples.identity(number)) for number in numbers]


def _payment_ids(*numbers: int) -> list[PaymentId]:
    return [PaymentId(samples.identity(number)) for number in numbers]


def _user(number: int) -> TelegramId:
    return TelegramId(ALICE + number)
