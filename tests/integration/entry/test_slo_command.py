"""`orbit slo` says whether the goal of delivery is kept, and which orders came late."""

import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.system.clock import SystemClock
from orbit_domain.ids import Nonce, OrderId, TelegramId
from orbit_domain.money import RUB
from orbit_domain.order.order import Order, OrderState
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_testing.samples import SEEDED_PLANS
from tests.integration.entry.command import orbit
from tests.support.empty_shop import put_empty_shop

PLAN = SEEDED_PLANS[1]
ANNA = TelegramId(42)


async def test_the_goal_of_delivery(tmp_path: Path) -> None:
    """A shop that sold nothing keeps it. One late order of two misses it, is named, and ends with 1; also as JSON."""
    address = await put_empty_shop(tmp_path / "orbit.db")
    empty = orbit(tmp_path, "slo", DATABASE_URL=address)
    assert (empty.returncode, empty.stderr) == (0, "")
    assert "nothing to judge" in empty.stdout
    assert json.loads(orbit(tmp_path, "slo", "--json", DATABASE_URL=address).stdout)["percent"] is None

    clock, engine = SystemClock(), open_engine(address, durability="OFF")
    storage, paid_at = SqlStorage(engine, base=RUB), clock.now() - timedelta(days=1)
    await RegisterUser(storage, clock)(ANNA, "anna", "en")
    async with storage.transaction() as tx:
        for number, seconds in ((1, 9), (2, 1500)):
            nonce, delivered_at = Nonce(f"n{number}"), paid_at + timedelta(seconds=seconds)
            of_plan = (OrderId(UUID(int=number)), ANNA, nonce, PLAN.terms, PLAN.price)
            await tx.orders.add_if_absent(Order(*of_plan, OrderState.DELIVERED, paid_at, paid_at, delivered_at))
    await engine.dispose()

    missed = orbit(tmp_path, "slo", "--days", "7", DATABASE_URL=address)
    assert missed.returncode == 1
    assert "The last 7 days: 1 of 2 paid orders were delivered within 60 s, 50 %." in missed.stdout
    assert "The goal of 99.9 % is missed." in missed.stdout
    assert "half within 9 s, 99 of 100 within 25 min, all within 25 min" in missed.stdout
    assert f"order {UUID(int=2)} of user 42: delivered after 25 min, since " in missed.stdout
    assert "Nothing says that a late one waited for a panel." in missed.stdout
    facts = json.loads(orbit(tmp_path, "slo", "--json", DATABASE_URL=address).stdout)
    assert (facts["in_time"], facts["late"], facts["percent"], facts["kept"]) == (1, 1, "50", False)
    assert (facts["late_perhaps_without_a_panel"], facts["percent_at_most"]) == (0, "50")
    assert facts["latest_late"] == [{"order": str(UUID(int=2)), "user": 42, "seconds": 1500, "delivered": True}]
    assert orbit(tmp_path, "slo", "--days", "0", DATABASE_URL=address).returncode == 2
