"""Invoices of payment providers in the demo, asked for by taps."""

from orbit_domain.payment.payment import Method, Payment
from orbit_entry.demo.customer import Customer


async def request_invoice(customer: Customer, method: Method, source: str) -> Payment:
    """Go from /start to an invoice by *method*, whose source has been read to its end before."""
    customer.sandbox.telegram.press_start(customer.id)
    await customer.until_scanned()

    async def is_read() -> bool:
        async with customer.storage.transaction() as tx:
            cursor = await tx.cursors.get(source)
        return cursor is not None and cursor.watermark is not None

    await customer.until(f"the list of {source} read to its end", is_read)
    await customer.tap("plans")
    await customer.tap("buy:sub_1m")
    message, data = await customer.button("pay:")
    message, data = await customer.button(f"{data.rpartition(':')[0]}:{method}")
    customer.sandbox.telegram.tap(customer.id, message, data)

    async def is_opened() -> bool:
        return any(payment.address for payment in await customer.payments())

    await customer.until(f"an invoice by {method}", is_opened)
    (payment,) = await customer.payments()
    return payment
