"""When the staff reads what the day before has brought."""

from pydantic import BaseModel, Field


class SummaryFields(BaseModel):
    """The daily summary, which is sent to the chat that the owner has chosen for it."""

    summary_hour: int = Field(
        6,
        validation_alias="ORBIT_SUMMARY_HOUR",
        ge=0,
        le=23,
        description="From this hour (UTC) on, the summary of the day before is sent to the chat chosen for it.",
        examples=["6"],
    )
