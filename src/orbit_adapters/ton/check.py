"""The doctor's checks of the chain."""

from collections.abc import Sequence

from orbit_adapters.payment_plugin.plugin import CheckTools, GatewayCheck
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.settings import TonSettings
from orbit_domain.payment.source import SourceUnavailable

_MAX_DRIFT_S = 30
_LIMIT_S = 5
_URL_REMEDY = "check ORBIT_TON_API_URL and ORBIT_TON_API_KEY"
_CLOCK_REMEDY = "set it to network time; if it is right, the index lies about time: use another endpoint"


async def check_chain(settings: TonSettings, tools: CheckTools) -> Sequence[GatewayCheck]:
    """Whether the chain can be read, is up to date, and has the shop's wallet."""
    key = settings.api_key.get_secret_value() if settings.api_key else None
    api = ToncenterApi(tools.http, settings.url, settings.network, key, attempts=1, timeout_s=_LIMIT_S)
    try:
        block = await api.masterchain()
        tail = await api.tail(settings.account)
    except SourceUnavailable as error:
        return (GatewayCheck("chain", False, str(error), _URL_REMEDY),)
    drift = round((tools.clock.now() - block.at).total_seconds())
    age = f"newest block is {drift} s old"
    return (
        GatewayCheck("chain", drift <= _MAX_DRIFT_S, age, "wait, or use another endpoint"),
        GatewayCheck("clock", drift >= -_MAX_DRIFT_S, f"{drift:+d} s against the chain", _CLOCK_REMEDY),
        GatewayCheck("wallet", tail.status == "active", tail.status, "deploy it: send any coin out of it once"),
    )
