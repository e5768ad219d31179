"""How customers of the killed shops pay: each by another way, at its simulated provider."""

from datetime import timedelta

from orbit_adapters.cryptopay.gateway import CRYPTOPAY_METHOD
from orbit_adapters.sandbox_bank.gateway import BANK_METHOD
from orbit_adapters.yookassa.gateway import YOOKASSA_METHOD
from orbit_domain.payment.payment import STARS_METHOD, TON_METHOD, Method, Payment
from orbit_entry.demo.customer import Customer
from orbit_sandbox.telegram.checkouts import ANSWER_WITHIN
from tests.integration.faults.processes.purchases import until_served

METHODS = (TON_METHOD, BANK_METHOD, CRYPTOPAY_METHOD, YOOKASSA_METHOD, STARS_METHOD)
_PRESS_AGAIN = ANSWER_WITHIN + timedelta(seconds=1)


async def request_by(customer: Customer, method: Method) -> Payment:
    """From the home screen to an invoice by *method*, as it is recorded when it is shown. Raises NotSeenError."""
    for step in ("plans", "buy:sub_1m"):
        await customer.tap(step)
    _, first = await customer.button("pay:")
    await customer.tap(f"{first.rpartition(':')[0]}:{method}")

    async def is_shown() -> bool:
        return any(payment.address for payment in await customer.payments())

    await customer.until(f"an invoice by {method}", is_shown)
    (payment,) = await customer.payments()
    return payment


async def pay_whole(customer: Customer, payment: Payment) -> None:
    """Pay *payment* once, at its provider. Raises NotSeenError."""
    sandbox, name = customer.sandbox, payment.external_id or ""
    if payment.method == TON_METHOD:
        customer.pay(payment)
    elif payment.method == BANK_METHOD:
        sandbox.bank.pay(name, payment.quote.due.units)
    elif payment.method == CRYPTOPAY_METHOD:
        sandbox.cryptopay.pay(sandbox.cryptopay.by_hash(payment.address.rpartition("/")[2]))
    elif payment.method == YOOKASSA_METHOD:
        sandbox.yookassa.pay(name)
    else:
        await _pay_in_telegram(customer, payment)


async def _pay_in_telegram(customer: Customer, payment: Payment) -> None:
    """Press Pay, and again when a killed shop hasn't said yes in time. Raises NotSeenError."""
    sandbox = customer.sandbox
    pressed_at = None

    async def is_charged() -> bool:
        nonlocal pressed_at
        charges = sandbox.telegram.checkouts.charges.values()
        if any(charge.payer.id == customer.id for charge in charges):
            return True
        if pressed_at is None or sandbox.clock.now() - pressed_at > _PRESS_AGAIN:
            pressed_at = sandbox.clock.now()
            sandbox.telegram.pay_link(customer.id, payment.address)
        return False

    await customer.until("Stars taken", is_charged)


async def until_all_lists_are_read(customer: Customer) -> None:
    """Wait until the shop has read every list to its end: before that it offers no way. Raises NotSeenError."""

    async def is_read() -> bool:
        async with customer.storage.transaction() as tx:
            cursors = await tx.cursors.all()
        return len({one.source.partition(":")[0] for one in cursors if one.watermark}) >= len(METHODS)

    await customer.until("every list read to its end", is_read)


async def buy_by(customer: Customer, method: Method) -> None:
    """From the home screen to a link to a key, paid by *method*. Raises NotSeenError."""
    payment = await request_by(customer, method)
    await pay_whole(customer, payment)
    await until_served(customer)
