"""What one admin may move by hand."""

from decimal import Decimal

from pydantic import BaseModel, Field

from orbit_adapters.payment_plugin.setting_types import Price


class AdjustmentFields(BaseModel):
    """Up to which amount a balance is adjusted by one admin alone."""

    adjustment_limit: Price = Field(
        "5000",
        validation_alias="ORBIT_ADJUSTMENT_LIMIT",
        description="Up to this amount, in your currency, an admin adjusts a balance alone; above it two do.",
        examples=["5000"],
    )

    @property
    def adjustment_limit_units(self) -> int:
        """The same in smallest units, of which a base currency has a hundred, rounded down."""
        return int(Decimal(self.adjustment_limit) * 100)
