"""Sample keys and account states for the tests of keys."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from orbit_domain.access.account import AccountState, AccountStatus
from orbit_domain.access.key import Key
from orbit_domain.ids import KeyId, TelegramId

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
END = NOON + timedelta(days=31)
CREDENTIAL = UUID(int=0xC0FFEE)


def new_key() -> Key:
    """A user's first key, right after the order is paid."""
    return Key(
        id=KeyId(UUID(int=1)),
        tg_id=TelegramId(42),
        name="Orbit",
        number=1,
        username="orbit_42",
        credential=CREDENTIAL,
        expires_at=END,
        traffic_bytes=0,
        created_at=NOON,
    )


def account_state(
    url: str = "https://panel.example/sub/first", links: tuple[str, ...] = ("vless://first",)
) -> AccountState:
    """The account state after a panel applied the change."""
    return AccountState("orbit_42", AccountStatus.ACTIVE, END, url, links)
