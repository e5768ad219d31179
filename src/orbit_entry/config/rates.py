"""Exchange rates."""

from decimal import Decimal

from pydantic import BaseModel, Field, field_validator

from orbit_adapters.rates.settings import RatesSettings


class RatesFields(BaseModel):
    """A fixed rate, or none: then public sources give it."""

    ton_rate_rub: str | None = Field(
        None,
        validation_alias="ORBIT_TON_RATE_RUB",
        pattern=r"^[0-9]{1,9}(\.[0-9]{1,8})?$",
        description="A fixed price of one coin in roubles. Without it the rate comes from two public sources.",
        examples=["250.50"],
    )

    @field_validator("ton_rate_rub")
    @classmethod
    def _is_worth_something(cls, rate: str | None) -> str | None:
        if rate is not None and not rate.strip("0."):
            raise ValueError("must be more than nothing")
        return rate

    @property
    def rates(self) -> RatesSettings:
        """The settings of the rates adapter, which counts the price in kopecks."""
        price = self.ton_rate_rub
        return RatesSettings(kopecks_per_coin=None if price is None else format(Decimal(price) * 100, "f"))
