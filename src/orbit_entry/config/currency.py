"""The currency of prices and balances."""

from pydantic import BaseModel, Field, field_validator

from orbit_domain.money import BASE_CURRENCIES, BaseCurrency


class CurrencyFields(BaseModel):
    """What the shop's prices and balances are in. Once that is recorded, it stays so."""

    currency: str = Field(
        "RUB",
        validation_alias="ORBIT_CURRENCY",
        description="The currency of prices and balances: RUB, USD or EUR. Choose before the first start: it stays.",
        examples=["RUB"],
    )

    @field_validator("currency")
    @classmethod
    def _is_a_base_currency(cls, code: str) -> str:
        if code not in BASE_CURRENCIES:
            raise ValueError(f"must be one of {', '.join(BASE_CURRENCIES)}")
        return code

    @property
    def base(self) -> BaseCurrency:
        """The same as the domain has it."""
        return BaseCurrency(BASE_CURRENCIES[self.currency])
