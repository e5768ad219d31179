"""The doctor's checks of YooKassa: harmless calls only."""

from collections.abc import Sequence

from orbit_adapters.payment_plugin.plugin import CheckTools, GatewayCheck
from orbit_adapters.yookassa.answers import ShownShop
from orbit_adapters.yookassa.api import YooKassaApi, YooKassaRefused, YooKassaUnavailable
from orbit_adapters.yookassa.rows import PAYMENTS
from orbit_adapters.yookassa.settings import YooKassaSettings
from orbit_adapters.yookassa.webhook import webhook_path
from orbit_domain.money import RUB

_NAME = "yookassa"
_KEY_REMEDY = "check ORBIT_YOOKASSA_SHOP_ID and ORBIT_YOOKASSA_SECRET_KEY"
_TEST_REMEDY = "ORBIT_YOOKASSA_TEST must say what the shop is: live money only counts with a live shop"


async def check_yookassa(settings: YooKassaSettings, tools: CheckTools) -> Sequence[GatewayCheck]:
    """Whether the key opens this shop and its list, whether it is live, its receipts, and where notifications go."""
    if tools.base != RUB:
        seen = f"bills in roubles, and the shop's prices are in {tools.base.code}"
        return (GatewayCheck(_NAME, False, seen, "remove ORBIT_YOOKASSA_SHOP_ID"),)
    api = YooKassaApi(settings, tools.http)
    try:
        shop = await api.shop()
        await api.newest_at(PAYMENTS)
    except (YooKassaUnavailable, YooKassaRefused) as error:
        return (GatewayCheck(_NAME, False, str(error), _KEY_REMEDY),)
    address = f"tell YooKassa https://<your web server>{webhook_path(settings)}"
    return (_shop(shop, settings), *_receipts(shop, settings), GatewayCheck("yookassa notifications", True, address))


def _shop(shop: ShownShop, settings: YooKassaSettings) -> GatewayCheck:
    seen = f"shop {shop.shop_id}, {'test' if shop.is_test else 'live'}, {shop.status}"
    if shop.shop_id != settings.shop_id:
        return GatewayCheck(_NAME, False, seen, _KEY_REMEDY)
    if shop.is_test != settings.is_test:
        return GatewayCheck(_NAME, False, seen, _TEST_REMEDY)
    return GatewayCheck(_NAME, shop.status == "enabled", seen, "see YooKassa's cabinet")


def _receipts(shop: ShownShop, settings: YooKassaSettings) -> Sequence[GatewayCheck]:
    if shop.sends_receipts is None:
        return ()
    ours, theirs = settings.vat_code is not None, shop.sends_receipts
    seen = f"{_sent(ours)} by the bot, {_sent(theirs)} by YooKassa"
    remedy = "set ORBIT_YOOKASSA_RECEIPT_VAT_CODE" if theirs else "remove ORBIT_YOOKASSA_RECEIPT_VAT_CODE"
    return (GatewayCheck("yookassa receipts", True, seen, "" if ours == theirs else remedy, is_warning=ours != theirs),)


def _sent(is_sent: bool) -> str:
    return "sent" if is_sent else "not sent"
