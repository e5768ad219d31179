"""Copies of backups elsewhere: what is known of them, when one is due, and when they can't be relied on."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from orbit_domain.backup.backup import Backup, named_backup
from orbit_domain.backup.retention import OLD, dropped, newest_verified


class Destination(StrEnum):
    """Where copies go."""

    S3 = "s3"
    TELEGRAM = "telegram"


class CopyProblem(StrEnum):
    """Why an archive wasn't copied. *unknown*: the answer was lost. *not_tidied*: older copies stay."""

    UNREACHABLE = "unreachable"
    DENIED = "denied"
    MISSING = "missing"
    REFUSED = "refused"
    WRONG_SIZE = "wrong_size"
    DIFFERENT = "different"
    SPOILT = "spoilt"
    TOO_LARGE = "too_large"
    NO_CHAT = "no_chat"
    SLOW_DOWN = "slow_down"
    FOLDER = "folder"
    UNKNOWN = "unknown"
    NOT_TIDIED = "not_tidied"


_REMEMBERED = 4_000
"""Of a store that lists nothing to us so many copies are remembered: one an hour, for longer than any is kept."""
_LATE = {Destination.S3: OLD, Destination.TELEGRAM: 2 * OLD}
"""A chat gets one archive a day, and the one of yesterday is up to two days old just before the next."""


class CopyFailed(Exception):
    """An archive isn't there, or nobody knows. Its message is for a log, and holds no secret and no address."""

    def __init__(self, problem: CopyProblem, what: str = "") -> None:
        super().__init__(what or problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class KnownCopies:
    """What is known of the copies at *destination*: when each archive was *copied*, by name, and how the last try went.

    An empty *problem* after a try: all went well.
    """

    destination: Destination
    copied: Mapping[str, datetime] = field(default_factory=dict)
    tried_at: datetime | None = None
    problem: str = ""

    @property
    def newest_taken_at(self) -> datetime | None:
        """When the newest archive that is there was taken. Only verified ones are copied."""
        return max((taken_at for taken_at, _ in filter(None, map(named_backup, self.copied))), default=None)

    def with_copy(self, name: str, now: datetime) -> "KnownCopies":
        """The same, and *name* was copied *now*."""
        copied = {**self.copied, name: now}
        return replace(self, copied={one: copied[one] for one in _newest(copied)}, tried_at=now, problem="")

    def tried(self, now: datetime, problem: str) -> "KnownCopies":
        """The same after a try that ended so."""
        return replace(self, tried_at=now, problem=problem)


def is_relied_on(copies: KnownCopies, backups: Iterable[Backup], now: datetime) -> bool:
    """Whether what is there is as new as it should be. Where nothing was tried yet there is no alarm.

    Nor is there one where the newest verified backup has its copy: an old one is told as an old backup.
    """
    good = newest_verified(backups)
    if copies.tried_at is None or good is None or good.name in copies.copied:
        return True
    newest = copies.newest_taken_at
    if newest is None or copies.problem == CopyProblem.TOO_LARGE:
        return not copies.problem
    return now - newest <= _LATE[copies.destination]


def not_yet_copied(backups: Iterable[Backup], copies: KnownCopies) -> tuple[Backup, ...]:
    """The verified ones of *backups* that should be there and aren't known to be, newest first."""
    verified = [one for one in backups if one.verified_at is not None]
    gone = {one.name for one in dropped(verified)}
    missing = (one for one in verified if one.name not in gone and one.name not in copies.copied)
    return tuple(sorted(missing, key=lambda one: one.taken_at, reverse=True))


def dropped_copies(sizes: Mapping[str, int], backups: Iterable[Backup]) -> tuple[str, ...]:
    """Names of copies that are kept no more, by the rule of the folder. *sizes* has those of the shop that are there.

    One whose size isn't its backup's counts as not verified. The copy of the newest verified backup always stays.
    """
    known = {one.name: one for one in backups}
    copies = [_copy(name, size, known.get(name)) for name, size in sizes.items() if named_backup(name)]
    newest = newest_verified(known.values())
    return tuple(one.name for one in dropped(copies) if newest is None or one.name != newest.name)


def due_in_chat(backups: Iterable[Backup], copies: KnownCopies) -> Backup | None:
    """The archive that the chat should get now: one of each day, and none again whose outcome isn't known."""
    newest = newest_verified(backups)
    if newest is None or newest.name in copies.copied:
        return None
    day = newest.taken_at.astimezone(UTC).date()
    last = copies.newest_taken_at
    if last is not None and last.date() >= day:
        return None
    may_be_there = copies.problem == CopyProblem.UNKNOWN and copies.tried_at is not None
    return None if may_be_there and _day(copies.tried_at) == day else newest


def _copy(name: str, size: int, backup: Backup | None) -> Backup:
    if backup is not None:
        return replace(backup, verified_at=backup.verified_at if backup.size == size else None)
    taken_at, shop = named_backup(name) or (datetime.min.replace(tzinfo=UTC), "")
    return Backup(taken_at, shop, size, verified_at=taken_at)


def _day(moment: datetime | None) -> object:
    return moment.astimezone(UTC).date() if moment else None


def _newest(names: Iterable[str]) -> tuple[str, ...]:
    """As many of the archives *names* as are remembered."""
    dated = sorted(((found[0], name) for name in names if (found := named_backup(name))), reverse=True)
    return tuple(name for _, name in dated[:_REMEMBERED])
