"""The wiring of each process is whole: its container builds under strict validation and gives every verb."""

from pathlib import Path

import pytest
from aiogram import Bot
from pydantic import SecretStr

from orbit_adapters.sandbox.sandbox import Sandbox
from orbit_adapters.system.clock import SystemClock
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.check_payment import CheckPayment
from orbit_domain.use_cases.explain import Explain
from orbit_domain.use_cases.list_unmatched import ListUnmatched
from orbit_entry.books import books_container
from orbit_entry.books_settings import BooksSettings
from orbit_entry.container import shop_container
from orbit_entry.demo.stage import sandbox_environment
from orbit_entry.doors import ALL_DOORS, Door, Doors
from orbit_entry.settings import Settings
from orbit_entry.worker.schedule import Schedule


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a sandbox shop; nothing answers at these addresses."""
    return Settings.model_validate(sandbox_environment("http://127.0.0.1:9", Sandbox(), tmp_path, 5))


DOORS = (ALL_DOORS, *(frozenset({door}) for door in Door), frozenset())


@pytest.mark.parametrize("elsewhere", [False, True], ids=["embedded", "servers"])
@pytest.mark.parametrize("doors", DOORS, ids=["run", *Door, "command"])
async def test_the_shop_has_everything(settings: Settings, doors: Doors, elsewhere: bool) -> None:
    """Whatever a process opens, bot, worker and verbs come out of its container without touching the network."""
    if elsewhere:
        database, redis = SecretStr("postgresql://nobody@127.0.0.1:9/x"), SecretStr("redis://127.0.0.1:9")
        settings = settings.model_copy(update={"database_url": database, "redis_url": redis})
    container = shop_container(settings, SystemClock(), doors)
    parts = [await container.get(kind) for kind in (Bot, Schedule, CheckPayment)]
    await container.close()
    assert all(parts)


async def test_the_books_have_everything(tmp_path: Path) -> None:
    """Commands that read the books need nothing but the books."""
    books = BooksSettings.model_validate({"ORBIT_DATA_DIR": tmp_path, "DATABASE_URL": None})
    container = books_container(books, SystemClock())
    verbs = [await container.get(kind) for kind in (AuditLedger, Explain, ListUnmatched)]
    await container.close()
    assert all(verbs)
