"""Hypothesis strategies for notices and outbox messages."""

from dataclasses import fields
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from hypothesis import strategies as st

from orbit_domain.notice.notice import ArrivedTransfer, Notice, Renewal
from orbit_domain.notice.questions import MoneySeen, PaymentFacts, PaymentSeen
from orbit_domain.notice.repository import OutboxMessage
from orbit_domain.notice.shop_notices import MethodTotal
from orbit_testing.strategies import MAX_CHAIN_UNITS, moments, tg_ids, uuids, words

_TITLES = st.dictionaries(words(), words(), max_size=3)
_UNITS = st.integers(-MAX_CHAIN_UNITS, MAX_CHAIN_UNITS)
_FIELDS: dict[object, st.SearchStrategy[Any]] = {
    str: words(200),
    int: _UNITS,
    int | None: st.none() | _UNITS,
    bool: st.booleans(),
    UUID: uuids(),
    datetime: moments(),
    datetime | None: st.none() | moments(),
    UUID | None: st.none() | uuids(),
    str | None: st.none() | words(),
    dict[str, str]: _TITLES,
    tuple[tuple[str, str], ...]: st.lists(st.tuples(words(), words()), max_size=3).map(tuple),
    PaymentFacts: st.builds(
        PaymentFacts,
        st.lists(st.builds(PaymentSeen, words(), words(), _UNITS, words(), words(), moments()), max_size=2).map(tuple),
        st.lists(st.builds(MoneySeen, words(), _UNITS, words(), moments()), max_size=2).map(tuple),
    ),
    tuple[MethodTotal, ...]: st.lists(st.builds(MethodTotal, words(), words(), _UNITS, _UNITS), max_size=2).map(tuple),
    Renewal | None: st.none() | st.builds(Renewal, words(), _TITLES, _UNITS, words()),
    ArrivedTransfer | None: st.none()
    | st.builds(
        ArrivedTransfer,
        ref=words(),
        asset=words(),
        units=_UNITS,
        occurred_at=moments(),
        sender=st.none() | words(),
        comment=words(),
        others=_UNITS,
        fits_kopecks=st.none() | _UNITS,
        plan_code=words(),
        titles=_TITLES,
    ),
}


def notices() -> st.SearchStrategy[Notice]:
    """Every kind of notice. A new kind is covered when its fields are of the types listed here."""
    return st.one_of(*(_notices_of(kind) for kind in get_args(Notice)))


def messages() -> st.SearchStrategy[OutboxMessage]:
    """Outbox messages that aren't claimed."""
    return st.builds(OutboxMessage, uuids(), tg_ids(), words(60, minimum=1), notices(), moments())


def _notices_of(kind: type[Notice]) -> st.SearchStrategy[Notice]:
    annotations = {field.name: kind.__annotations__[field.name] for field in fields(kind) if field.name != "kind"}
    return st.builds(kind, **{name: _FIELDS[annotation] for name, annotation in annotations.items()})
