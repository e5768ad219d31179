"""The wiring of each process is whole: its container builds under strict validation and gives its use cases."""

from pathlib import Path

import pytest
from aiogram import Bot
from aiogram.methods import GetMe
from pydantic import SecretStr

from orbit_adapters.payment_plugin.plugin import GatewayTools
from orbit_adapters.system.clock import SystemClock
from orbit_domain.payment.payment import STARS_METHOD, STARS_MONTHLY_METHOD, TON_METHOD
from orbit_domain.payment.ports import Gateways
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.payment.webhook import PaymentWebhook
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.check_payment import CheckPayment
from orbit_domain.use_cases.list_unmatched import ListUnmatched
from orbit_domain.use_cases.receive_webhook import ReceiveWebhook
from orbit_domain.use_cases.seed_shop import SeedShop
from orbit_domain.use_cases.show_timeline import ShowTimeline
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.process import ALL_ROLES, WEB_ONLY, ProcessRole, ProcessRoles
from orbit_entry.config.reading import shop_settings
from orbit_entry.config.settings import Settings
from orbit_entry.demo.environment import sandbox_settings
from orbit_entry.web.server import serving
from orbit_entry.web.subscription_links import SubscriptionRoutes
from orbit_entry.wiring.container import shop_container
from orbit_entry.wiring.database import database_container
from orbit_entry.worker.jobs import Jobs
from orbit_sandbox.app import sandbox_app
from orbit_sandbox.sandbox import Sandbox


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a sandbox shop; nothing answers at these addresses."""
    return shop_settings(sandbox_settings("http://127.0.0.1:9", Sandbox(), tmp_path, 5))


ROLES = (ALL_ROLES, *(frozenset({role}) for role in ProcessRole), frozenset())


@pytest.mark.parametrize("with_servers", [False, True], ids=["embedded", "servers"])
@pytest.mark.parametrize("roles", ROLES, ids=["run", *ProcessRole, "command"])
async def test_the_shop_has_everything(settings: Settings, roles: ProcessRoles, with_servers: bool) -> None:
    """Whatever a process opens, what it needs comes out of its container without touching the network."""
    if with_servers:
        database, redis = SecretStr("postgresql://nobody@127.0.0.1:9/x"), SecretStr("redis://127.0.0.1:9")
        settings = settings.model_copy(update={"database_url": database, "redis_url": redis})
    container = shop_container(settings, SystemClock(), roles)
    kinds = (SubscriptionRoutes, ReceiveWebhook, SeedShop) if roles == WEB_ONLY else (Bot, Jobs, CheckPayment)
    parts = [await container.get(kind) for kind in kinds]
    await container.close()
    assert all(parts)


async def test_a_way_to_pay_may_call_the_bot_where_only_http_is_served(tmp_path: Path) -> None:
    """Nobody loads aiogram there before a plug-in asks for more than the bot's id; then it answers as ever."""
    sandbox = Sandbox()
    async with serving(sandbox_app(sandbox), "127.0.0.1", 0) as address:
        shop = shop_settings(sandbox_settings(address, sandbox, tmp_path, 5))
        container = shop_container(shop, SystemClock(), WEB_ONLY)
        bot = (await container.get(GatewayTools)).bot
        seen = await bot.get_me(), await bot(GetMe())
        await container.close()
    assert {account.id for account in seen} == {bot.id}
    assert [account.username for account in seen] == [sandbox.telegram.bot_username] * 2


async def test_links_of_its_own_need_a_public_address(settings: Settings) -> None:
    """With an address there is a route for links, whatever else is set up; without one there is none."""
    for url, count in ((None, 0), ("https://keys.example.org", 2)):
        container = shop_container(settings.model_copy(update={"public_url": url}), SystemClock(), frozenset())
        routes = (await container.get(SubscriptionRoutes)).routes()
        await container.close()
        assert len(routes) == count


async def test_stars_are_read_after_the_shop_has_stopped_taking_them(settings: Settings) -> None:
    """Without a price the method is gone, and the list can still be read: an older invoice may be paid yet."""
    without = settings.with_plugins(tuple(one for one in settings.plugins if STARS_METHOD not in one.plugin.methods))
    for shop, is_taken in ((settings, True), (without, False)):
        container = shop_container(shop, SystemClock(), frozenset())
        sources, gateways = await container.get(ReceiptSources), await container.get(Gateways)
        name = f"stars:{(await container.get(Bot)).id}"
        await container.close()
        assert (STARS_METHOD in [gateway.method for gateway in gateways.all()]) is is_taken
        assert (name in [source.name for source in sources.all()]) is is_taken
        assert sources.get(name) is not None


async def test_a_way_to_pay_that_is_not_shown_is_read_on(settings: Settings) -> None:
    """The owner's list says what customers see, and in which order; an invoice of another way may still be paid."""
    container = shop_container(settings.model_copy(update={"payment_methods": "stars,ton"}), SystemClock(), frozenset())
    sources, gateways = await container.get(ReceiptSources), await container.get(Gateways)
    webhooks = await container.get(tuple[PaymentWebhook, ...])
    await container.close()
    assert [gateway.method for gateway in gateways.offered()] == [STARS_METHOD, TON_METHOD]
    assert {source.name.partition(":")[0] for source in sources.all()} == {"ton", "bank", "stars"}
    assert [webhook.path for webhook in webhooks] == ["/pay/bank"]


async def test_a_shop_in_dollars_offers_no_rouble_invoices(settings: Settings) -> None:
    """What can't bill in the shop's currency isn't offered, and what may still arrive there is read."""
    container = shop_container(settings.model_copy(update={"currency": "USD"}), SystemClock(), frozenset())
    sources, gateways = await container.get(ReceiptSources), await container.get(Gateways)
    await container.close()
    assert [gateway.method for gateway in gateways.all()] == [TON_METHOD, STARS_METHOD, STARS_MONTHLY_METHOD]
    assert "bank:orbit" in [source.name for source in sources.all()]


async def test_the_database_has_everything(tmp_path: Path) -> None:
    """Commands that read the database need no other settings."""
    database = DatabaseSettings.model_validate({"ORBIT_DATA_DIR": tmp_path, "DATABASE_URL": None})
    container = database_container(database, SystemClock())
    use_cases = [await container.get(kind) for kind in (AuditLedger, ShowTimeline, ListUnmatched)]
    await container.close()
    assert all(use_cases)
