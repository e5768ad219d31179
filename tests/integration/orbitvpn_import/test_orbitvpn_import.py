"""An OrbitVPN database is imported: every user's money, time, keys and history, once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from orbit_adapters.database_copy.connections import CopyRefused
from orbit_adapters.sql.engine import open_engine
from orbit_adapters.sql.storage import SqlStorage
from orbit_adapters.sql.tables import payments
from orbit_domain.access.key import Key
from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import EntryKind
from orbit_domain.money import RUB, USD, Money
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.subscription.repository import Customer
from orbit_domain.subscription.subscription import GRACE, Grant, Subscription, SubscriptionState
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.show_timeline import ShowTimeline
from orbit_testing import samples
from tests.integration.database_copy.populated_shop import contents
from tests.integration.orbitvpn_import.orbitvpn_database import (
    CLOCK,
    ENDED,
    ENDS,
    IVAN,
    JOINED,
    OLEG,
    VERA,
    OrbitvpnDatabase,
    PowerCut,
    import_of,
    run_import,
    vless,
)


async def ordinary(orbitvpn: OrbitvpnDatabase) -> None:
    """Vera pays and connects, Oleg (invited by her) tried once, Ivan never had anything."""
    await orbitvpn.user(VERA, balance=149.5, subscription_end=ENDS, first_buy=False, username="unknown_901", lang="en")
    await orbitvpn.user(OLEG, subscription_end=ENDED, first_buy=False, referrer_id=VERA, notifications=False)
    await orbitvpn.user(IVAN, balance=1)
    await orbitvpn.config(1, VERA)
    await orbitvpn.config(2, OLEG, deleted=True)
    await orbitvpn.payment(1, VERA, expected_crypto_amount=1.25, tx_hash="aa" * 32)
    await orbitvpn.payment(2, VERA, method="cryptobot", status="pending", comment=None, extra_data='{"invoice_id": 77}')
    await orbitvpn.payment(3, OLEG, status="cancelled")


class ImportedShop:
    """The target shop after the import."""

    def __init__(self, address: str) -> None:
        self.storage = SqlStorage(open_engine(address), base=RUB)

    async def customer(self, tg_id: TelegramId) -> Customer:
        async with self.storage.transaction() as tx:
            found = await tx.subscriptions.customer(tg_id)
        assert found is not None
        return found

    async def keys(self, tg_id: TelegramId) -> tuple[Key, ...]:
        async with self.storage.transaction() as tx:
            return await tx.keys.of_user(tg_id)

    async def assert_ledger_balanced(self) -> None:
        assert (await AuditLedger(self.storage)()).findings == ()


@pytest.fixture
async def shop(target: str):
    opened = ImportedShop(target)
    yield opened
    await opened.storage.close()


async def test_a_dry_run_changes_nothing(orbitvpn: OrbitvpnDatabase, target: str) -> None:
    """A preview shows what would be imported, and writes to neither database."""
    await ordinary(orbitvpn)
    here, there = await contents(target), await orbitvpn.everything()
    report = await import_of(orbitvpn, target).preview()
    coming = {name: len(lines) for name, lines in report.reconciliation.missing.items()}
    assert coming == {"users": 3, "balances": 2, "subscriptions": 2, "configs": 1, "payments": 3}
    assert report.plan.balances_kopecks == 15_050
    assert report.is_clean
    assert await contents(target) == here
    assert await orbitvpn.everything() == there


async def test_users_are_imported_with_money_and_time(
    orbitvpn: OrbitvpnDatabase, target: str, shop: ImportedShop
) -> None:
    """A balance becomes one opening entry, time becomes one grant, to the microsecond."""
    await ordinary(orbitvpn)
    assert (await run_import(orbitvpn, target)).is_complete
    vera, oleg, ivan = [await shop.customer(tg_id) for tg_id in (VERA, OLEG, IVAN)]
    assert (vera.user.balance.units, oleg.user.balance.units, ivan.user.balance.units) == (14_950, 0, 100)
    assert vera.subscription.ends_at == ENDS.replace(tzinfo=UTC)
    assert oleg.subscription.ends_at == ENDED.replace(tzinfo=UTC)
    assert vera.subscription.state(CLOCK.now()) is SubscriptionState.ACTIVE
    assert (vera.user.username, vera.user.language, oleg.user.referrer_id) == (None, "en", VERA)
    assert vera.user.created_at == JOINED.replace(tzinfo=UTC)
    async with shop.storage.transaction() as tx:
        (statement_line,) = await tx.ledger.statement_lines(VERA, 10)
    assert (statement_line.kind, statement_line.ref, statement_line.units) == (
        EntryKind.ADJUSTMENT,
        "opening:901",
        14_950,
    )
    await shop.assert_ledger_balanced()


async def test_the_trial_is_used_once(orbitvpn: OrbitvpnDatabase, target: str, shop: ImportedShop) -> None:
    """A user who had time in the old shop has used the trial; one who never had any may still start it."""
    await ordinary(orbitvpn)
    await run_import(orbitvpn, target)
    spent = [(await shop.customer(tg_id)).user.trial_used_at is not None for tg_id in (VERA, OLEG, IVAN)]
    assert spent == [True, True, False]


async def test_keys_stay_as_they_are_on_the_panel(orbitvpn: OrbitvpnDatabase, target: str, shop: ImportedShop) -> None:
    """A config becomes a confirmed key with its owner's link; no job claims it; deleted configs aren't imported."""
    await ordinary(orbitvpn)
    await run_import(orbitvpn, target)
    (key,) = await shop.keys(VERA)
    assert key.is_confirmed
    assert (key.username, key.number, key.links, key.subscription_url) == ("orbit_901", 1, (vless(1),), vless(1))
    assert key.expires_at == ENDS.replace(tzinfo=UTC) + GRACE
    assert str(key.credential) not in vless(1)
    assert await shop.keys(OLEG) == ()
    async with shop.storage.transaction() as tx:
        assert await tx.keys.claim_homeless((), (), CLOCK.now(), CLOCK.now(), 10) == ()


async def test_paid_time_without_a_config_gets_a_key(
    orbitvpn: OrbitvpnDatabase, target: str, shop: ImportedShop
) -> None:
    """What is paid is delivered: a user with time and no usable config gets a key that is due at once."""
    await orbitvpn.user(VERA, subscription_end=ENDS)
    await run_import(orbitvpn, target)
    await run_import(orbitvpn, target)
    (key,) = await shop.keys(VERA)
    assert not key.is_confirmed
    async with shop.storage.transaction() as tx:
        claimed = await tx.keys.claim_homeless((), (), CLOCK.now(), CLOCK.now(), 10)
    assert [due.key.id for due in claimed] == [key.id]


async def test_payments_come_as_history(orbitvpn: OrbitvpnDatabase, target: str, shop: ImportedShop) -> None:
    """Confirmed payments stay confirmed, pending ones are expired, comments stay their user's."""
    await ordinary(orbitvpn)
    report = await run_import(orbitvpn, target)
    async with shop.storage.transaction() as tx:
        owner = await tx.payments.by_comment(f"{1:010x}")
        found = {(one.method, one.status) for one in await tx.payments.of_user(VERA, 10)}
        pending = await tx.payments.pending(VERA, owner.method) if owner else owner
    assert found == {("ton", PaymentStatus.CONFIRMED), ("cryptopay", PaymentStatus.EXPIRED)}
    assert owner is not None
    assert (owner.tg_id, owner.quote.due.units, owner.amount.units) == (VERA, 1_250_000_000, 20_000)
    assert pending is None
    (about,) = [about for about in report.plan.warnings.lines if about.startswith("pending payments")]
    assert report.plan.warnings.lines[about] == ["payment 2 of user 901"]
    assert len(await ShowTimeline(shop.storage)(VERA)) >= 5
    await shop.assert_ledger_balanced()


async def test_the_references_of_a_payment_are_imported(orbitvpn: OrbitvpnDatabase, target: str) -> None:
    """The transaction hash and the provider's id are imported with the payment."""
    await ordinary(orbitvpn)
    await run_import(orbitvpn, target)
    engine = open_engine(target)
    async with engine.connect() as connection:
        rows = (await connection.execute(select(payments.c.tx_hash, payments.c.external_id))).all()
    await engine.dispose()
    assert {("aa" * 32, None), (None, "77")} <= {tuple(row) for row in rows}


async def test_importing_twice_is_importing_once(orbitvpn: OrbitvpnDatabase, target: str) -> None:
    """A second run finds everything here and changes nothing."""
    await ordinary(orbitvpn)
    await run_import(orbitvpn, target)
    before = await contents(target)
    assert (await run_import(orbitvpn, target)).is_complete
    assert await contents(target) == before


@pytest.mark.parametrize("cut_after", [1, 2, 3, 4])
async def test_an_interrupted_import_is_finished(
    orbitvpn: OrbitvpnDatabase, target: str, shop: ImportedShop, cut_after: int
) -> None:
    """Wherever it was interrupted, the next run imports the rest, and no money twice."""
    await ordinary(orbitvpn)
    with pytest.raises(PowerCut):
        await run_import(orbitvpn, target, cut_after)
    await shop.assert_ledger_balanced()
    assert (await run_import(orbitvpn, target)).is_complete
    assert (await shop.customer(VERA)).user.balance.units == 14_950
    await shop.assert_ledger_balanced()


async def test_the_running_shop_is_not_overwritten(orbitvpn: OrbitvpnDatabase, target: str, shop: ImportedShop) -> None:
    """A user who registered in the new shop first keeps everything; old money and time are added."""
    await ordinary(orbitvpn)
    now = CLOCK.now()
    async with shop.storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user(VERA, language="ru", username="vera"))
        await tx.ledger.post(samples.gift(1, 700, VERA))
        await tx.grants.add(Grant("trial:901", VERA, 3600, now - timedelta(minutes=30)))
        await tx.subscriptions.save(Subscription(VERA, now + timedelta(minutes=30)))
    assert (await run_import(orbitvpn, target)).is_complete
    vera = await shop.customer(VERA)
    assert vera.user.balance.units == 14_950 + 700
    assert (vera.user.language, vera.user.username) == ("ru", "vera")
    assert vera.subscription.ends_at is not None
    gained = vera.subscription.ends_at - ENDS.replace(tzinfo=UTC)
    assert timedelta(minutes=30) <= gained < timedelta(minutes=30, seconds=1)
    await shop.assert_ledger_balanced()


async def test_buying_after_the_import_adds_up(orbitvpn: OrbitvpnDatabase, target: str, shop: ImportedShop) -> None:
    """Time bought in the new shop follows the old time, and the audit can fold both."""
    await ordinary(orbitvpn)
    await run_import(orbitvpn, target)
    bought = Grant("order:1", VERA, 86_400, CLOCK.now() + timedelta(seconds=2))
    async with shop.storage.transaction() as tx:
        subscription = (await tx.subscriptions.get(VERA)).extend(bought, samples.TERMS.code)
        await tx.grants.add(bought)
        await tx.subscriptions.save(subscription)
        for key in await tx.keys.of_user(VERA):
            await tx.keys.save(key.request_change(subscription.ends_at + GRACE, key.traffic_bytes, bought.at))
    assert (await shop.customer(VERA)).subscription.ends_at == ENDS.replace(tzinfo=UTC) + timedelta(days=1)
    await shop.assert_ledger_balanced()


async def test_an_old_shop_that_goes_on_selling_is_noticed(
    orbitvpn: OrbitvpnDatabase, target: str, shop: ImportedShop
) -> None:
    """Money and time that changed there after the import are listed, and not imported again."""
    await ordinary(orbitvpn)
    await run_import(orbitvpn, target)
    await orbitvpn.run("UPDATE users SET balance = 500, subscription_end = now() WHERE tg_id = 901")
    report = await run_import(orbitvpn, target)
    assert not report.is_complete
    assert report.reconciliation.contradictions == [
        "user 901 was imported with 149.50 RUB, and the old shop now has 500.00 RUB",
        "user 901's time has changed in the old shop since it was imported",
    ]
    assert (await shop.customer(VERA)).user.balance.units == 14_950


@pytest.mark.parametrize(
    ("zone", "written", "meant"),
    [
        ("Europe/Moscow", datetime(2027, 1, 1, 12), datetime(2027, 1, 1, 9, tzinfo=UTC)),  # noqa: DTZ001
        ("Europe/Berlin", datetime(2026, 10, 25, 2, 30), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),  # noqa: DTZ001
    ],
)
async def test_ends_are_in_the_old_machines_time(
    orbitvpn: OrbitvpnDatabase, target: str, zone: str, written: datetime, meant: datetime
) -> None:
    """Ends of subscriptions were written in local time; an hour that came twice counts for the customer."""
    await orbitvpn.user(VERA, subscription_end=written)
    (user,) = (await import_of(orbitvpn, target, zone).preview()).plan.users
    assert user.ends_at == meant
    assert user.created_at == JOINED.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nonsense",
        "sqlite+aiosqlite:////tmp/x.db",
        "mysql://u:canary@h/db",
        "postgresql://u:canary@h:port/db",
        "postgresql://u:canary@127.0.0.1:9/db",
    ],
)
async def test_a_useless_address_is_refused(orbitvpn: OrbitvpnDatabase, target: str, address: str) -> None:
    """An address that isn't PostgreSQL's, or where no server answers, is refused and isn't repeated."""
    orbitvpn.url = address
    with pytest.raises(CopyRefused) as refused:
        await import_of(orbitvpn, target).preview()
    assert "canary" not in str(refused.value)


async def test_a_shop_in_another_currency_is_no_target(orbitvpn: OrbitvpnDatabase, sqlite_target: str) -> None:
    """Roubles don't become dollars: neither the settings nor the records of the target may be in another currency."""
    await orbitvpn.user(VERA, balance=149.5)
    with pytest.raises(CopyRefused, match="ORBIT_CURRENCY is USD") as refused:
        await replace(import_of(orbitvpn, sqlite_target), base=USD).preview()
    assert refused.value.findings == ("Next: import into a new database, with ORBIT_CURRENCY=RUB.",)
    storage = SqlStorage(open_engine(sqlite_target), base=USD)
    async with storage.transaction() as tx:
        await tx.plans.add_if_absent(samples.plan(price=Money(199, USD)))
    with pytest.raises(CopyRefused, match="the shop of DATABASE_URL is in USD"):
        await run_import(orbitvpn, sqlite_target)
    async with storage.transaction() as tx:
        assert (await tx.users.get(TelegramId(VERA)), await tx.ledger.base_currency()) == (None, None)
    await storage.close()


async def test_missing_columns_are_named(orbitvpn: OrbitvpnDatabase, target: str) -> None:
    """A database that isn't OrbitVPN's is refused with every table and column that it lacks."""
    await orbitvpn.run(
        "ALTER TABLE users DROP COLUMN balance; DROP TABLE configs; ALTER TABLE payments DROP COLUMN currency"
    )
    with pytest.raises(CopyRefused) as refused:
        await import_of(orbitvpn, target).preview()
    assert refused.value.findings == ("users.balance is missing", "the table configs is missing")


async def test_our_own_database_is_not_mistaken(orbitvpn: OrbitvpnDatabase, postgres_url: str) -> None:
    """A shop of ours has tables of the same names, and is refused all the same."""
    orbitvpn.url = postgres_url
    with pytest.raises(CopyRefused, match=r"not OrbitVPN's database"):
        await import_of(orbitvpn, postgres_url).preview()


async def test_older_and_odder_tables_are_read(orbitvpn: OrbitvpnDatabase, target: str) -> None:
    """Unknown columns are ignored, optional ones may be missing, and types may be others."""
    await ordinary(orbitvpn)
    await orbitvpn.run(
        "ALTER TABLE users ADD COLUMN mood text, DROP COLUMN notifications, ALTER COLUMN tg_id TYPE text,"
        " ALTER COLUMN created_at TYPE timestamptz USING created_at AT TIME ZONE 'UTC';"
        "ALTER TABLE payments ALTER COLUMN amount TYPE double precision; DROP TABLE ton_transactions;"
        "CREATE TABLE marzban_instances (id text, name text, password text);"
        "INSERT INTO marzban_instances VALUES ('s001', 'main', 'canary')"
    )
    report = await run_import(orbitvpn, target)
    assert report.is_complete
    assert "canary" not in repr(report.plan)
    assert ["s001 main"] in report.plan.warnings.lines.values()
