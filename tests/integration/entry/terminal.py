"""A terminal in the folder of a shop: a command runs in this process, and a test reads what it printed."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import stamina

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from tests.integration.entry.command import UNREACHABLE, clean
from tests.support.empty_shop import put_empty_shop


@dataclass(frozen=True)
class Output:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Terminal:
    """The folder, its environment, its database, and what a command must never print."""

    folder: Path
    environment: dict[str, str]
    storage: SqlStorage
    secret: str
    capsys: pytest.CaptureFixture[str]

    async def run(self, command: Callable[[], int]) -> Output:
        """Call *command*, as the command line does."""
        self.capsys.readouterr()
        code = await asyncio.to_thread(command)  # a command has a loop of its own
        output = Output(code, *self.capsys.readouterr())
        assert self.secret not in output.out + output.err
        return output


@asynccontextmanager
async def open_terminal(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, secret: str, **settings: str
) -> AsyncIterator[Terminal]:
    """A terminal in *folder*, with an empty shop and *settings* only. A server that fails is asked once."""
    (folder / "data").mkdir()
    database = await put_empty_shop(folder / "data" / "orbit.db")
    ours = {**UNREACHABLE, **settings}
    environment = clean(ours)
    monkeypatch.chdir(folder)
    for name in os.environ.keys() - environment.keys():
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    engine = open_engine(database)
    with stamina.set_testing(True):
        yield Terminal(folder, ours, SqlStorage(engine, base=RUB), secret, capsys)
    await engine.dispose()
