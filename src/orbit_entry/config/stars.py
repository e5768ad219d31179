"""Payments in Telegram Stars."""

from pydantic import Field, field_validator

from orbit_adapters.stars.settings import StarsSettings
from orbit_entry.config.currency import CurrencyFields


class StarsFields(CurrencyFields):
    """What a Star is worth to the owner, or that the shop takes none."""

    stars_price: str | None = Field(
        None,
        validation_alias="ORBIT_STARS_PRICE",
        pattern=r"^[0-9]{1,9}(\.[0-9]{1,8})?$",
        description="What you take for one Telegram Star, in your currency. Without it the shop takes no Stars.",
        examples=["1.20"],
    )

    @field_validator("stars_price")
    @classmethod
    def _is_above_zero(cls, price: str | None) -> str | None:
        if price is not None and not price.strip("0."):
            raise ValueError("must be more than nothing")
        return price

    @property
    def stars(self) -> StarsSettings | None:
        """The settings of the Stars adapter; None: the shop takes no Stars."""
        return None if self.stars_price is None else StarsSettings(base=self.base, price=self.stars_price)
