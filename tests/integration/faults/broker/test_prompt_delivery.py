"""A customer doesn't wait for a periodic job: what a tap makes due is done and sent at once."""

from functools import partial
from pathlib import Path

import pytest

from orbit_adapters.redis import client, connection
from orbit_adapters.redis.client import ResilientRedis
from orbit_adapters.redis.connection import redis_client
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.money import RUB
from orbit_entry.config.reading import shop_settings
from orbit_entry.demo.customer import Customer
from orbit_entry.demo.environment import sandbox_settings
from orbit_entry.process import run_process
from orbit_entry.runtime import redis_broker
from orbit_entry.runtime.periodic_job import Intervals
from orbit_entry.runtime.schema import prepare_database
from orbit_entry.web.server import serving
from orbit_sandbox.app import sandbox_app
from orbit_sandbox.sandbox import Sandbox
from tests.integration.faults.broker.worker_harness import LIMIT_S

HOURLY = Intervals(chain_s=3_600, panel_s=3_600, notices_s=3_600, sweep_s=3_600)


@pytest.fixture(autouse=True)
def no_lost_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine loses no signal. One that isn't taken within 100 ms is lost, and here no sweep makes up for it."""
    monkeypatch.setattr(client, "ResilientRedis", partial(ResilientRedis, timeout_s=LIMIT_S))
    monkeypatch.setattr(connection, "redis_client", partial(redis_client, connect_timeout_s=LIMIT_S))
    monkeypatch.setattr(redis_broker, "_CONNECT_S", LIMIT_S)
    monkeypatch.setattr(redis_broker, "_ANSWER_S", LIMIT_S)


@pytest.mark.parametrize("with_redis", [False, True])
async def test_a_trial_is_ready_although_no_sweep_comes(tmp_path: Path, redis_url: str, with_redis: bool) -> None:
    """Jobs run once an hour: the key is made and sent all the same, woken by the commits alone."""
    sandbox = Sandbox()
    async with serving(sandbox_app(sandbox), "127.0.0.1", 0) as address:
        given = sandbox_settings(address, sandbox, tmp_path, None)
        settings = shop_settings(given | {"REDIS_URL": redis_url if with_redis else None})
        await prepare_database(settings)
        engine = open_engine(settings.database)
        storage = SqlStorage(engine, base=RUB)
        anna = Customer(sandbox, storage, sandbox.telegram.add_customer("Anna", "en").id, 2 * LIMIT_S)
        async with run_process(settings, sandbox.clock, HOURLY):
            sandbox.telegram.press_start(anna.id)
            await anna.tap("trial")
            await anna.until("the link to be told", anna.sees_link)
        await engine.dispose()
    assert len(sandbox.panel.users) == 1
