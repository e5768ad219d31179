"""What a sweep over one panel does about what it finds, and when it asks first."""

from dataclasses import dataclass, field
from datetime import datetime

from orbit_domain.access.account import AccountState
from orbit_domain.access.key import Key
from orbit_domain.access.panel_audit import (
    AccountPlace,
    Aspect,
    ChangedAccount,
    Difference,
    LeftoverAccount,
    MisplacedAccount,
    MissingAccount,
    PanelFinding,
    compare,
)

_MOST = 50
_LEAST = 3
_SHARE = 100


def asks_first(harmful: int, accounts: int) -> bool:
    """Whether a sweep that would disable or delete so many of a panel's *accounts* stops and asks.

    More than one in a hundred, or more than fifty, is more likely a mistake of ours than of the panel's. Three are
    allowed in any shop.
    """
    return harmful > min(_MOST, max(_LEAST, accounts // _SHARE))


def _takes_access(one: Difference) -> bool:
    return one.aspect is Aspect.FURTHER_GROUPS or (one.aspect is Aspect.STATUS and one.confirmed == "disabled")


@dataclass(frozen=True, slots=True)
class Drift:
    """An account that isn't as its key says: where, and what the panel shows. None: it has no account."""

    finding: PanelFinding
    seen: AccountState | None

    @property
    def is_harmful(self) -> bool:
        """Whether mending it disables or deletes an account, or takes it from where it is served now."""
        if isinstance(self.finding, ChangedAccount):
            return any(map(_takes_access, self.finding.differences))
        return isinstance(self.finding, MisplacedAccount | LeftoverAccount)

    def mended(self, key: Key, now: datetime) -> Key | None:
        """The key that wants it mended; None when it is right meanwhile, under way, or not ours to mend."""
        place = self.finding.place
        match compare(place, key, self.seen, now):
            case MissingAccount() | ChangedAccount():
                return key.reapply(key.home.number, now)
            case MisplacedAccount() | LeftoverAccount():
                return key.remove_from(place.panel_id, place.username, now)
        return None


@dataclass(slots=True)
class PanelDrift:
    """What was read of one panel and found there. `ownerless` accounts have our note and no key: they are left alone,
    since another shop may use the panel.
    """

    accounts: int = 0
    drifts: dict[AccountPlace, Drift] = field(default_factory=dict)
    ownerless: int = 0

    @property
    def harmful(self) -> int:
        """How many would be disabled or deleted, or taken from where they are served."""
        return sum(one.is_harmful for one in self.drifts.values())

    @property
    def asks_first(self) -> bool:
        """Whether a person is asked before anything is disabled or deleted."""
        return asks_first(self.harmful, self.accounts)
