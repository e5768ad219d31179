"""What customers of a shop that keeps dying do, and what is owed to each of them at the end."""

from collections.abc import Awaitable, Callable

from orbit_domain.order.order import OrderState
from orbit_domain.storage import Storage
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.demo.customer import Customer
from orbit_sandbox.app import PANEL_PATH

PATIENCE_S = 180
_LINK = f"{PANEL_PATH}/sub/"
_STEPS = ("plans", "buy:sub_1m", "pay:")

Turn = Callable[[], Awaitable[None]]


async def at_once() -> None:
    """Nobody is waited for."""


async def greet(customer: Customer, turn: Turn = at_once) -> None:
    """Press Start when it is the customer's *turn*, and wait for the home screen. Raises NotSeen."""
    await turn()
    customer.sandbox.telegram.press_start(customer.id)
    await customer.button("plans")


async def ask_and_pay(customer: Customer, turn: Turn = at_once) -> None:
    """From the home screen to a bill, which is paid at once; each tap waits for its *turn*. Raises NotSeen."""
    for step in _STEPS:
        message, data = await customer.button(step)
        await turn()
        customer.sandbox.telegram.tap(customer.id, message, data)
    await customer.button("check:")
    customer.pay((await customer.payments())[0])


async def until_served(customer: Customer) -> None:
    """Wait for the link to a key. Only the screen is looked at: the shop's books have enough to do. Raises NotSeen."""

    async def shown() -> bool:
        return any(_LINK in text for text in customer.messages())

    await customer.until("a link to a key", shown)


async def buy_from_home(customer: Customer) -> None:
    """From the home screen to a link to a key, however often the shop dies behind it. Raises NotSeen."""
    await ask_and_pay(customer)
    await until_served(customer)


async def buy(customer: Customer) -> None:
    """The same from /start. Raises NotSeen."""
    await greet(customer)
    await buy_from_home(customer)


async def assert_each_has_exactly_one(storage: Storage, customers: list[Customer]) -> None:
    """One delivered order, one grant, and one account each, nothing left over, nobody else's, and the books hold."""
    assert (await AuditLedger(storage)()).findings == ()
    for customer in customers:
        orders, user = await customer.orders(), await customer.user()
        async with storage.transaction() as tx:
            grants = await tx.grants.of_user(customer.tg_id)
        assert [order.state for order in orders] == [OrderState.DELIVERED]
        assert user is not None
        assert (user.balance.units, len(grants)) == (0, 1)
        assert await customer.sees_link()
    assert len(customers[0].sandbox.panel.users) == len(customers)
