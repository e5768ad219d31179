"""Exchange rates and the owner's bounds of them."""

from decimal import Decimal

from pydantic import Field, ValidationInfo, field_validator

from orbit_adapters.payment_plugin.setting_types import Price
from orbit_adapters.rates.settings import RatesSettings
from orbit_entry.config.currency import CurrencyFields
from orbit_entry.config.older_names import older_name

_OLDER_CURRENCY = "RUB"


class RatesFields(CurrencyFields):
    """A fixed rate, or none: then public sources give it. Bounds hold for both.

    The older names, which end in RUB or have it in the middle, are those of a shop in roubles.
    """

    ton_rate: Price | None = Field(
        None,
        validation_alias="ORBIT_TON_RATE",
        description="A fixed price of one coin in your currency. Without it the rate comes from two public sources.",
        examples=["250.50"],
    )
    ton_rate_rub: Price | None = older_name("ORBIT_TON_RATE_RUB", of="ORBIT_TON_RATE")
    ton_rate_minimum: Price | None = Field(
        None,
        validation_alias="ORBIT_TON_RATE_MINIMUM",
        description="The lowest price of one coin that you believe. Below it no coin is taken at all.",
        examples=["100"],
    )
    ton_rate_rub_minimum: Price | None = older_name("ORBIT_TON_RATE_RUB_MINIMUM", of="ORBIT_TON_RATE_MINIMUM")
    ton_rate_maximum: Price | None = Field(
        None,
        validation_alias="ORBIT_TON_RATE_MAXIMUM",
        description="The highest price of one coin that you believe. Above it no coin is taken at all.",
        examples=["900"],
    )
    ton_rate_rub_maximum: Price | None = older_name("ORBIT_TON_RATE_RUB_MAXIMUM", of="ORBIT_TON_RATE_MAXIMUM")

    @field_validator("ton_rate_rub", "ton_rate_rub_minimum", "ton_rate_rub_maximum")
    @classmethod
    def _is_needed(cls, rate: str | None, info: ValidationInfo) -> str | None:
        """A price in roubles is no price in dollars, and of two names of one setting neither is obeyed."""
        newer = str(info.field_name).replace("_rub", "")
        variable = f"ORBIT_{newer.upper()}"
        currency = info.data.get("currency", _OLDER_CURRENCY)
        if rate is not None and currency != _OLDER_CURRENCY:
            raise ValueError(f"is a price in RUB, and ORBIT_CURRENCY is {currency}; set {variable} instead")
        if rate is not None and info.data.get(newer) is not None:
            raise ValueError(f"is the older name of {variable}, which is set too; remove it")
        return rate

    @field_validator("ton_rate_maximum", "ton_rate_rub_maximum")
    @classmethod
    def _leaves_room(cls, maximum: str | None, info: ValidationInfo) -> str | None:
        for field in ("ton_rate_minimum", "ton_rate_rub_minimum"):
            minimum = info.data.get(field)
            if maximum is not None and minimum is not None and Decimal(maximum) < Decimal(minimum):
                raise ValueError(f"must not be less than ORBIT_{field.upper()}")
        return maximum

    @property
    def rates(self) -> RatesSettings:
        """The settings of the rates adapter."""
        return RatesSettings(
            base=self.base,
            price=self.ton_rate or self.ton_rate_rub,
            minimum=self.ton_rate_minimum or self.ton_rate_rub_minimum,
            maximum=self.ton_rate_maximum or self.ton_rate_rub_maximum,
        )
