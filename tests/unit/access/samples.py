"""Sample keys and account states for the tests of keys."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from orbit_domain.access.account import AccountState, AccountStatus
from orbit_domain.access.key import Key, unplaced
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
        credential=CREDENTIAL,
        expires_at=END,
        traffic_bytes=0,
        created_at=NOON,
        placements=unplaced(TelegramId(42), 1, None),
    )


def home_key(**changes: Any) -> Key:
    """That key with *changes* of its home."""
    return with_home(new_key(), **changes)


def with_home(key: Key, **changes: Any) -> Key:
    """*key*, whose only placement is its home, with *changes* of that."""
    return replace(key, placements=(replace(key.home, **changes),))


def account_state(
    url: str = "https://panel.example/sub/first", links: tuple[str, ...] = ("vless://first",)
) -> AccountState:
    """The account state after a panel applied the change."""
    return AccountState("orbit_42", AccountStatus.ACTIVE, END, url, links)
