"""The names of journals."""

import re
from datetime import UTC, datetime, timedelta

_NAME = re.compile(r"orbit-(?P<at>[0-9]{8}T[0-9]{6}\.[0-9]{3})Z-(?P<shop>[0-9a-f]{12})\.journal\.age", re.ASCII)
_MOMENT = "%Y%m%dT%H%M%S.%f"
_MILLISECOND = timedelta(milliseconds=1)


def journal_name(at: datetime, shop: str) -> str:
    """The name of what *shop* wrote then, to the millisecond."""
    return f"orbit-{at.astimezone(UTC).strftime(_MOMENT)[:-3]}Z-{shop}.journal.age"


def named_journal(name: str) -> tuple[datetime, str] | None:
    """When and by which shop the journal *name* was written. None: no journal has such a name."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    try:
        return datetime.strptime(found["at"], _MOMENT).replace(tzinfo=UTC), found["shop"]
    except ValueError:
        return None


def next_free_name(at: datetime, shop: str, taken: set[str]) -> str:
    """The first name from *at* on that isn't *taken*."""
    name = journal_name(at, shop)
    while name in taken:
        at += _MILLISECOND
        name = journal_name(at, shop)
    return name
