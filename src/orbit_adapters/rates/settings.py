"""Settings of exchange rates."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

HttpUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s?#]+$")]
Price = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,15}(\.[0-9]{1,12})?$")]


class RatesSettings(BaseModel):
    """Where rates come from: `kopecks_per_coin` fixes the coin's price; without it two sources are read."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kopecks_per_coin: Price | None = None
    tonapi_url: HttpUrl = "https://tonapi.io"
    coingecko_url: HttpUrl = "https://api.coingecko.com/api/v3"
