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


@dataclass(frozen=True, slots=True)
class Account:
    """The account a key wants, in absolute values, so that asking twice is asking once.

    `credential` is the secret that connections authenticate with (a VLESS id); it is ours, so a
    lost account can be made again under the same links. `groups` name where on the panel it
    is served (for Marzban: inbound tags). `traffic_bytes` is what each 30 days have, counted by the panel; 0 means
    unlimited. `reset_traffic` begins a newly paid period: what was used of the limit counts no more. A repeated call
    resets again, so it is set until the panel has confirmed and not after.
    """

    key_id: KeyId
    username: str
    credential: UUID
    groups: tuple[str, ...]
    expires_at: datetime
    traffic_bytes: int = 0
    enabled: bool = True
    reset_traffic: bool = False


@dataclass(frozen=True, slots=True)
class AccountState:
    """An account as its panel shows it.

    `traffic_bytes` is its limit, as in `Account`. `is_new` says that it had to be made just now, so that earlier
    subscription links of it are dead. `credential` is the secret that it takes, empty if it takes none; `groups` say
    where it is served, as in `Account`. None of either: the panel doesn't say.
    """

    username: str
    status: AccountStatus
    expires_at: datetime | None
    subscription_url: str
    links: tuple[str, ...]
    used_traffic_bytes: int = 0
    is_new: bool = False
    traffic_bytes: int = 0
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
