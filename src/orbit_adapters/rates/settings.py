"""Settings of exchange rates."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from orbit_adapters.rates.bounds import RateBounds
from orbit_domain.money import Currency

HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$")]
Price = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}(\.[0-9]{1,12})?$")]


class RatesSettings(BaseModel):
    """Where rates come from: `price` fixes that of a coin in `base`; without it two sources are read.

    A price outside the bounds is refused wherever it comes from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: Currency
    price: Price | None = None
    minimum: Price | None = None
    maximum: Price | None = None
    tonapi_url: HttpUrl = "https://tonapi.io"
    coingecko_url: HttpUrl = "https://api.coingecko.com/api/v3"

    @property
    def bounds(self) -> RateBounds:
        """Between which prices a rate is accepted."""
        return RateBounds(self.base, _exact(self.minimum), _exact(self.maximum))


def _exact(price: str | None) -> Decimal | None:
    return None if price is None else Decimal(price)
