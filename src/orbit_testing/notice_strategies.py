"""Hypothesis strategies for what people are owed to hear."""

from datetime import datetime
from typing import get_args
from uuid import UUID

from hypothesis import strategies as st

from orbit_domain.notice.notice import Notice
from orbit_domain.notice.repository import OutboxMessage
from orbit_testing.strategies import MOST_CHAIN_UNITS, moments, tg_ids, uuids, words

_FIELDS = {
    str: words(200),
    int: st.integers(-MOST_CHAIN_UNITS, MOST_CHAIN_UNITS),
    bool: st.booleans(),
    UUID: uuids(),
    datetime: moments(),
    UUID | None: st.none() | uuids(),
    str | None: st.none() | words(),
    dict[str, str]: st.dictionaries(words(), words(), max_size=3),
}


def notices() -> st.SearchStrategy[Notice]:
    """Every kind of notice, those that will be added too: their fields are of the types listed here."""
    return st.one_of(*(_notices_of(kind) for kind in get_args(Notice)))


def messages() -> st.SearchStrategy[OutboxMessage]:
    """Notices owed to anybody, not yet claimed."""
    return st.builds(OutboxMessage, uuids(), tg_ids(), words(60, minimum=1), notices(), moments())


def _notices_of(kind: type[Notice]) -> st.SearchStrategy[Notice]:
    annotations = {name: kind.__annotations__[name] for name in kind.__dataclass_fields__ if name != "kind"}
    return st.builds(kind, **{name: _FIELDS[annotation] for name, annotation in annotations.items()})
