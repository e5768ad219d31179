"""Settings of payments in Telegram Stars."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from orbit_domain.money import Currency

Price = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,9}(\.[0-9]{1,8})?$")]


class StarsSettings(BaseModel):
    """What the owner takes for one Star, in `base`, as people write it: 1.35.

    `title` is what Telegram shows above the amount.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    base: Currency
    price: Price
    title: str = Field(default="VPN", min_length=1, max_length=32)
    timeout_s: int = Field(default=5, gt=0, le=60)
