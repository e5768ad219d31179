"""Settings of payments in Telegram Stars."""

from pydantic import BaseModel, ConfigDict, Field

from orbit_adapters.payment_plugin.setting_types import Price


class StarsSettings(BaseModel):
    """What the owner takes for one Star in the shop's currency. `title` is what Telegram shows above the amount."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    price: Price = Field(
        validation_alias="ORBIT_STARS_PRICE",
        description="What you take for one Telegram Star, in your currency. Without it the shop takes no Stars.",
        examples=["1.20"],
    )
    monthly: bool = Field(
        default=False,
        validation_alias="ORBIT_STARS_SUBSCRIPTIONS",
        description="`on` to sell plans of 30 days as subscriptions in Stars, too: Telegram charges again every month.",
        examples=["on"],
    )
    title: str = Field(default="VPN", min_length=1, max_length=32)
    timeout_s: int = Field(default=5, gt=0, le=60)
