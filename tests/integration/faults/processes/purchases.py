"""What customers of a shop that keeps crashing do, and what each of them must have at the end."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from orbit_domain.ids import TelegramId
from orbit_domain.order.order import OrderState
from orbit_domain.storage import Storage
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import RATE_RUB
from orbit_sandbox.app import PANEL_PATH
from orbit_sandbox.sandbox import Sandbox
from tests.support.facts import Outside, PanelAccount, Sent, is_account_of, read_facts
from tests.support.invariants import liveness_violations
from tests.support.sandbox_panel import panel_findings

PATIENCE_S = 180
_LINK = f"{PANEL_PATH}/sub/"
_STEPS = ("plans", "buy:sub_1m", "pay:")

Slot = Callable[[], Awaitable[None]]


async def at_once() -> None:
    """Wait for nothing."""


async def greet(customer: Customer, slot: Slot = at_once) -> None:
    """Press Start when the customer's *slot* comes, and wait for the home screen. Raises NotSeenError."""
    await slot()
    customer.sandbox.telegram.press_start(customer.id)
    await customer.button("plans")


async def request_and_pay(customer: Customer, slot: Slot = at_once) -> None:
    """From the home screen to a payment, which is made at once; each tap waits for its *slot*. Raises NotSeenError."""
    for step in _STEPS:
        message, data = await customer.button(step)
        await slot()
        customer.sandbox.telegram.tap(customer.id, message, data)
    await customer.button("check:")
    customer.pay((await customer.payments())[0])


async def until_served(customer: Customer) -> None:
    """Wait for the link to a key. Only the screen is read: the database is busy enough. Raises NotSeenError."""

    async def shown() -> bool:
        return any(_LINK in text for text in customer.messages())

    await customer.until("a link to a key", shown)


async def buy_from_home(customer: Customer) -> None:
    """From the home screen to a link to a key, however often the shop crashes meanwhile. Raises NotSeenError."""
    await request_and_pay(customer)
    await until_served(customer)


async def buy(customer: Customer) -> None:
    """The same from /start. Raises NotSeenError."""
    await greet(customer)
    await buy_from_home(customer)


async def assert_each_has_exactly_one(
    storage: Storage, customers: list[Customer], elsewhere: Mapping[TelegramId, int] = MappingProxyType({})
) -> None:
    """One delivered order, one grant, one key and one account each, nothing left over, and the ledger holds.

    *elsewhere* are kopecks that a customer paid by another way than coins.
    """
    assert (await AuditLedger(storage)()).findings == ()
    for customer in customers:
        sandbox = customer.sandbox
        outside = _outside_of(sandbox, customer.tg_id, elsewhere.get(customer.tg_id, 0))
        facts = await read_facts(storage, sandbox.source, customer.tg_id, outside)
        assert facts is not None
        assert liveness_violations(facts, months=1) == []
        assert [order.state for order in facts.orders] == [OrderState.DELIVERED]
        assert (facts.balance, len(facts.grants)) == (0, 1)
        assert await customer.sees_link()
    assert len(customers[0].sandbox.panel.users) == len(customers)
    assert await panel_findings(storage, customers[0].sandbox) == []


def _outside_of(sandbox: Sandbox, tg_id: TelegramId, kopecks_elsewhere: int) -> Outside:
    """What the sandbox's chain and panel hold about a customer. Notices are rendered texts among the screens."""
    wallet = sandbox.wallet_of(tg_id)
    arrived = [each for each in sandbox.chain.account(sandbox.shop_wallet).transactions if each.in_msg.source == wallet]
    return Outside(
        sent=tuple(Sent(each.lt, each.in_msg.value) for each in arrived),
        accounts=tuple(
            PanelAccount(user.username, datetime.fromtimestamp(user.expire or 0, UTC), (user.note or "").split(":")[-1])
            for user in sandbox.panel.users.values()
            if is_account_of(user.username, tg_id)
        ),
        notices=None,
        kopecks_per_coin=int(RATE_RUB) * 100,
        kopecks_elsewhere=kopecks_elsewhere,
        whole_seconds=True,
    )
