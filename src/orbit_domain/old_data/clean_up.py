"""A clean-up that somebody asked for: that it runs, and what the last one has forgotten."""

import re
from collections.abc import Mapping

from orbit_domain.old_data.old_data import OldData

CLEAN_UP = "clean_up"
"""The subject of admin actions that ask for a clean-up and end it. The newest one says whether one runs."""

ASKED, ENDED = "start_clean_up", "end_clean_up"

_PART = re.compile(r"([a-z_]+): ([0-9]{1,12})", re.ASCII)


def figures_text(cleaned: Mapping[OldData, int]) -> str:
    """How many rows of each kind were cleaned, as the log keeps it."""
    return "; ".join(f"{kind}: {cleaned.get(kind, 0)}" for kind in OldData)


def figures_from(text: str) -> Mapping[OldData, int]:
    """The figures that the log keeps as *text*; nothing for what isn't one."""
    return {OldData(name): int(count) for name, count in _PART.findall(text) if name in set(OldData)}
