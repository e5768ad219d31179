"""An amount of money as people type it."""

import re
from dataclasses import dataclass

from orbit_domain.errors import Refusal
from orbit_domain.money import Currency, Money

_SUM = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{1,2}))?", re.ASCII)
_TYPED_MAX_CHARS = 40


@dataclass(eq=False)
class NotAnAmount(Refusal):
    """What was typed isn't a whole or two-decimal number."""

    typed: str


def parse_amount(typed: str, base: Currency) -> Money:
    """*typed* as money in *base*, which has two decimals: `450`, `450.50`, `1 000`. Raises NotAnAmount otherwise."""
    compact = "".join(typed[:_TYPED_MAX_CHARS].split())
    found = _SUM.fullmatch(compact) if len(typed) <= _TYPED_MAX_CHARS else None
    if found is None:
        raise NotAnAmount(typed[:_TYPED_MAX_CHARS])
    whole, part = found.groups()
    return Money(int(whole) * 100 + int((part or "0").ljust(2, "0")), base)
