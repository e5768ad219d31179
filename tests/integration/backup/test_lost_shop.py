"""A shop from its first answers to the day its database is lost: restored, it knows what was paid since the backup.

`make restore` makes a thousand payments after the backup, the suite a few.
"""

import asyncio
import os
import re
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.engine import make_url

from orbit_adapters.backup.journal_folder import JournalFolder
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_domain.backup.backup import shop_print
from orbit_domain.bookkeeping.comparisons import AssetAccount
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import Payment
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings
from orbit_entry.demo.customer import Customer
from orbit_entry.process import run_process
from orbit_entry.runtime.periodic_job import Intervals
from orbit_entry.runtime.schema import prepare_database
from tests.integration.entry.command import orbit
from tests.integration.entry.init_shop import NewShop, open_new_shop
from tests.support.s3_store import ACCESS, BUCKET, PREFIX, SECRET, Bucket, running_bucket
from tests.support.sandbox_panel import panel_findings

SINCE = int(os.environ.get("ORBIT_TEST_PAYMENTS_SINCE", "4"))
AT_ONCE = 40
PATIENCE_S = 180 + SINCE
QUICK = Intervals(chain_s=0.4, panel_s=0.3, notices_s=0.2, sweep_s=0.8, wishes_s=0.5, journal_s=0.3)


@dataclass
class LostShop:
    """The shop of a folder, and its database, which can be read and destroyed."""

    new: NewShop
    address: str
    file: Path | None
    bucket: Bucket | None = None
    last_asked: datetime | None = None

    @property
    def settings(self) -> dict[str, object]:
        """What this shop is told besides."""
        if self.bucket is None:
            return {"DATABASE_URL": self.address}
        return {
            "ORBIT_BACKUP_S3_URL": f"s3://{BUCKET}/{PREFIX}",
            "ORBIT_BACKUP_S3_ENDPOINT": self.bucket.url,
            "ORBIT_BACKUP_S3_ACCESS_KEY": ACCESS,
            "ORBIT_BACKUP_S3_SECRET_KEY": SECRET,
        }

    @property
    def journals(self) -> list[str]:
        """The names of the journals of requests."""
        return [file.name for file in (self.new.folder / "data" / "backups").glob("*.journal.age")]

    @asynccontextmanager
    async def storage(self) -> AsyncIterator[SqlStorage]:
        """Its database, to be read."""
        engine = open_engine(self.address)
        try:
            yield SqlStorage(engine, base=read_settings(Settings).base)
        finally:
            await engine.dispose()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[SqlStorage]:
        """`orbit run` until the block ends."""
        settings = read_settings(Settings)
        with private_files():
            await prepare_database(settings)
        async with run_process(settings, self.new.sandbox.clock, QUICK), self.storage() as storage:
            yield storage

    def newcomer(self, name: str, storage: SqlStorage) -> Customer:
        """Somebody who hasn't pressed /start."""
        sandbox = self.new.sandbox
        return Customer(sandbox, storage, sandbox.telegram.add_customer(name, "ru").id, PATIENCE_S)

    async def is_journalled(self) -> bool:
        """Whether all that was asked for is in a file, and that file where the owner will look for it."""
        folder = JournalFolder(self.new.folder / "data" / "backups", shop_print(self.new.sandbox.telegram.bot_id))
        signed_at = folder.signed_at()
        self.last_asked = self.last_asked or self.new.sandbox.clock.now()
        is_written = signed_at is not None and signed_at > self.last_asked
        return is_written and (self.bucket is None or set(self.journals) <= set(self.bucket.names()))

    async def command(self, *arguments: str) -> str:
        """What a command of the owner says, which succeeds."""
        done = await asyncio.to_thread(orbit, self.new.folder, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    async def destroy(self) -> None:
        """Nothing of the database is left; of one in a file neither the folder that holds it, nor the backups."""
        if self.file is not None:
            shutil.rmtree(self.file.parent)
            return
        url = make_url(self.address)
        server = url.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
        connection = await asyncpg.connect(server)
        await connection.execute(f'DROP DATABASE "{url.database}" WITH (FORCE)')
        await connection.close()

    def accounts(self) -> dict[str, str]:
        """Each account of the panel and the secret in its links."""
        return {name: str(user.proxies) for name, user in self.new.sandbox.panel.users.items()}


@contextmanager
def private_files() -> Iterator[None]:
    """As the command line sets it."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@pytest.fixture
async def new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[NewShop]:
    """An empty folder."""
    async with open_new_shop(tmp_path, monkeypatch, capsys) as new:
        yield new


@pytest.fixture
def in_a_file(new: NewShop) -> Iterator[LostShop]:
    """Its database is embedded, and copies of its backups are in a bucket."""
    file = new.folder / "data" / "orbit.db"
    with running_bucket() as bucket:
        yield LostShop(new, f"sqlite+aiosqlite:///{file}", file, bucket)


@pytest.fixture
def on_a_server(new: NewShop, postgres_url: str) -> LostShop:
    """Its database is PostgreSQL's."""
    return LostShop(new, postgres_url, None)


@pytest.fixture(params=["in_a_file", "on_a_server"])
def lost(request: pytest.FixtureRequest) -> LostShop:
    """A shop that is about to lose its database."""
    shop: LostShop = request.getfixturevalue(request.param)
    return shop


async def buy(customer: Customer) -> Payment:
    """One more month, from the first tap to the key on the screen."""
    payment = await ask(customer)
    customer.pay(payment)
    await customer.until_delivered(len(await customer.orders()))
    return payment


async def ask(customer: Customer) -> Payment:
    """Go to an invoice."""
    customer.sandbox.telegram.press_start(customer.id)
    await customer.button("plans")
    await customer.until_scanned()
    return await customer.request_invoice()


async def ends(customer: Customer) -> datetime:
    """When their time is over."""
    ends_at = (await customer.subscription()).ends_at
    assert ends_at is not None
    return ends_at


async def received(storage: SqlStorage) -> tuple[list[AssetAccount], int]:
    """What has come by each method, and how many arrivals have no owner."""
    async with storage.transaction() as tx:
        return list(await tx.comparisons.asset_accounts()), len(await tx.receipts.unmatched(10))


async def test_a_lost_database_is_restored_and_everything_since_is_known(lost: LostShop) -> None:
    """Sums are equal, nothing is counted twice, every paid order is delivered once, no customer's link is another."""
    new = lost.new
    public = re.search(r"ORBIT_BACKUP_PUBLIC_KEY=(\S+)", await lost.command("backup", "key", "--out", "owner.key"))
    assert public is not None
    backups = {"ORBIT_BACKUP_PUBLIC_KEY": public[1], "ORBIT_BACKUP_EVERY_HOURS": 0}
    done = await new.init(**backups, **lost.settings)
    assert done.code == 0, done.out + done.err
    async with lost.running() as storage:
        anna, boris = (lost.newcomer(name, storage) for name in ("Anna", "Boris"))
        await buy(anna)
        asked_before = await ask(boris)
        await lost.command("backup", "create")
        boris.pay(asked_before)
        await boris.until_delivered()
        later = [lost.newcomer(f"Customer {number}", storage) for number in range(SINCE)]
        for begin in range(0, SINCE, AT_ONCE):
            await asyncio.gather(*map(buy, later[begin : begin + AT_ONCE]))
        await buy(anna)
        customers = [anna, boris, *later]
        links = {one.id: await one.subscription_url() for one in customers}
        ended = {one.id: await ends(one) for one in customers}
        before = await received(storage)
        await anna.until("every journal", lost.is_journalled)
    accounts = lost.accounts()
    assert before[1] == 0
    await lost.destroy()

    archive = "s3:" if lost.bucket is not None else ""
    await lost.command("backup", "restore", archive, "--key", "owner.key", "--yes")
    async with lost.running() as storage:
        known = [Customer(one.sandbox, storage, one.id, PATIENCE_S) for one in customers]

        async def replayed() -> bool:
            async with storage.transaction() as tx:
                newest = await tx.admin_log.of_subject("replay", 1)
            return bool(newest) and newest[0].action == "end_replay"

        await known[0].until("the end of the replay", replayed)
        for one in known:
            await one.until_delivered(2 if one.id == anna.id else 1)
        assert await received(storage) == before
        assert {one.id: await one.subscription_url() for one in known} == links
        assert all([await ends(one) >= ended[one.id] for one in known])
        for one in known:
            user = await one.user()
            assert user is not None
            assert user.balance.units == 0
            assert {order.state for order in await one.orders()} == {OrderState.DELIVERED}
        assert (await AuditLedger(storage)()).findings == ()
        assert await panel_findings(storage, new.sandbox) == []
    assert lost.accounts() == accounts
