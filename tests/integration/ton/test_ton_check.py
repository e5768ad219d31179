"""`orbit doctor` asks both indexes, harmlessly, and says which network the second one reads."""

from datetime import timedelta

import httpx
import pytest

from orbit_adapters.payment_plugin.plugin import CheckTools, GatewayCheck
from orbit_adapters.ton.address import Network
from orbit_adapters.ton.check import check_chain
from orbit_adapters.ton.settings import TonSettings
from orbit_domain.money import RUB, BaseCurrency
from orbit_sandbox.app import CHAIN_PATH, SECOND_CHAIN_PATH, sandbox_app
from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.sandbox import Sandbox

URL = "http://127.0.0.1"


async def unasked(_: str) -> None:
    raise AssertionError("nothing of Telegram is needed")


@pytest.mark.parametrize(
    ("fault", "change", "network", "second"),
    [
        (None, {}, Network.TESTNET, (True, "127.0.0.1 reads the testnet, newest block is")),
        ("chain.500", {}, Network.TESTNET, (True, "127.0.0.1 reads the testnet, newest block is")),
        ("tonapi.500", {}, Network.TESTNET, (False, "127.0.0.1: masterchain-head: status 500")),
        ("tonapi.lag", {}, Network.TESTNET, (False, "127.0.0.1 reads the testnet, newest block is 6")),
        (None, {}, Network.MAINNET, (False, "the index reads another network than the mainnet")),
        (None, {"second_api_url": "off"}, Network.TESTNET, (True, "off: a transfer of any size")),
    ],
)
async def test_each_index_has_its_row(
    fault: str | None, change: dict[str, str], network: Network, second: tuple[bool, str]
) -> None:
    """The sandbox serves both; a fault of one leaves the other's row alone, and that of the second one is a warning."""
    sandbox = Sandbox(clock=SandboxClock())
    urls = {"api_url": f"{URL}{CHAIN_PATH}/api/v3", "second_api_url": URL + SECOND_CHAIN_PATH, **change}
    settings = TonSettings(address=sandbox.shop_wallet, network=network, **urls)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox_app(sandbox))) as http:
        tools = CheckTools(http, sandbox.clock, BaseCurrency(RUB), unasked)
        await check_chain(settings, tools)
        if fault is not None:
            sandbox.faults.turn_on(fault)
            sandbox.clock.advance(timedelta(seconds=60))
        rows = {row.name: row for row in await check_chain(settings, tools)}
    assert rows["chain"].ok is (fault != "chain.500" and network is Network.TESTNET)
    shown = rows["second index"]
    assert isinstance(shown, GatewayCheck)
    assert (shown.ok, second[1] in shown.seen) == (second[0], True)
    assert shown.ok or (shown.is_warning and "ORBIT_TON_SECOND_API_URL" in shown.remedy)
