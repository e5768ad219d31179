"""What a plan is called in somebody's language."""

from collections.abc import Mapping

from orbit_adapters.telegram.sanitize import clean

_TITLE_CHARS = 40


def title_of(titles: Mapping[str, str], code: str, language: str) -> str:
    """The title in *language*, or in any other, or at least the plan's code."""
    return clean(titles.get(language) or next(iter(titles.values()), "") or code, _TITLE_CHARS)
