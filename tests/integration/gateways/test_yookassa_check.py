"""What the doctor says of YooKassa, and what the plug-in opens."""

from collections.abc import AsyncIterator, Sequence

import pytest
from pydantic import SecretStr

from orbit_adapters.payment_plugin.plugin import CheckTools, GatewayCheck, GatewayTools
from orbit_adapters.rates.fixed import FixedRates
from orbit_adapters.yookassa.plugin import PLUGIN
from orbit_adapters.yookassa.settings import YooKassaSettings
from orbit_adapters.yookassa.webhook import webhook_path
from orbit_domain.money import RUB, USD, BaseCurrency, Currency
from tests.integration.gateways.yookassa_account import SETTINGS, YooKassaAccount, open_account


@pytest.fixture
async def account() -> AsyncIterator[YooKassaAccount]:
    async with open_account() as opened:
        yield opened


async def telegram(_: str) -> None:
    return None


async def check(
    account: YooKassaAccount, settings: YooKassaSettings = SETTINGS, base: Currency = RUB
) -> Sequence[GatewayCheck]:
    tools = CheckTools(account.http, account.clock, BaseCurrency(base), telegram)
    return await PLUGIN.check(settings, tools)


async def test_a_shop_that_is_well_says_where_notifications_go(account: YooKassaAccount) -> None:
    """The doctor names the shop, whether it is live, and the address for YooKassa's cabinet; it asks for nothing."""
    shop, receipts, notifications = await check(account)
    assert (shop.ok, shop.seen, receipts.remedy) == (True, "shop 424242, live, enabled", "")
    assert notifications.seen.endswith(webhook_path(SETTINGS))
    assert account.sim.payments == {}


async def test_what_is_wrong_is_told_with_a_remedy_and_without_the_key(account: YooKassaAccount) -> None:
    """A wrong key, a test shop, receipts that nobody expects and another currency each say what to do."""
    canary = SETTINGS.model_copy(update={"secret_key": SecretStr("canary-key-of-someone")})
    receipts = SETTINGS.model_copy(update={"vat_code": 1, "receipt_email": "shop@example.org"})
    (wrong,) = await check(account, canary)
    (foreign,) = await check(account, base=USD)
    assert [(one.ok, bool(one.remedy)) for one in (wrong, foreign)] == [(False, True)] * 2
    assert (await check(account, receipts))[1].is_warning
    account.sim.is_test = True
    test = (await check(account))[0]
    assert (test.ok, "ORBIT_YOOKASSA_TEST" in test.remedy) == (False, True)
    assert "canary" not in repr(wrong)


async def test_the_plug_in_opens_one_way_to_pay_two_lists_and_a_webhook(account: YooKassaAccount) -> None:
    """Payments and refunds are read from lists of their own, and the gateway waits for the first."""
    base = BaseCurrency(RUB)
    tools = GatewayTools(account.http, account.clock, FixedRates("1", RUB, account.clock), base, bot=None)  # type: ignore[arg-type]
    parts = PLUGIN.open(SETTINGS, tools)
    (gateway,), (webhook,) = parts.gateways, parts.webhooks
    assert [source.name for source in parts.sources] == [gateway.source, f"{gateway.source}:refunds"]
    assert (PLUGIN.methods, webhook.source) == ((gateway.method,), gateway.source)
