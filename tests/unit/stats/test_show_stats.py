"""Who may see the statistics."""

from dataclasses import replace

import pytest

from orbit_adapters.memory.storage import MemoryStorage
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.use_cases.read_stats import ReadStats
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.show_stats import ShowStats
from orbit_domain.user.user import NoSuchUser, Role
from tests.support.clock import FakeClock
from tests.unit.stats.counting import CountingReader

OWNER, VERA, STRANGER = TelegramId(1), TelegramId(2), TelegramId(3)


@pytest.fixture
async def storage() -> MemoryStorage:
    """A storage with the owner, whose role isn't recorded, and Vera."""
    storage = MemoryStorage(base=RUB)
    for tg_id in (OWNER, VERA):
        await RegisterUser(storage, FakeClock())(tg_id, None, "en")
    return storage


@pytest.fixture
def reader() -> CountingReader:
    return CountingReader()


@pytest.fixture
def show_stats(storage: MemoryStorage, reader: CountingReader) -> ShowStats:
    return ShowStats(storage, ReadStats(reader, FakeClock()), OWNER)


def _appoint(storage: MemoryStorage, role: Role) -> None:
    users = storage._tables.users
    users[VERA] = replace(users[VERA], role=role)


async def test_the_owner_of_the_settings_sees_them(show_stats: ShowStats) -> None:
    """The owner needs no recorded role."""
    figures = await show_stats(OWNER)
    assert figures is not None
    assert (figures.user.tg_id, figures.stats.users.total) == (OWNER, 1)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OWNER])
async def test_admins_see_them(show_stats: ShowStats, storage: MemoryStorage, role: Role) -> None:
    """A user with the role admin or owner reads the same statistics."""
    _appoint(storage, role)
    assert await show_stats(VERA) is not None


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.SUPPORT])
async def test_other_roles_get_nothing(
    show_stats: ShowStats, storage: MemoryStorage, reader: CountingReader, role: Role
) -> None:
    """Customers and support get nothing, and nothing is counted for them."""
    _appoint(storage, role)
    assert await show_stats(VERA) is None
    assert reader.calls == 0


async def test_unknown_users_are_refused(show_stats: ShowStats, reader: CountingReader) -> None:
    """A user who never pressed /start is unknown, the owner included."""
    with pytest.raises(NoSuchUser):
        await show_stats(STRANGER)
    assert reader.calls == 0
