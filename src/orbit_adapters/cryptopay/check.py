"""The doctor's check of Crypto Pay."""

from collections.abc import Sequence

from orbit_adapters.cryptopay.api import CryptoPayApi, CryptoPayRefused, CryptoPayUnavailable
from orbit_adapters.cryptopay.settings import CryptoPayNetwork, CryptoPaySettings
from orbit_adapters.payment_plugin.plugin import CheckTools, GatewayCheck

NAME = "crypto pay"
_TOKEN_REMEDY = "check ORBIT_CRYPTOPAY_TOKEN; a token of @CryptoTestnetBot needs ORBIT_CRYPTOPAY_NETWORK=testnet"  # noqa: S105
_URL_REMEDY = "wait, or check ORBIT_CRYPTOPAY_API_URL"


async def check_app(settings: CryptoPaySettings, tools: CheckTools) -> Sequence[GatewayCheck]:
    """Whether the token opens the app that it names, on which network, and whether its list can be read."""
    api = CryptoPayApi(settings, tools.http)
    try:
        app_id = await api.app_id()
        await api.paid(0, 1)
    except CryptoPayRefused as error:
        return (GatewayCheck(NAME, False, str(error), _TOKEN_REMEDY),)
    except CryptoPayUnavailable as error:
        return (GatewayCheck(NAME, False, str(error), _URL_REMEDY),)
    if app_id != settings.app_id:
        return (GatewayCheck(NAME, False, "the token opens another app than it names", _TOKEN_REMEDY),)
    is_test = settings.network is CryptoPayNetwork.TESTNET
    remedy = "no money is real there; leave ORBIT_CRYPTOPAY_NETWORK out to be paid" if is_test else ""
    return (GatewayCheck(NAME, True, f"app {app_id} on the {settings.network}", remedy, is_warning=is_test),)
