"""How fast keys are spread again over panels."""

from pydantic import BaseModel, Field


class RebalanceFields(BaseModel):
    """The pace of `orbit panel rebalance`."""

    rebalance_per_hour: int = Field(
        60,
        validation_alias="ORBIT_REBALANCE_PER_HOUR",
        ge=1,
        le=3600,
        description="How many keys `orbit panel rebalance` moves in an hour at most.",
        examples=["60"],
    )
