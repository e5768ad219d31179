"""What a panel should hold for a key, compared with what it holds."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from orbit_domain.access.account import AccountState, AccountStatus
from orbit_domain.access.key import Key
from orbit_domain.access.placement import PlacementState
from orbit_domain.ids import KeyId, PanelId, TelegramId

# Panels know whole seconds and round the end up.
_ROUNDING = timedelta(seconds=1)
# The panel's clock may be ahead of ours by so much.
_CLOCK_DRIFT = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class AccountPlace:
    """Where an account with our note is, or should be, and the key that the note names."""

    panel_id: PanelId
    username: str
    key_id: KeyId


class Aspect(StrEnum):
    """What of an account may differ from its key."""

    END = "end"
    TRAFFIC = "traffic"
    STATUS = "status"
    CREDENTIAL = "credential"
    GROUPS = "groups"
    FURTHER_GROUPS = "further groups"


@dataclass(frozen=True, slots=True)
class Difference:
    """One value of an account that isn't what was confirmed: times in ISO format, traffic in bytes, no secret."""

    aspect: Aspect
    confirmed: str
    seen: str


@dataclass(frozen=True, slots=True)
class MissingAccount:
    """The panel has no account for a key that it confirmed and whose time isn't over."""

    place: AccountPlace
    tg_id: TelegramId


@dataclass(frozen=True, slots=True)
class ChangedAccount:
    """The account isn't what the panel confirmed."""

    place: AccountPlace
    tg_id: TelegramId
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class MisplacedAccount:
    """A second account of a key, or one on a panel that isn't the key's. The right one is at *home*."""

    place: AccountPlace
    tg_id: TelegramId
    home: AccountPlace


@dataclass(frozen=True, slots=True)
class OwnerlessAccount:
    """An account with our note whose key isn't in the database."""

    place: AccountPlace


@dataclass(frozen=True, slots=True)
class LeftoverAccount:
    """An account of a key that its customer has deleted, where none should be any more."""

    place: AccountPlace
    tg_id: TelegramId


PanelFinding = MissingAccount | ChangedAccount | MisplacedAccount | OwnerlessAccount | LeftoverAccount


def home_of(key: Key) -> AccountPlace | None:
    """Where the account of *key* should be; None while the key has no panel."""
    return AccountPlace(key.panel_id, key.username, key.id) if key.panel_id is not None else None


def compare(place: AccountPlace, key: Key | None, seen: AccountState | None, now: datetime) -> PanelFinding | None:
    """What is wrong at *place*, where the panel shows *seen* for *key*. None: nothing, or the key is under way."""
    if key is None:
        return OwnerlessAccount(place) if seen else None
    if key.deleted:
        return LeftoverAccount(place, key.tg_id) if seen and not _is_known(place, key) else None
    home = home_of(key)
    if not key.is_confirmed or home is None:
        return None
    if place != home:
        return MisplacedAccount(place, key.tg_id, home) if seen and not _is_known(place, key) else None
    if seen is None:
        return MissingAccount(place, key.tg_id) if key.enabled and key.expires_at > now else None
    differences = _differences(key, seen, now)
    return ChangedAccount(place, key.tg_id, differences) if differences else None


def _is_known(place: AccountPlace, key: Key) -> bool:
    """Whether the key is leaving *place*, so that its account there is to go by itself."""
    held = (one for one in key.placements if one.state is not PlacementState.GONE)
    return any((one.panel_id, one.username) == (place.panel_id, place.username) for one in held)


def _differences(key: Key, seen: AccountState, now: datetime) -> tuple[Difference, ...]:
    found = []
    if seen.expires_at is None or not timedelta(0) <= seen.expires_at - key.expires_at < _ROUNDING:
        end = seen.expires_at.isoformat() if seen.expires_at else "never"
        found.append(Difference(Aspect.END, key.expires_at.isoformat(), end))
    if seen.traffic != key.traffic:
        found.append(Difference(Aspect.TRAFFIC, f"{key.traffic}", f"{seen.traffic}"))
    wanted = AccountStatus.ACTIVE if key.enabled else AccountStatus.DISABLED
    if not _status_fits(key, seen.status, now):
        found.append(Difference(Aspect.STATUS, wanted.value, seen.status.value))
    if seen.credential not in (None, str(key.credential)):
        # A panel that went back in time takes what was replaced since, perhaps because others knew it.
        found.append(Difference(Aspect.CREDENTIAL, "the key's", "another one"))
    return (*found, *_differing_groups(key, seen))


def _differing_groups(key: Key, seen: AccountState) -> Iterator[Difference]:
    """Where the account is served and shouldn't be, or isn't and should be.

    One that is off is served nowhere, and may keep what it had. Keys that came from OrbitVPN know no groups.
    """
    wanted = frozenset(key.home.groups)
    if seen.groups is None or not wanted or not key.enabled:
        return
    if wanted - seen.groups:
        yield Difference(Aspect.GROUPS, _listed(wanted), _listed(seen.groups))
    if seen.groups - wanted:
        yield Difference(Aspect.FURTHER_GROUPS, "none", _listed(seen.groups - wanted))


def _listed(groups: Iterable[str]) -> str:
    """*groups* as text; panels allow any character in their names."""
    return ", ".join(sorted(groups)) or "none"


def _status_fits(key: Key, status: AccountStatus, now: datetime) -> bool:
    """Whether the panel may show *status*. Traffic may be used up, and an end that has passed is no matter."""
    if not key.enabled or status is AccountStatus.DISABLED:
        return not key.enabled and status is AccountStatus.DISABLED
    return status is not AccountStatus.EXPIRED or key.expires_at <= now + _CLOCK_DRIFT
