"""Every part is asked, and nothing that goes wrong with one hides the others."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx
import pytest

from orbit_adapters.memory.cache import NoCache
from orbit_adapters.memory.panel import MemoryPanels
from orbit_adapters.memory.rate_limiter import MemoryRateLimiter
from orbit_adapters.memory.storage import MemoryStorage
from orbit_domain.health import Part, PartHealth, Status
from orbit_domain.ids import TelegramId
from orbit_domain.money import RUB
from orbit_domain.notice.repository import UNREACHABLE
from orbit_domain.rate_limit.rate_limit import RateLimitPolicy
from orbit_domain.storage import StorageUnavailable
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.show_health import ShowHealth
from orbit_domain.user.user import NoSuchUser, Role
from orbit_entry.runtime import health_checks
from orbit_entry.runtime.ephemeral_state import EphemeralState
from orbit_entry.runtime.health_checks import HealthChecks
from orbit_entry.web.app import web_app
from orbit_entry.web.health import Health
from orbit_testing.samples import HOUR, NOW, message
from tests.support.clock import FakeClock
from tests.support.health import AllWell
from tests.support.world import World

OWNER, VERA = TelegramId(1), TelegramId(2)


class Outside:
    """A shop with two panels and Telegram, each of which may fail or hang."""

    def __init__(self) -> None:
        self.world = World({"main": ("home",), "spare": ("far",)})
        self.at_s = 0.0
        self.asked = 0
        self.telegram: BaseException | None = None
        self.hangs = False
        clock = self.world.clock
        limiter = MemoryRateLimiter(clock, RateLimitPolicy())
        ephemeral = EphemeralState(NoCache(), NoCache(), limiter, limiter, None)
        panels = MemoryPanels(*self.world.panels.values())
        self.checks = HealthChecks(self.world.storage, ephemeral, panels, self.ask_telegram, lambda: self.at_s)

    async def ask_telegram(self) -> None:
        self.asked += 1
        if self.hangs:
            await asyncio.Event().wait()
        if self.telegram is not None:
            raise self.telegram

    async def states(self) -> dict[str, Status]:
        return {one.name or one.part.value: one.status for one in (await self.checks.read()).parts}


async def test_each_part_answers_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """A panel that is down, one without a node and a Telegram that hangs are three different things to be told."""
    monkeypatch.setattr(health_checks, "_LIMIT_S", 0.01)
    outside = Outside()
    well = {"database": Status.HEALTHY, "telegram": Status.HEALTHY, "main": Status.HEALTHY, "spare": Status.HEALTHY}
    assert await outside.states() == well
    outside.at_s, outside.hangs = 11, True
    outside.world.panels["main"].unavailable = True
    far = outside.world.panels["spare"].readings
    outside.world.panels["spare"].readings = [replace(one, connected=False) for one in far]
    ill = {"telegram": Status.UNKNOWN, "main": Status.UNHEALTHY, "spare": Status.DEGRADED}
    assert await outside.states() == well | ill


async def test_probes_spare_the_machines_outside() -> None:
    """However many ask, Telegram is asked once in ten seconds; the database each time."""
    outside = Outside()
    await asyncio.gather(*(outside.checks.read() for _ in range(20)))
    outside.telegram = RuntimeError("bot123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw")
    assert (await outside.states())["telegram"] is Status.HEALTHY
    assert outside.asked == 1
    outside.at_s = 10.0
    assert (await outside.states())["telegram"] is Status.UNHEALTHY


async def test_a_lost_database_is_said_and_nothing_else_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A probe gets 503 with every part named, and neither a panel's name nor an error's text."""
    outside = Outside()

    @asynccontextmanager
    async def lost() -> AsyncIterator[Any]:
        raise StorageUnavailable("password=hunter22hunter")
        yield

    monkeypatch.setattr(outside.world.storage, "transaction", lost)
    transport = httpx.ASGITransport(web_app(Health(outside.checks)))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop") as http:
        answer = await http.get("/health/ready")
    told = answer.json()
    assert (answer.status_code, told["status"]) == (503, "unhealthy")
    states = {name: one["status"] for name, one in told["components"].items()}
    assert states == {"database": "unhealthy", "telegram": "healthy", "panel": "healthy"}
    assert all(isinstance(one["response_ms"], int) for one in told["components"].values())
    assert "main" not in json.dumps(told)
    assert "hunter" not in json.dumps(told)


@pytest.mark.parametrize(
    ("role", "sees"), [(Role.CUSTOMER, False), (Role.SUPPORT, False), (Role.ADMIN, True), (Role.OWNER, True)]
)
async def test_who_may_see_it(role: Role, sees: bool) -> None:
    """Admins and the owner, also one whose role isn't recorded; nothing is asked for others."""
    storage = MemoryStorage(base=RUB)
    for tg_id in (OWNER, VERA):
        await RegisterUser(storage, FakeClock())(tg_id, None, "en")
    users = storage._tables.users
    users[VERA] = replace(users[VERA], role=role)
    show_health = ShowHealth(storage, AllWell(PartHealth(Part.REDIS, Status.DEGRADED, 7)), OWNER, FakeClock())
    async with storage.transaction() as tx:
        for number, error in enumerate((UNREACHABLE, "this version can't read the notice", UNREACHABLE), 1):
            await tx.outbox.add(message(number))
            (claimed,) = await tx.outbox.claim(NOW + HOUR, NOW + HOUR, 1)
            await tx.outbox.dead_letter(claimed, FakeClock().now(), error)
    of_owner = await show_health(OWNER)
    assert of_owner is not None
    assert of_owner.lost == 1
    view = await show_health(VERA)
    assert (view is not None and view.report.status is Status.DEGRADED) == sees
    with pytest.raises(NoSuchUser):
        await show_health(TelegramId(3))
