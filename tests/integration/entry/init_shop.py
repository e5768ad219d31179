"""A folder in which `orbit init` is run, beside machines that answer."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from orbit_entry.cli import main
from orbit_entry.commands.init.questions import Questions
from orbit_entry.config.given import variables_in
from orbit_entry.demo.environment import sandbox_settings
from orbit_entry.web.server import serving
from orbit_sandbox.app import sandbox_app
from orbit_sandbox.sandbox import Sandbox
from tests.integration.entry.command import clean
from tests.integration.entry.terminal import Output

_ASKED_FOR = (
    "BOT_TOKEN", "ORBIT_TELEGRAM_API_URL", "ORBIT_OWNER_ID", "ORBIT_PANEL_URL", "ORBIT_PANEL_USERNAME",
    "ORBIT_PANEL_PASSWORD", "ORBIT_TON_ADDRESS", "ORBIT_TON_NETWORK", "ORBIT_TON_API_URL", "ORBIT_TON_SECOND_API_URL",
    "ORBIT_TON_RATE", "ORBIT_WEB_PORT",
)  # fmt: skip


@dataclass(frozen=True)
class NewShop:
    """An empty folder, the machines outside, good answers, and what is never printed."""

    folder: Path
    sandbox: Sandbox
    good: dict[str, Any]
    capsys: pytest.CaptureFixture[str]

    @property
    def env(self) -> Path:
        return self.folder / ".env"

    @property
    def written(self) -> dict[str, str]:
        return variables_in(self.env)

    def answers(self, **changes: Any) -> Path:
        """A file with the good answers and *changes*; None leaves one out."""
        file = self.folder / "answers.toml"
        given = {name: value for name, value in {**self.good, **changes}.items() if value is not None}
        file.write_text("".join(f"{name} = {_toml(value)}\n" for name, value in given.items()))
        file.chmod(0o600)
        return file

    async def init(self, *more: str, **changes: Any) -> Output:
        """Run `orbit init` with these answers."""
        return await self.type("init", "--answers", str(self.answers(**changes)), *more)

    async def type(self, *arguments: str) -> Output:
        """Run `orbit` with *arguments*; no secret is ever printed."""
        self.capsys.readouterr()
        code = await asyncio.to_thread(_orbit, arguments)  # a command has a loop of its own
        output = Output(code, *self.capsys.readouterr())
        for secret in (str(self.good["BOT_TOKEN"]), str(self.good["ORBIT_PANEL_PASSWORD"])):
            assert secret not in output.out + output.err
        return output

    def files(self) -> set[str]:
        """The names of everything in the folder but the answers."""
        return {file.name for file in self.folder.iterdir()} - {"answers.toml"}


@dataclass
class Typed(Questions):
    """Somebody who types these answers, one by one; an exception in them is raised. `said` is what they were shown."""

    answers: list[Any]
    said: list[str] = field(default_factory=list)

    def say(self, *lines: str) -> None:
        self.said += lines

    def yes(self, about: str, *, default: bool) -> bool:
        return bool(self._next(about))

    def has_line(self) -> bool:
        return False

    def _typed(self, prompt: str, *, hidden: bool = False) -> object:
        return self._next(prompt)

    def _next(self, about: str) -> Any:
        self.said.append(about)
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer


@asynccontextmanager
async def open_new_shop(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[NewShop]:
    """Such a folder, with no setting in the environment."""
    # What they set holds for a whole process, and this one has other tests to run.
    for name in ("start_logging", "keep_files_private"):
        monkeypatch.setattr(f"orbit_entry.cli.{name}", lambda *_: None)
    for name in os.environ.keys() - clean({}).keys():
        monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(folder)
    sandbox = Sandbox()
    async with serving(sandbox_app(sandbox), "127.0.0.1", 0) as address:
        settings = sandbox_settings(address, sandbox, folder, 1)
        links = {"ORBIT_PANEL_SUBSCRIPTION_URL": "https://keys.example.org"}
        yield NewShop(folder, sandbox, {name: settings[name] for name in _ASKED_FOR} | links, capsys)
        # A process that has ended polls no more; the server would wait for it.
        sandbox.telegram.updates.terminate_poller()


def _orbit(arguments: Sequence[str]) -> int:
    with patch.object(sys, "argv", ["orbit", *arguments]), pytest.raises(SystemExit) as end:
        main()
    return end.value.code if isinstance(end.value.code, int) else 1


def _toml(value: Any) -> str:
    return str(value) if isinstance(value, int) else f"'{value}'"
