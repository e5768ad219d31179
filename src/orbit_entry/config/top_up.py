"""What customers put on the balance by one tap."""

import re
from decimal import Decimal

from pydantic import BaseModel, Field, field_validator

_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?", re.ASCII)
_MOST = 4
"""So many amounts fit beside each other on a phone."""


class TopUpFields(BaseModel):
    """The amounts on the balance screen."""

    top_up_presets: str | None = Field(
        None,
        validation_alias="ORBIT_TOP_UP_PRESETS",
        description="The amounts that are offered on the balance screen, in your currency: up to four.",
        examples=["200,500,1000"],
    )

    @field_validator("top_up_presets")
    @classmethod
    def _are_amounts(cls, text: str | None) -> str | None:
        if text is None:
            return None
        amounts = _compact(text).split(",")
        if len(amounts) > _MOST or not all(_AMOUNT.fullmatch(one) and one.strip("0.") for one in amounts):
            raise ValueError("must be up to four amounts such as 200,500,1000")
        return text

    @property
    def top_up_preset_units(self) -> tuple[int, ...] | None:
        """The same in smallest units, of which a base currency has a hundred, smallest first. None: none are set."""
        if self.top_up_presets is None:
            return None
        return tuple(sorted({int(Decimal(one) * 100) for one in _compact(self.top_up_presets).split(",")}))


def _compact(text: str) -> str:
    return "".join(text.split())
