"""The fixture of a journey: the environment, a customer and the owner."""

from dataclasses import dataclass

from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import DemoEnvironment

PATIENCE_S = 180
"""A busy machine polls less often, and so moves the sandbox's clock on less often."""


@dataclass(frozen=True)
class Journey:
    """The environment, one customer and the owner, both of whom have pressed /start."""

    environment: DemoEnvironment
    customer: Customer
    owner: Customer

    async def assert_ledger_balanced(self) -> None:
        """The audit finds nothing."""
        report = await AuditLedger(self.environment.storage)()
        assert report.findings == ()

    async def balance(self) -> int:
        """The customer's balance in kopecks."""
        user = await self.customer.user()
        assert user is not None
        return user.balance.units

    def newcomer(self, name: str) -> Customer:
        """Another Telegram user, who hasn't pressed /start."""
        return Customer(
            self.environment.sandbox,
            self.environment.storage,
            self.environment.sandbox.telegram.add_customer(name, "ru").id,
            PATIENCE_S,
        )
