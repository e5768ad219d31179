"""What a panel is asked for and what it answers."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from orbit_domain.ids import KeyId


class AccountStatus(StrEnum):
    """What a panel says of an account."""

    ACTIVE = "active"
    DISABLED = "disabled"
    LIMITED = "limited"
    EXPIRED = "expired"


class QuotaReset(StrEnum):
    """When a panel forgets by itself what was used of a limit."""

    MONTHLY = "monthly"
    """Each thirty days, or on the day of the month on which the account was made."""
    OTHERWISE = "otherwise"
    """Never, or at other times: not what the shop sells."""


@dataclass(frozen=True, slots=True)
class TrafficQuota:
    """How much traffic an account has in each period; `limit_bytes` None: as much as it likes.

    The panel itself gives it anew each month; with a newly paid period `Account.reset_traffic` does.
    """

    limit_bytes: int | None = None
    reset: QuotaReset = QuotaReset.MONTHLY

    def __post_init__(self) -> None:
        if self.limit_bytes is not None and self.limit_bytes <= 0:
            raise ValueError(f"a limit is above zero, got {self.limit_bytes}")

    def is_used_up(self, used_bytes: int) -> bool:
        """Whether nothing of it is left."""
        return self.limit_bytes is not None and self.limit_bytes <= used_bytes

    def __str__(self) -> str:
        """For the owner: bytes and when they are given again."""
        if self.limit_bytes is None:
            return "unlimited"
        return f"{self.limit_bytes} bytes" + ", not given again each month" * (self.reset is not QuotaReset.MONTHLY)


@dataclass(frozen=True, slots=True)
class Account:
    """The account a key wants, in absolute values, so that asking twice is asking once.

    `credential` is the secret that connections authenticate with (a VLESS id); it is ours, so a lost account can be
    made again under the same links. `groups` name where on the panel it is served (for Marzban: inbound tags).
    `reset_traffic` begins a newly paid period: what was used of the limit counts no more. A repeated call resets again,
    so it is set until the panel has confirmed and not after. `device_limit` is for a panel that `limits_devices`; None
    leaves it as it is there.
    """

    key_id: KeyId
    username: str
    credential: UUID
    groups: tuple[str, ...]
    expires_at: datetime
    traffic: TrafficQuota = TrafficQuota()
    enabled: bool = True
    reset_traffic: bool = False
    device_limit: int | None = None


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as its panel shows it.

    `is_new` says that it had to be made just now, so that earlier subscription links of it are dead. `credential` is
    the secret that it takes, empty if it takes none; `groups` say where it is served, as in `Account`. None of either:
    the panel doesn't say.
    """

    username: str
    status: AccountStatus
    expires_at: datetime | None
    subscription_url: str
    links: tuple[str, ...]
    used_traffic_bytes: int = 0
    is_new: bool = False
    traffic: TrafficQuota = TrafficQuota()
    credential: str | None = field(default=None, repr=False)
    groups: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class OwnedAccount:
    """An account with our note: the key that the note names, and what the panel shows."""

    key_id: KeyId
    state: AccountState


@dataclass(frozen=True, slots=True)
class OwnedPage:
    """A part of the list of a panel's accounts with our note. `next_offset` None: it is the last part."""

    accounts: tuple[OwnedAccount, ...]
    next_offset: int | None
