"""Secrets are planted everywhere, things go wrong, and whatever leaves the process is searched for them."""

import asyncio
import base64
import json
import logging
import re
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import structlog

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.storage import Storage
from orbit_domain.use_cases.list_plans import ListPlans
from orbit_domain.use_cases.remind_expiring import RemindExpiring
from orbit_entry.config import known_secrets
from orbit_entry.config.problems import variables
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import INTERVALS, sandbox_settings
from orbit_entry.process import run_process
from orbit_entry.runtime.observation import observed
from orbit_entry.runtime.schema import prepare_database
from orbit_entry.web.server import serving
from orbit_sandbox.app import sandbox_app
from orbit_sandbox.bank.sim_bank import KEY as BANK_KEY
from orbit_sandbox.marzban.sim_marzban import USERNAME
from orbit_sandbox.sandbox import BOT_TOKEN, Sandbox
from tests.integration.entry.command import orbit
from tests.support.caught_posts import CaughtPosts, catching_posts

PLANTED = {
    "panel password": "canary panel:pass/word@1",
    "redis password": "canary-redis-77aa",
    "secret key": base64.urlsafe_b64encode(b"canary-key-canary-key-canary-key").decode(),
    "TON api key": "canary-ton-api-key-5512",
    "second TON api key": "canary-second-api-key-90",
    "webhook secret": "canary-webhook-secret-41",
    "bank key": BANK_KEY,
    "bot token": BOT_TOKEN.partition(":")[2],
}

DATABASE_PASSWORD = "canary-database-9f31"
PATIENCE_S = 180
OWN_LINK = "https://keys.example.org/s/"


@dataclass
class Leaving:
    """All that has left the process, by the way it took."""

    posts: CaughtPosts
    texts: dict[str, str] = field(default_factory=dict)

    def leaks(self, secrets: dict[str, str]) -> list[str]:
        """Which secret stands where."""
        ways = self.texts | {f"post {number} {path}": body.decode("latin-1") for number, (path, body) in self._all()}
        return [f"{name} in {way}" for way, text in ways.items() for name, secret in secrets.items() if secret in text]

    def _all(self) -> Iterator[tuple[int, tuple[str, bytes]]]:
        return iter(enumerate(self.posts.posts))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _variables(address: str, sandbox: Sandbox, folder: Path, posts: CaughtPosts) -> dict[str, str]:
    port = _free_port()
    given: dict[str, Any] = sandbox_settings(address, sandbox, folder, None) | {
        "REDIS_URL": f"redis://:{PLANTED['redis password']}@127.0.0.1:9/0",
        "ORBIT_PANEL_PASSWORD": PLANTED["panel password"],
        "ORBIT_SECRET_KEYS": f"a1:{PLANTED['secret key']}",
        "ORBIT_PUBLIC_URL": "https://keys.example.org",
        "ORBIT_TON_API_KEY": PLANTED["TON api key"],
        "ORBIT_TON_SECOND_API_KEY": PLANTED["second TON api key"],
        "ORBIT_BANK_KEY": PLANTED["bank key"],
        "ORBIT_WEB_PORT": port,
        "ORBIT_WEBHOOK_URL": f"http://127.0.0.1:{port}",
        "ORBIT_WEBHOOK_SECRET": PLANTED["webhook secret"],
        "ORBIT_LOG_LEVEL": "debug",
        "SENTRY_DSN": posts.address.replace("://", "://public@") + "/7",
        "SENTRY_TRACES_SAMPLE_RATE": "1",
        "OTEL_EXPORTER_OTLP_ENDPOINT": posts.address,
    }
    return {name: str(value) for name, value in given.items() if value is not None}


@asynccontextmanager
async def running(
    sandbox: Sandbox, folder: Path, posts: CaughtPosts, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[Settings, dict[str, str], Storage]]:
    """The shop as `orbit run` runs it, its machines outside, and the environment that it has read."""
    async with serving(sandbox_app(sandbox), "127.0.0.1", 0) as address:
        given = _variables(address, sandbox, folder, posts)
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        settings = read_settings(Settings)
        with observed(settings):
            await prepare_database(settings)
            async with run_process(settings, sandbox.clock, INTERVALS):
                engine = open_engine(settings.database)
                yield settings, given, SqlStorage(engine, base=settings.base)
                await engine.dispose()
        sandbox.telegram.updates.terminate_poller()


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting but those of the test, and logs as they were afterwards."""
    for name in variables():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    monkeypatch.setattr(known_secrets, "_known", ())
    monkeypatch.chdir(tmp_path)
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    structlog.configure(**before)
    root.handlers, root.level = handlers, level


def _break(monkeypatch: pytest.MonkeyPatch, secrets: dict[str, str]) -> None:
    """From now on a screen and a job fail with every secret in the text of their errors, in several writings."""

    async def fail(*_: object, **__: object) -> None:
        text = f"{secrets} {list(secrets.values())!r} " + " ".join(secrets.values())
        raise RuntimeError(text) from ValueError(json.dumps(secrets))

    for use_case in (ListPlans, RemindExpiring):
        monkeypatch.setattr(use_case, "__call__", fail)


async def _answers(settings: Settings) -> str:
    """What strangers and probes are told, heads included."""
    base = f"http://127.0.0.1:{settings.web_port}"
    told = []
    async with httpx.AsyncClient(trust_env=False) as http:
        for path in ("/health/live", "/health/ready", "/nothing", "/s/AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"):
            told.append(await http.get(base + path, headers={"x-request-id": "probe-0001"}))
        for path in ("/telegram/webhook", "/payments/bank"):
            told.append(await http.post(base + path, content=b"{", headers={"x-telegram-bot-api-secret-token": "x"}))
    return "\n".join(f"{one.status_code} {one.headers} {one.text}" for one in told)


@pytest.mark.usefixtures("alone")
async def test_no_secret_leaves_the_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A sale, a screen and a job that fail, Redis and a database that refuse, a panel that answers 401, forged
    webhooks: neither logs, nor Sentry, nor a collector, nor an answer, nor a command shows any secret."""
    sandbox, secrets = Sandbox(), dict(PLANTED)
    sandbox.panel.admins[USERNAME].password = PLANTED["panel password"]
    with catching_posts() as posts:
        leaving = Leaving(posts)
        async with running(sandbox, tmp_path, posts, monkeypatch) as (settings, given, storage):
            anna = await _newcomer(sandbox, storage)
            anna.pay(await anna.request_invoice())
            await anna.until("the shop's own link", lambda: _reads(anna, OWN_LINK))
            own = re.findall(rf"{OWN_LINK}([\w-]+)", " ".join(anna.messages()))[0]
            links = {"own link": OWN_LINK + own, "panel's link": await anna.subscription_url()}
            secrets |= {name: link.rpartition("/")[2] for name, link in links.items()}
            _break(monkeypatch, secrets | links)
            sandbox.telegram.say(anna.id, "/buy")
            await anna.until("words about a failure", lambda: _reads(anna, "Что-то"))
            sandbox.panel.admins[USERNAME].password = "another"
            sandbox.panel.forget_tokens()
            leaving.texts["answers"] = await _answers(settings)
        # The machines outside are gone now: each check of each command fails.
        await asyncio.to_thread(_run_commands, leaving, tmp_path, given, anna.id)
        leaving.texts["logs"] = "".join(capfd.readouterr())
    logs = leaving.texts["logs"]
    assert logs.count("RuntimeError") >= 2
    assert "request_id" in logs
    envelopes = posts.bodies("/api/7/")
    assert any(b'"RuntimeError"' in one and b"request_id" in one for one in envelopes)
    assert any(b'"transaction"' in one for one in envelopes)
    spans = b"".join(posts.bodies("/v1/traces"))
    assert all(
        word in spans for word in (b"update message", b"job keys", b"SELECT", b"http.request.method", b"sendMessage")
    )
    assert all(isinstance(json.loads(line), dict) for line in logs.splitlines())
    assert leaving.leaks(secrets | {"database password": DATABASE_PASSWORD}) == []


async def _newcomer(sandbox: Sandbox, storage: Storage) -> Customer:
    anna = Customer(sandbox, storage, sandbox.telegram.add_customer("Анна", "ru").id, PATIENCE_S)
    sandbox.telegram.press_start(anna.id)
    await anna.button("plans")
    await anna.until_scanned()
    return anna


async def _reads(customer: Customer, word: str) -> bool:
    return any(word in text for text in customer.messages())


def _run_commands(leaving: Leaving, folder: Path, given: dict[str, str], user: int) -> None:
    refused = f"postgresql://orbit:{DATABASE_PASSWORD}@127.0.0.1:9/orbit"
    for name, arguments, more in (
        ("explain", ["explain", str(user)], {}),
        ("doctor without a database", ["doctor"], {"DATABASE_URL": refused}),
        ("explain without a database", ["explain", str(user)], {"DATABASE_URL": refused}),
        ("run without a database", ["worker"], {"DATABASE_URL": refused}),
    ):
        done = orbit(folder, *arguments, **{**given, **more, "ORBIT_WEB_PORT": "0"})
        leaving.texts[name] = done.stdout + done.stderr
        assert leaving.texts[name]


def test_the_search_finds_what_is_planted() -> None:
    """A secret that does leave is named with the way that it took."""
    with catching_posts() as posts:
        posts.posts.append(("/v1/traces", PLANTED["bank key"].encode()))
        leaving = Leaving(posts, {"logs": f"at {datetime.now(UTC)} {PLANTED['TON api key']}"})
    assert leaving.leaks(PLANTED) == ["TON api key in logs", "bank key in post 0 /v1/traces"]
