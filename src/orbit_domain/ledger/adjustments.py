"""What admins put on a balance or take off it by hand, and the requests that wait for a second admin.

A request stands between two accounts that are nobody's money: `requested`, and `requested:<user>`. A decision takes
it away from there again, and if it is confirmed the same entry moves the balance. Both decisions have one name, so
there is only one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from orbit_domain.errors import Refusal
from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import Entry, EntryKind, Line, user_account
from orbit_domain.money import Currency, Money

ADJUSTMENTS = "adjustments"
REQUESTED = "requested"

_MADE, _REQUEST, _DECIDED = "made:", "request:", "decided:"
REQUEST_NAMES = (_REQUEST, _DECIDED)
"""So begin the names of entries that ask for an adjustment, and of those that decide about it."""


def is_request(kind: EntryKind, ref: str) -> bool:
    """Whether the entry of that kind and name asks for an adjustment."""
    return kind is EntryKind.ADJUSTMENT and ref.startswith(_REQUEST)


def is_request_or_decision(kind: EntryKind, ref: str) -> bool:
    """Whether the entry of that kind and name asks for an adjustment, or decides about it."""
    return kind is EntryKind.ADJUSTMENT and ref.startswith(REQUEST_NAMES)


@dataclass(eq=False)
class NoSuchAdjustment(Refusal):
    """Nobody has asked for it."""

    request_id: UUID


@dataclass(eq=False)
class AdjustmentDecided(Refusal):
    """It is confirmed or rejected already."""

    request_id: UUID


@dataclass(eq=False)
class SecondAdminNeeded(Refusal):
    """Whoever asked for it can't confirm it."""

    request_id: UUID
    actor: str


@dataclass(eq=False)
class AdjustmentNameTaken(Refusal):
    """Another adjustment has this name: another user, amount or reason."""

    request_id: UUID


@dataclass(frozen=True, slots=True)
class Adjustment:
    """*units* of the base currency that a user is to get (positive) or to lose; *actor* asks for it."""

    id: UUID
    tg_id: TelegramId
    units: int
    currency: Currency
    actor: str
    reason: str
    at: datetime

    @property
    def amount(self) -> Money:
        """How much it is, in either direction."""
        return Money(abs(self.units), self.currency)

    def is_same(self, other: "Adjustment") -> bool:
        """Whether both say the same, whoever says it and when."""
        return (self.tg_id, self.units, self.currency, self.reason) == (
            other.tg_id,
            other.units,
            other.currency,
            other.reason,
        )


@dataclass(frozen=True, slots=True)
class AdjustmentLimit:
    """What one admin may move alone."""

    amount: Money

    def needs_second(self, adjustment: Adjustment) -> bool:
        """Whether a second admin has to confirm it."""
        return not self.amount.covers(adjustment.amount)


def requested_account(tg_id: TelegramId) -> str:
    """Where what is asked for a user stands until it is decided."""
    return f"{REQUESTED}:{tg_id}"


def made_name(request_id: UUID) -> str:
    """The name of the entry of an adjustment that needed nobody else."""
    return f"{_MADE}{request_id}"


def request_name(request_id: UUID) -> str:
    """The name of the entry that asks for an adjustment."""
    return f"{_REQUEST}{request_id}"


def decision_name(request_id: UUID) -> str:
    """The name of the entry that confirms or rejects it."""
    return f"{_DECIDED}{request_id}"


def decision_of(request: str) -> str:
    """The name of the decision about the entry named *request*."""
    return _DECIDED + request.removeprefix(_REQUEST)


def made(adjustment: Adjustment) -> Entry:
    """The balance moves at once."""
    return _entry(made_name(adjustment.id), _moved(adjustment), adjustment)


def requested(adjustment: Adjustment) -> Entry:
    """It is asked for, and no balance moves."""
    return _entry(request_name(adjustment.id), _waiting(adjustment, adjustment.units), adjustment)


def confirmed(asked: Adjustment, actor: str, at: datetime) -> Entry:
    """A second admin agrees: nothing waits any more, and the balance moves. Raises SecondAdminNeeded."""
    if actor == asked.actor:
        raise SecondAdminNeeded(asked.id, actor)
    lines = (*_waiting(asked, -asked.units), *_moved(asked))
    return _decision(asked, lines, actor, at, asked.reason)


def rejected(asked: Adjustment, actor: str, at: datetime, reason: str) -> Entry:
    """Nothing waits any more, and no balance has moved."""
    return _decision(asked, _waiting(asked, -asked.units), actor, at, reason)


def adjustment_of(entry: Entry) -> Adjustment:
    """The adjustment that *entry* made or asks for. Raises ValueError for another entry."""
    name = entry.ref.removeprefix(_MADE).removeprefix(_REQUEST)
    for line in entry.lines:
        account, _, owner = line.account.partition(":")
        if account in ("user", REQUESTED) and owner:
            owner_id = TelegramId(int(owner))
            return Adjustment(UUID(name), owner_id, line.units, line.currency, entry.actor, entry.reason, entry.at)
    raise ValueError(f"{entry.ref} isn't an adjustment")


def wrong_decisions(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Of requests and decisions the names of those decisions that contradict their request, or were made by its actor.

    A rejection by whoever asked is no contradiction: that takes it back.
    """
    requests = {decision_of(one.ref): one for one in entries if one.ref.startswith(_REQUEST)}
    decisions = (one for one in entries if one.ref.startswith(_DECIDED))
    return tuple(sorted(one.ref for one in decisions if not _fits(one, requests.get(one.ref))))


def _fits(decision: Entry, request: Entry | None) -> bool:
    try:
        asked = adjustment_of(request) if request is not None else None
    except ValueError:
        return False  # It isn't ours: somebody has written it by hand.
    if asked is None:
        return False
    both = (
        rejected(asked, decision.actor, decision.at, decision.reason),
        *((confirmed(asked, decision.actor, decision.at),) if decision.actor != asked.actor else ()),
    )
    return any(_lines(decision.lines) == _lines(one.lines) for one in both)


def _lines(lines: Iterable[Line]) -> frozenset[Line]:
    return frozenset(lines)


def _moved(one: Adjustment) -> tuple[Line, Line]:
    return (
        Line(ADJUSTMENTS, -one.units, one.currency),
        Line(user_account(one.tg_id), one.units, one.currency),
    )


def _waiting(one: Adjustment, units: int) -> tuple[Line, Line]:
    return Line(REQUESTED, -units, one.currency), Line(requested_account(one.tg_id), units, one.currency)


def _entry(name: str, lines: tuple[Line, ...], one: Adjustment) -> Entry:
    return Entry(EntryKind.ADJUSTMENT, name, lines, one.at, one.actor, one.reason)


def _decision(asked: Adjustment, lines: tuple[Line, ...], actor: str, at: datetime, reason: str) -> Entry:
    corrects = f"{EntryKind.ADJUSTMENT}/{request_name(asked.id)}"
    return Entry(EntryKind.ADJUSTMENT, decision_name(asked.id), lines, at, actor, reason, corrects)
