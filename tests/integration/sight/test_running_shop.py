"""A running shop shows its numbers on a port of their own, and nothing that is secret or somebody's."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from orbit_entry.config.process import ALL_ROLES, ProcessRole, ProcessRoles
from orbit_entry.config.reading import shop_settings
from orbit_entry.config.settings import Settings
from orbit_entry.demo.environment import INTERVALS, sandbox_settings
from orbit_entry.process import run_process
from orbit_entry.web.server import serving
from orbit_sandbox.app import sandbox_app
from orbit_sandbox.sandbox import Sandbox
from tests.support.clock import StillSandboxClock
from tests.support.servers.watchdog import free_port
from tests.support.sight.alerts import alerts
from tests.support.sight.dashboard import expressions
from tests.support.sight.promql import parsed, selectors

SECRET = "canary-secret-of-the-webhook"
STRANGER = 987_654_321
OF_WORKER = ("orbit_job_lag_seconds", "orbit_panel_up", "orbit_undelivered_orders")


@dataclass(frozen=True, slots=True)
class ServedShop:
    """A process, and what reaches it."""

    settings: Settings
    http: httpx.AsyncClient
    metrics: str
    customer: int

    async def page(self) -> str:
        """What Prometheus reads."""
        answer = await self.http.get(self.metrics)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/plain; version=")
        return answer.text

    async def update(self, **update: Any) -> int:
        """Telegram pushes an update; the status of the answer."""
        address = f"{self.settings.webhook_url}/telegram/webhook"
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        return (await self.http.post(address, json=update, headers=headers)).status_code


@asynccontextmanager
async def served(folder: Path, roles: ProcessRoles = ALL_ROLES) -> AsyncIterator[ServedShop]:
    """A process on the database in *folder*; its machines outside are simulated, and its updates are pushed."""
    sandbox, web, metrics = Sandbox(clock=StillSandboxClock()), free_port(), free_port()
    async with serving(sandbox_app(sandbox), "127.0.0.1", 0) as address, httpx.AsyncClient() as http:
        variables = sandbox_settings(address, sandbox, folder, None) | {
            "ORBIT_WEB_PORT": web,
            "ORBIT_METRICS_PORT": metrics,
            "ORBIT_WEBHOOK_URL": f"http://127.0.0.1:{web}",
            "ORBIT_WEBHOOK_SECRET": SECRET,
        }
        settings = shop_settings(variables)
        async with run_process(settings, sandbox.clock, INTERVALS, roles):
            customer = sandbox.telegram.add_customer("Canary", "en")
            yield ServedShop(settings, http, f"http://127.0.0.1:{metrics}/metrics", customer.id)


def start_of(tg_id: int) -> dict[str, Any]:
    """/start, as Telegram tells of it."""
    name = {"first_name": "Canary", "username": "canary_anna"}
    person, chat = {"id": tg_id, "is_bot": False, **name}, {"id": tg_id, "type": "private", **name}
    return {"message_id": 5, "date": 1_790_000_000, "chat": chat, "from": person, "text": "/start"}


def declared(page: str) -> set[str]:
    """Every name that a query may ask for."""
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", page, re.M))
    parts = {f"{name}_{part}" for name, kind in kinds.items() if kind == "histogram" for part in ("bucket", "count")}
    return kinds.keys() | parts


def asked() -> Iterator[tuple[str, str]]:
    """Every name that the dashboard and the alerts ask for, and where."""
    for title, text in expressions():
        yield from ((one.name, title) for one in selectors(parsed(text)))
    for rule in alerts():
        yield from ((one.name, rule.name) for one in selectors(rule.expression))


def secrets_of(settings: Settings) -> set[str]:
    """Every secret of the settings, and what names people."""
    values = [getattr(settings, name) for name in type(settings).model_fields]
    found = {value.get_secret_value() for value in values if isinstance(value, SecretStr)}
    assert SECRET in found
    return found | {str(STRANGER), "canary", "Canary"}


async def test_what_a_running_shop_shows(file: Path) -> None:
    """Every number that the dashboard and the alerts want, updates by their outcome, and no secret or customer."""
    async with served(file.parent) as shop:
        assert await shop.update(update_id=1, message=start_of(shop.customer)) == 200
        assert await shop.update(update_id=2, message={"text": "no message"}) == 400
        # Telegram knows no such chat, so the answer can't be sent.
        assert await shop.update(update_id=3, message=start_of(STRANGER)) == 200
        page = await shop.page()
    known = declared(page) | {"up"}
    assert [one for one in asked() if one[0] not in known] == []
    for outcome in ("done", "malformed", "failed"):
        assert f'orbit_updates_total{{kind="message",outcome="{outcome}"}} 1.0' in page
    assert 'orbit_updates_total{kind="callback_query",outcome="failed"} 0.0' in page
    assert "orbit_update_seconds_count 3.0" in page
    assert 'orbit_panel_up{panel="main"} 1.0' in page
    assert [secret for secret in {*secrets_of(shop.settings), str(shop.customer)} if secret in page] == []


@pytest.mark.parametrize("role", list(ProcessRole))
async def test_each_role_shows_what_it_knows(file: Path, role: ProcessRole) -> None:
    """Only a worker reads the tables, only a bot has updates; all of them have statements, memory and a loop."""
    async with served(file.parent, frozenset({role})) as shop:
        page = await shop.page()
        names = declared(page)
        assert {"orbit_sql_statements_total", "process_resident_memory_bytes", "orbit_event_loop_lag_seconds"} <= names
        assert f'roles="{role}"' in page
        assert ("orbit_updates_total" in names) is (role is ProcessRole.BOT)
        assert [name in names for name in OF_WORKER] == [role is ProcessRole.WORKER] * 3
        assert (await shop.http.get(shop.metrics.replace("metrics", "health/live"))).status_code == 404
