"""The language of a page: what its reader chose, or else what the browser prefers."""

from collections.abc import Iterator

from orbit_domain.user.user import LANGUAGES, language_for

_READ_CHARS = 200


def page_language(accept_language: str, chosen: str | None = None) -> str:
    """One of LANGUAGES. *accept_language* is the header, or an empty string; anything unreadable in it is skipped."""
    if chosen in LANGUAGES:
        return chosen
    for tag in _by_preference(accept_language[:_READ_CHARS]):
        language = language_for(tag)
        # Every tag has a nearest language, so a foreign one decides only when no other tag names one of ours.
        if language == "ru" or tag.startswith(language):
            return language
    return language_for(None)


def _by_preference(header: str) -> Iterator[str]:
    """The tags of an `Accept-Language` header, the most wanted first; those of weight 0 aren't wanted."""
    weighed = []
    for place, part in enumerate(header.lower().split(",")):
        tag, _, parameter = part.partition(";")
        weight = _weight(parameter)
        if tag.strip() and weight:
            weighed.append((-weight, place, tag.strip()))
    return (tag for _, _, tag in sorted(weighed))


def _weight(parameter: str) -> int:
    """Thousandths of `q=0.8`; 1000 without a readable one."""
    whole, _, fraction = parameter.strip().removeprefix("q=").partition(".")
    if whole == "0" and (fraction == "" or (fraction.isascii() and fraction.isdecimal())):
        return int(fraction[:3].ljust(3, "0"))
    return 1000
