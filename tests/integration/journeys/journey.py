"""What a journey has at hand."""

from dataclasses import dataclass

from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.stage import Stage


@dataclass(frozen=True)
class Journey:
    """The stage, one customer and the owner, both of whom have pressed /start."""

    stage: Stage
    customer: Customer
    owner: Customer

    async def assert_books_hold(self) -> None:
        """The audit finds nothing."""
        report = await AuditLedger(self.stage.storage)()
        assert report.findings == ()

    async def balance(self) -> int:
        """The customer's balance in kopecks."""
        user = await self.customer.user()
        assert user is not None
        return user.balance.units

    def newcomer(self, name: str) -> Customer:
        """Another Telegram user, who hasn't pressed /start."""
        return Customer(self.stage.sandbox, self.stage.storage, self.stage.sandbox.telegram.add_customer(name, "ru").id)
