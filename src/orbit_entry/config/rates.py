"""Exchange rates and the owner's bounds of them."""

from decimal import Decimal

from pydantic import BaseModel, Field, ValidationInfo, field_validator

from orbit_adapters.rates.settings import RatesSettings

_ROUBLES = r"^[0-9]{1,9}(\.[0-9]{1,8})?$"


class RatesFields(BaseModel):
    """A fixed rate, or none: then public sources give it. Bounds hold for both."""

    ton_rate_rub: str | None = Field(
        None,
        validation_alias="ORBIT_TON_RATE_RUB",
        pattern=_ROUBLES,
        description="A fixed price of one coin in roubles. Without it the rate comes from two public sources.",
        examples=["250.50"],
    )
    ton_rate_rub_minimum: str | None = Field(
        None,
        validation_alias="ORBIT_TON_RATE_RUB_MINIMUM",
        pattern=_ROUBLES,
        description="The lowest price of one coin in roubles that you believe. Below it no coin is taken at all.",
        examples=["100"],
    )
    ton_rate_rub_maximum: str | None = Field(
        None,
        validation_alias="ORBIT_TON_RATE_RUB_MAXIMUM",
        pattern=_ROUBLES,
        description="The highest price of one coin in roubles that you believe. Above it no coin is taken at all.",
        examples=["900"],
    )

    @field_validator("ton_rate_rub", "ton_rate_rub_minimum", "ton_rate_rub_maximum")
    @classmethod
    def _is_worth_something(cls, rate: str | None) -> str | None:
        if rate is not None and not rate.strip("0."):
            raise ValueError("must be more than nothing")
        return rate

    @field_validator("ton_rate_rub_maximum")
    @classmethod
    def _leaves_room(cls, maximum: str | None, info: ValidationInfo) -> str | None:
        minimum = info.data.get("ton_rate_rub_minimum")
        if maximum is not None and minimum is not None and Decimal(maximum) < Decimal(minimum):
            raise ValueError("must not be less than ORBIT_TON_RATE_RUB_MINIMUM")
        return maximum

    @property
    def rates(self) -> RatesSettings:
        """The settings of the rates adapter, which counts prices in kopecks."""
        return RatesSettings(
            kopecks_per_coin=_in_kopecks(self.ton_rate_rub),
            minimum_kopecks=_in_kopecks(self.ton_rate_rub_minimum),
            maximum_kopecks=_in_kopecks(self.ton_rate_rub_maximum),
        )


def _in_kopecks(roubles: str | None) -> str | None:
    return None if roubles is None else format(Decimal(roubles) * 100, "f")
