"""Notices: facts that survive being stored, each recognisable by its kind, without a word in them."""

import json
import re
from dataclasses import FrozenInstanceError, asdict, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.notice.notice import Notice, ScanStopped
from orbit_domain.notice.ports import NotifierError, RetryLater, Unreachable
from orbit_domain.notice.repository import OutboxMessage

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
KINDS: tuple[type, ...] = get_args(Notice)
STORABLE = {str, int, bool, UUID, datetime, dict[str, str]}


def parts(hint: Any) -> set[Any]:
    """The plain types that a field may hold, without None."""
    if get_origin(hint) is None or hint == dict[str, str]:
        return {hint} - {type(None)}
    return set().union(*(parts(part) for part in get_args(hint)))


@pytest.mark.parametrize("notice", KINDS, ids=lambda kind: kind.__name__)
def test_a_notice_is_known_by_its_kind(notice: type) -> None:
    """The kind that is stored with it is the name of its class, so a stored row finds its text again."""
    hint = get_type_hints(notice)["kind"]
    snake = re.sub(r"(?<=.)([A-Z])", r"_\1", notice.__name__).lower()
    assert (get_origin(hint), get_args(hint)) == (Literal, (snake,))
    assert next(field.default for field in fields(notice) if field.name == "kind") == snake


def test_no_two_notices_share_a_kind() -> None:
    """A stored notice is read back as what it was."""
    kinds = [get_args(get_type_hints(notice)["kind"])[0] for notice in KINDS]
    assert len(set(kinds)) == len(kinds) > 0


@pytest.mark.parametrize("notice", KINDS, ids=lambda kind: kind.__name__)
def test_a_notice_holds_only_facts_that_can_be_stored(notice: type) -> None:
    """Numbers, names, ids, times and titles: nothing that a row of the outbox couldn't hold, and no float."""
    assert is_dataclass(notice)
    hints = {name: hint for name, hint in get_type_hints(notice).items() if name != "kind"}
    assert set().union(*(parts(hint) for hint in hints.values())) <= STORABLE


@pytest.mark.parametrize("notice", KINDS, ids=lambda kind: kind.__name__)
def test_sums_and_times_are_named_after_their_units(notice: type) -> None:
    """A sum ends in its unit and is whole, a moment ends in `_at`, so that no text can mistake them."""
    for name, hint in get_type_hints(notice).items():
        if name.endswith(("_kopecks", "units")):
            assert parts(hint) == {int}, name
        assert (parts(hint) == {datetime}) == name.endswith("_at"), name


def test_a_notice_never_changes() -> None:
    """What was promised to be told is what is told."""
    alarm = ScanStopped("ton:0:AB", "hole", 17)
    assert json.loads(json.dumps(asdict(alarm))) == asdict(alarm)
    with pytest.raises(FrozenInstanceError):
        alarm.lt = 18  # type: ignore[misc]


def test_a_new_promise_is_open() -> None:
    """A promise begins untried, unclaimed, neither kept nor buried."""
    message = OutboxMessage(UUID(int=1), TelegramId(42), "scan:17", ScanStopped("ton:0:AB", "hole", 17), NOON)
    assert (message.attempts, message.fence, message.done_at, message.dead_at) == (0, 0, None, None)


@pytest.mark.parametrize("trouble", [Unreachable(), RetryLater(timedelta(seconds=3), "flood limit")])
def test_trouble_with_telling_is_one_family(trouble: Exception) -> None:
    """Whoever delivers can catch every trouble of a notifier at once, and no bug with it."""
    assert isinstance(trouble, NotifierError)
