"""Settings of exchange rates."""

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from orbit_adapters.rates.bounds import RateBounds

HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$")]
Price = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}(\.[0-9]{1,12})?$")]


class RatesSettings(BaseModel):
    """Where rates come from: `kopecks_per_coin` fixes the coin's price; without it two sources are read.

    A price outside the bounds, in kopecks a coin too, is refused wherever it comes from.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kopecks_per_coin: Price | None = None
    minimum_kopecks: Price | None = None
    maximum_kopecks: Price | None = None
    tonapi_url: HttpUrl = "https://tonapi.io"
    coingecko_url: HttpUrl = "https://api.coingecko.com/api/v3"

    @property
    def bounds(self) -> RateBounds:
        """Between which prices a rate is accepted."""
        return RateBounds(_exact(self.minimum_kopecks), _exact(self.maximum_kopecks))


def _exact(price: str | None) -> Decimal | None:
    return None if price is None else Decimal(price)
