"""What the storage promises about the messages of invoices."""

from dataclasses import replace

import pytest

from orbit_domain.storage import Storage
from orbit_testing import samples
from orbit_testing.samples import HOUR, NOW


class InvoiceMessageContract:
    """Where the invoice of each payment is shown: one message each."""

    conflict: type[Exception]

    async def test_an_invoice_is_shown_in_one_message(self, storage: Storage) -> None:
        """The newest message takes the place of the one before; an invoice that wasn't shown has none."""
        await _fill(storage)
        first = samples.invoice_message(1)
        moved = replace(first, chat_id=samples.BORIS, message_id=2**40, updated_at=NOW + HOUR)
        async with storage.transaction() as tx:
            await tx.invoice_messages.put(first)
            assert await tx.invoice_messages.get(first.payment_id) == first
            await tx.invoice_messages.put(moved)
        async with storage.transaction() as tx:
            assert await tx.invoice_messages.get(first.payment_id) == moved
            assert await tx.invoice_messages.get(samples.payment(2).id) is None

    async def test_an_orders_invoices_are_listed_newest_first(self, storage: Storage) -> None:
        """What is shown last comes first, of two at once the later message; other orders' invoices aren't listed."""
        await _fill(storage)
        one, two, three, other = (samples.invoice_message(number) for number in range(1, 5))
        one, two = replace(one, updated_at=NOW + HOUR), replace(two, updated_at=NOW + HOUR)
        async with storage.transaction() as tx:
            for message in (three, two, other, one):
                await tx.invoice_messages.put(message)
        async with storage.transaction() as tx:
            assert await tx.invoice_messages.of_order(samples.order(1).id) == (two, one, three)
            assert await tx.invoice_messages.of_order(samples.order(2).id) == (other,)
            assert await tx.invoice_messages.of_order(samples.order(3).id) == ()

    async def test_only_invoices_of_payments_are_shown(self, storage: Storage) -> None:
        """A message of a payment that doesn't exist is refused."""
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.invoice_messages.put(samples.invoice_message(1))


async def _fill(storage: Storage) -> None:
    """Three payments for the first order, the fourth one for the second, none for the third."""
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        for number in range(1, 4):
            await tx.orders.add_if_absent(samples.order(number))
        for number in range(1, 5):
            order = samples.order(2 if number == 4 else 1)
            await tx.payments.add(samples.payment(number, order_id=order.id).supersede())
