"""Which archives should be elsewhere, which copies are kept, and when they can't be relied on."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.backup.backup import Backup
from orbit_domain.backup.copies import (
    CopyProblem,
    Destination,
    KnownCopies,
    dropped_copies,
    due_in_chat,
    is_relied_on,
    not_yet_copied,
)
from orbit_domain.backup.retention import dropped, newest_verified
from tests.support.backups import backup
from tests.support.clock import NOON

HOUR = timedelta(hours=1)


def copies(
    *backups: Backup, at: Destination = Destination.S3, problem: str = "", tried: datetime = NOON
) -> KnownCopies:
    return KnownCopies(at, {one.name: NOON for one in backups}, tried, problem)


_backups = st.lists(st.tuples(st.integers(0, 90 * 24), st.booleans()), max_size=40, unique_by=lambda one: one[0]).map(
    lambda ages: [backup(NOON - age * HOUR, verified=verified) for age, verified in ages]
)


@given(_backups, _backups)
def test_the_newest_verified_copy_stays(here: list[Backup], there: list[Backup]) -> None:
    """Whatever both places hold: what a shop would be restored from isn't deleted, and is copied."""
    sizes = {one.name: one.size for one in there}
    gone = set(dropped_copies(sizes, here))
    good = newest_verified(here)
    assert gone <= sizes.keys()
    assert good is None or good.name not in gone
    assert not sizes or gone != sizes.keys()
    copied = sorted((one for one in here if one.verified_at), key=lambda one: one.taken_at)
    kept = {one.name for one in copied} - {one.name for one in dropped(copied)}
    assert kept == {one.name for one in not_yet_copied(here, copies())}


def test_a_copy_that_was_cut_stands_for_nothing() -> None:
    """One of another size than its backup doesn't take the place of a whole one of the same day."""
    good, cut, newest = backup(NOON - 50 * HOUR), backup(NOON - 49 * HOUR), backup(NOON)
    sizes = {good.name: good.size, cut.name: cut.size - 1, newest.name: newest.size}
    hours = [backup(NOON - number * HOUR) for number in range(1, 24)]
    sizes |= {one.name: one.size for one in hours}
    assert dropped_copies(sizes, [good, cut, newest, *hours]) == (cut.name,)
    assert dropped_copies({"orbit.age": 1, "notes.txt": 2}, [good]) == ()


def test_the_chat_gets_one_a_day() -> None:
    """The first verified one of a day, none while nobody knows whether it is there, and again after a plain refusal."""

    def due(backups: Iterable[Backup], known: KnownCopies) -> Backup | None:
        return due_in_chat(backups, known)

    in_chat = Destination.TELEGRAM
    first, second, unverified = backup(NOON), backup(NOON + HOUR), backup(NOON + 2 * HOUR, verified=False)
    tomorrow = backup(NOON + 24 * HOUR)
    assert due([], copies(at=in_chat)) is None
    assert due([unverified, second, first], copies(at=in_chat)) == second
    assert due([second, first], copies(first, at=in_chat)) is None
    assert due([tomorrow, first], copies(first, at=in_chat)) == tomorrow
    assert due([second], copies(at=in_chat, problem=CopyProblem.UNKNOWN)) is None
    assert due([second], copies(at=in_chat, problem=CopyProblem.SLOW_DOWN)) == second
    assert due([tomorrow], copies(at=in_chat, problem=CopyProblem.UNKNOWN)) == tomorrow


def test_when_the_owner_has_to_know() -> None:
    """Not before a try, not while the newest is there, not within its time; at once where none can get there."""
    old, new = backup(NOON - 30 * HOUR), backup(NOON)
    assert is_relied_on(KnownCopies(Destination.S3), [new], NOON)
    assert is_relied_on(copies(), [], NOON)
    assert is_relied_on(copies(new), [new], NOON + 99 * HOUR)
    assert not is_relied_on(copies(old), [new, old], NOON)
    assert is_relied_on(copies(old, at=Destination.TELEGRAM), [new, old], NOON)
    assert not is_relied_on(copies(old, at=Destination.TELEGRAM), [new], NOON + 20 * HOUR)
    assert not is_relied_on(copies(problem=CopyProblem.DENIED), [new], NOON)
    assert not is_relied_on(copies(old, at=Destination.TELEGRAM, problem=CopyProblem.TOO_LARGE), [new], NOON)
