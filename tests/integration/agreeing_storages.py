"""Memory, SQLite and PostgreSQL side by side: every step is made in each of them, and they must answer alike."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.errors import Refusal
from orbit_domain.money import RUB
from orbit_domain.payment.repository import DigestConflict
from orbit_domain.storage import Storage, StorageConflict, Transaction
from orbit_testing.samples import MINUTE, NOW
from tests.integration.storage.readings import PEOPLE
from tests.support.servers.databases import Databases

Step = Callable[[Transaction], Awaitable[object]]

MADE = count()
"""Numbers the SQLite files: how many runs there were."""

people = st.sampled_from(PEOPLE)
numbers = st.integers(1, 4)
minutes = st.integers(-3, 3).map(lambda number: NOW + number * MINUTE)
# A quarter of the transactions fail at their end, and must have no effect.
failures = st.sampled_from([False, False, False, True])


class Failed(Exception):
    """Raised at the end of a transaction that is to fail."""


class AgreeingStorages(RuleBasedStateMachine):
    """Empty storages of each kind; a step that is to fail must have no effect in any."""

    def __init__(self, template: Path, folder: Path, databases: Databases, postgres_template: str) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.resources = AsyncExitStack()
        self.storages: list[Storage] = [
            MemoryStorage(base=RUB),
            *self.loop.run_until_complete(self.open(template, folder, databases, postgres_template)),
        ]

    async def open(
        self, template: Path, folder: Path, databases: Databases, postgres_template: str
    ) -> list[SqlStorage]:
        file = folder / f"{next(MADE)}.db"
        shutil.copy(template, file)
        postgres = await self.resources.enter_async_context(databases.fresh(postgres_template))
        addresses = [f"sqlite+aiosqlite:///{file}", postgres]
        storages = [SqlStorage(open_engine(address, durability="OFF"), base=RUB) for address in addresses]
        for storage in storages:
            self.resources.push_async_callback(storage.close)
        return storages

    def teardown(self) -> None:
        self.loop.run_until_complete(self.resources.aclose())
        self.loop.close()

    def all(self, step: Step, *, fails: bool = False) -> object:
        """The answer of every storage to *step*, which fails at its end when *fails*."""
        answers = [self.loop.run_until_complete(_answer(storage, step, fails)) for storage in self.storages]
        for answer in answers[1:]:
            assert answer == answers[0]
        return answers[0]


async def _answer(storage: Storage, step: Step, fails: bool) -> object:
    try:
        async with storage.transaction() as tx:
            answer = await step(tx)
            if fails:
                raise Failed
    except Failed:
        return answer
    except StorageConflict:
        return "conflict"
    except Refusal as refused:
        return repr(refused)
    except (DigestConflict, LookupError, OverflowError, ValueError) as refused:
        return type(refused)
    return answer
