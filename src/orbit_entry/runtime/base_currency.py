"""The currency of the settings against that of the records: an amount in another one would be another amount."""

from orbit_domain.money import Currency
from orbit_domain.use_cases.read_base_currency import ReadBaseCurrency, RecordedCurrency
from orbit_entry.runtime.failures import CannotStart


async def require_base_currency(read_base_currency: ReadBaseCurrency, base: Currency) -> RecordedCurrency:
    """What is recorded, after comparing it with *base*; nothing is changed. Raises CannotStart, StorageError.

    Call it before anything is written: a balance has no currency of its own, and would be read in the new one.
    """
    recorded = await read_base_currency()
    if recorded.accounts is not None and recorded.accounts != base:
        raise CannotStart(
            f"This shop's ledger is kept in {recorded.accounts.code}, and ORBIT_CURRENCY is {base.code}.",
            f"set ORBIT_CURRENCY={recorded.accounts.code}",
        )
    for currency in recorded.plans:
        if currency != base:
            raise CannotStart(
                f"This shop's plans are priced in {currency.code}, and ORBIT_CURRENCY is {base.code}.",
                f"set ORBIT_CURRENCY={currency.code}, or begin with an empty database",
            )
    return recorded
