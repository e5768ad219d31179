"""The word of a second index, without which no large deposit buys anything by itself.

The links of a history prove its order, not what a transaction carried: one index alone could multiply an amount.
"""

from typing import Protocol

from orbit_adapters.ton.answers import Transaction
from orbit_domain.payment.source import SourceUnavailable


class SecondReader(Protocol):
    """An index that is independent of the first one."""

    async def shows(self, row: Transaction) -> bool:
        """Whether it shows the transaction with the same hash and the same incoming message.

        Raises SourceUnavailable.
        """


async def confirms(reader: SecondReader, row: Transaction) -> bool:
    """Whether *reader* shows *row*. One that can't be asked confirms nothing: then a person looks at the money."""
    try:
        return await reader.shows(row)
    except SourceUnavailable:
        return False
