"""Which base currency a shop's records are in: after the first entry in its ledger it can't be another one."""

from dataclasses import dataclass

from orbit_domain.money import Currency
from orbit_domain.storage import Storage


@dataclass(frozen=True, slots=True)
class RecordedCurrency:
    """*accounts* is what users' accounts are kept in, None before the first entry; *plans* is what is on sale for."""

    accounts: Currency | None
    plans: tuple[Currency, ...]

    def all(self) -> tuple[Currency, ...]:
        """Every currency that is recorded, that of the accounts first."""
        return self.plans if self.accounts is None else (self.accounts, *self.plans)


@dataclass(frozen=True, slots=True)
class ReadBaseCurrency:
    """Read the currencies of the records. Changes nothing."""

    storage: Storage

    async def __call__(self) -> RecordedCurrency:
        async with self.storage.transaction() as tx:
            accounts = await tx.ledger.base_currency()
            plans = await tx.plans.active()
        return RecordedCurrency(accounts, tuple(dict.fromkeys(plan.price.currency for plan in plans)))
