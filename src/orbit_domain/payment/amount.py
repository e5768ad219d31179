"""An amount of money as people type it."""

import re
from dataclasses import dataclass

from orbit_domain.errors import Refusal
from orbit_domain.money import Money, rub

_SUM = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{1,2}))?", re.ASCII)
_TYPED_MAX_CHARS = 40


@dataclass(eq=False)
class NotAnAmount(Refusal):
    """What was typed isn't a whole or two-decimal number of roubles."""

    typed: str


def parse_amount(typed: str) -> Money:
    """*typed* as money in the base currency: `450`, `450.50`, `1 000`. Raises NotAnAmount for anything else."""
    compact = "".join(typed[:_TYPED_MAX_CHARS].split())
    found = _SUM.fullmatch(compact) if len(typed) <= _TYPED_MAX_CHARS else None
    if found is None:
        raise NotAnAmount(typed[:_TYPED_MAX_CHARS])
    roubles, kopecks = found.groups()
    return rub(int(roubles) * 100 + int((kopecks or "0").ljust(2, "0")))
