"""A backup a day in the owner's chat, over the simulated Telegram: once, whatever becomes of the answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from aiogram import Bot

from orbit_adapters.backup.copy_records import CopyRecords
from orbit_adapters.backup.copying import CopyingToChat
from orbit_adapters.backup.folder import BackupFolder
from orbit_adapters.telegram.backup_chat import BackupChat, largest_document
from orbit_domain.backup.backup import Backup
from orbit_domain.backup.copies import CopyProblem, KnownCopies
from orbit_entry.bot.telegram_bot import telegram_bot
from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.faults import Faults
from orbit_sandbox.telegram.app import FAULTS, bot_api_app
from orbit_sandbox.telegram.people import Customer
from orbit_sandbox.telegram.sim_telegram import SimTelegram
from tests.support.backups import SHOP
from tests.support.clock import FakeClock

TOKEN = "424242:sandbox-token"


@dataclass
class OwnersChat:
    """The owner's chat, the folder of backups, and what Telegram does to calls."""

    bot: Bot
    telegram: SimTelegram
    faults: Faults
    owner: Customer
    path: Path
    clock: FakeClock
    largest: int = 1_000_000

    def backup(self, size: int = 300_000) -> Backup:
        now = self.clock.now()
        one = Backup(now, SHOP, size, "5f" * 32, 459, verified_at=now)
        self.path.mkdir(exist_ok=True)
        (self.path / one.name).write_bytes(b"x" * size)
        BackupFolder(self.path).record(one)
        return one

    async def copy(self, language: str = "ru") -> KnownCopies:
        """One run."""
        records, send = CopyRecords(self.path), BackupChat(self.bot, self.owner.id, language)
        with records.lock():
            return await CopyingToChat(BackupFolder(self.path), SHOP, send, self.largest, records, self.clock)()

    def texts(self) -> list[str]:
        """The caption of each file that is in the chat."""
        messages = self.telegram.chats[self.owner.id].messages.values()
        return [one.content.words.text for one in messages if one.from_bot]


@pytest.fixture
async def chat(tmp_path: Path) -> AsyncIterator[OwnersChat]:
    faults, telegram = Faults(FAULTS), SimTelegram(SandboxClock(), TOKEN, "orbit_sandbox_bot", seed=7)
    config = uvicorn.Config(bot_api_app(telegram, faults), port=0, lifespan="off", ws="none", log_level="critical")
    server = uvicorn.Server(config)
    bound_socket = config.bind_socket()
    serving = asyncio.create_task(server.serve([bound_socket]))
    bot = telegram_bot(TOKEN, f"http://127.0.0.1:{bound_socket.getsockname()[1]}")
    owner = telegram.add_customer("Вера")
    telegram.press_start(owner.id)
    yield OwnersChat(bot, telegram, faults, owner, tmp_path / "backups", FakeClock())
    await bot.session.close()
    server.should_exit = True
    with suppress(asyncio.CancelledError):
        await serving
    bound_socket.close()


async def test_one_file_a_day_in_the_owners_language(chat: OwnersChat) -> None:
    """With what it is, and that it was verified; the day's next backups aren't sent."""
    first = chat.backup()
    assert (await chat.copy()).copied.keys() == {first.name}
    chat.clock.advance(hours=1)
    chat.backup()
    await chat.copy()
    assert chat.texts() == [
        "🗄 Резервная копия магазина\n\nСделана: 21 ноября 2026, 12:00\nРазмер: 293 КБ, 459 записей\n"
        "✅ Проверена: её восстановили и сравнили. Файл зашифрован, открыть его можно только вашим ключом."
    ]
    chat.clock.advance(hours=23)
    tomorrow = chat.backup()
    assert (await chat.copy("en")).newest_taken_at == tomorrow.taken_at
    assert "Size: 293 KB, 459 rows" in chat.texts()[1]


@pytest.mark.parametrize("fault", ["telegram.lose_answer", "telegram.500", "telegram.429", "telegram.down"])
async def test_faults_of_telegram_never_flood_the_chat(chat: OwnersChat, fault: str) -> None:
    """A lost answer isn't followed by a second file; a plain refusal is tried again with the next run."""
    chat.backup()
    chat.faults.turn_on(fault)
    for _ in range(3):
        known = await chat.copy()
        assert known.problem in (CopyProblem.UNKNOWN, CopyProblem.SLOW_DOWN)
        assert not known.copied
    is_plain = known.problem == CopyProblem.SLOW_DOWN
    chat.faults.turn_off(fault)
    assert bool((await chat.copy()).copied) is is_plain
    assert len(chat.texts()) == (1 if is_plain or fault == "telegram.lose_answer" else 0)
    chat.clock.advance(days=1)
    chat.backup()
    assert (await chat.copy()).problem == ""


async def test_what_can_never_arrive_is_named(chat: OwnersChat) -> None:
    """A file that is too large isn't even tried, a chat that doesn't take it is said."""
    chat.backup(size=1_000_001)
    assert (await chat.copy()).problem == CopyProblem.TOO_LARGE
    chat.largest = 2_000_000
    chat.telegram.block(chat.owner.id)
    assert (await chat.copy()).problem == CopyProblem.NO_CHAT
    bot, chat.bot = chat.bot, telegram_bot(TOKEN, "http://127.0.0.1:9")
    assert (await chat.copy()).problem == CopyProblem.UNREACHABLE
    await chat.bot.session.close()
    chat.bot = bot
    assert chat.texts() == []
    assert largest_document("https://api.telegram.org") == 50 << 20
    assert largest_document("http://127.0.0.1:8081") == 2_000 << 20
