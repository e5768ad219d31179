"""The fixture of a journey: the environment, a customer and the owner."""

from dataclasses import dataclass
from datetime import timedelta

from orbit_domain.order.order import OrderState
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import DemoEnvironment
from tests.support.facts import is_account_of
from tests.support.sandbox_panel import panel_findings

PATIENCE_S = 180
"""A busy machine polls less often, and so moves the sandbox's clock on less often."""


@dataclass(frozen=True)
class OpenShop:
    """The environment of journeys one after another, and the owner, who has pressed /start."""

    environment: DemoEnvironment
    owner: Customer

    def newcomer(self, name: str) -> Customer:
        """A Telegram user who hasn't pressed /start."""
        sandbox = self.environment.sandbox
        added = sandbox.telegram.add_customer(name, "ru")
        return Customer(sandbox, self.environment.storage, added.id, PATIENCE_S)


@dataclass(frozen=True)
class Journey(OpenShop):
    """A customer in an open shop, who has pressed /start, too."""

    customer: Customer

    def accounts(self) -> int:
        """How many accounts on the panel are the customer's."""
        users = self.environment.sandbox.panel.users
        return sum(is_account_of(name, self.customer.tg_id) for name in users)

    async def assert_ledger_balanced(self) -> None:
        """The audits of ledger and panel find nothing."""
        report = await AuditLedger(self.environment.storage)()
        assert report.findings == ()
        assert await panel_findings(self.environment.storage, self.environment.sandbox) == []

    async def until_delivered_after_faults(self) -> None:
        """As `Customer.until_delivered`, for an only order. Pauses after errors follow the sandbox's clock, so it runs
        twenty times as fast meanwhile; every lease still outlasts the work that it is for. Raises NotSeenError.
        """

        async def delivered() -> bool:
            known = await self.customer.orders()
            is_delivered = len(known) == 1 and known[0].state is OrderState.DELIVERED
            return is_delivered and await self.customer.sees_link()

        await self.customer.until("a delivered order", delivered, timedelta(seconds=1))

    async def balance(self) -> int:
        """The customer's balance in kopecks."""
        user = await self.customer.user()
        assert user is not None
        return user.balance.units
