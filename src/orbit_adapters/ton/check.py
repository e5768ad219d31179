"""The doctor's checks of the chain."""

from collections.abc import Sequence

from orbit_adapters.payment_plugin.plugin import CheckTools, GatewayCheck
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.factory import first_index, second_index
from orbit_adapters.ton.jetton_wallet import JettonWallet, WrongJettonWallet
from orbit_adapters.ton.settings import TonSettings
from orbit_domain.payment.source import SourceUnavailable

_MAX_DRIFT_S = 30
_LIMIT_S = 5
_SECOND_REMEDY = "check ORBIT_TON_SECOND_API_URL and ORBIT_TON_SECOND_API_KEY; until then large transfers wait"
_URL_REMEDY = "check ORBIT_TON_API_URL and ORBIT_TON_API_KEY"
_WRONG_REMEDY = "USDT isn't taken; compare ORBIT_USDT_TON_WALLET with an explorer, or use another endpoint"
_CLOCK_REMEDY = "set it to network time; if it is right, the index lies about time: use another endpoint"


async def check_chain(settings: TonSettings, tools: CheckTools) -> Sequence[GatewayCheck]:
    """Whether the chain can be read, is up to date, and has the shop's wallets."""
    hurried = settings.model_copy(update={"api_attempts": 1, "api_timeout_s": _LIMIT_S})
    return (*await _check_first(hurried, tools), await _check_second(hurried, tools))


async def _check_first(settings: TonSettings, tools: CheckTools) -> Sequence[GatewayCheck]:
    api = first_index(settings, tools.http)
    try:
        block = await api.masterchain()
        tail = await api.tail(settings.account)
    except SourceUnavailable as error:
        return (GatewayCheck("chain", False, str(error), _URL_REMEDY),)
    usdt = await _usdt(settings, api, tools) if settings.usdt else ()
    drift = round((tools.clock.now() - block.at).total_seconds())
    age = f"newest block is {drift} s old"
    return (
        GatewayCheck("chain", drift <= _MAX_DRIFT_S, age, "wait, or use another endpoint"),
        GatewayCheck("clock", drift >= -_MAX_DRIFT_S, f"{drift:+d} s against the chain", _CLOCK_REMEDY),
        GatewayCheck("wallet", tail.status == "active", tail.status, "deploy it: send any coin out of it once"),
        *usdt,
    )


async def _usdt(settings: TonSettings, api: ToncenterApi, tools: CheckTools) -> Sequence[GatewayCheck]:
    """Whether the token wallet is the shop's, by the word of its issuer, of itself and of the settings."""
    wallet = JettonWallet(api, settings.account, settings.usdt_issuer, tools.clock, settings.usdt_account)
    try:
        account = await wallet.account()
    except WrongJettonWallet as error:
        return (GatewayCheck("USDT wallet", False, str(error), _WRONG_REMEDY),)
    except SourceUnavailable as error:
        return (GatewayCheck("USDT wallet", False, str(error), _URL_REMEDY),)
    proof = "issuer and wallet agree" if wallet.accounts() else "named by the issuer; no USDT has come yet"
    pinned = settings.usdt_account is not None
    hint = f"set ORBIT_USDT_TON_WALLET={account.raw} when an explorer shows the same"
    return (
        GatewayCheck("USDT wallet", True, f"{account.raw}, {proof}"),
        GatewayCheck("USDT pinned", pinned, "the settings name it" if pinned else "one index said so", hint, True),
    )


async def _check_second(settings: TonSettings, tools: CheckTools) -> GatewayCheck:
    """One harmless call, whose answer names the network. Small transfers don't need it, so it is a warning."""
    index = second_index(settings, tools.http)
    if index is None:
        return GatewayCheck("second index", True, "off: a transfer of any size is delivered on one index's word")
    try:
        block = await index.masterchain()
    except SourceUnavailable as error:
        return GatewayCheck("second index", False, f"{index.name}: {error}", _SECOND_REMEDY, is_warning=True)
    drift = round((tools.clock.now() - block.at).total_seconds())
    seen = f"{index.name} reads the {settings.network}, newest block is {drift} s old"
    return GatewayCheck("second index", drift <= _MAX_DRIFT_S, seen, _SECOND_REMEDY, is_warning=True)
