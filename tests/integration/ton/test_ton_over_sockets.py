"""The adapter and the simulated index over a real socket."""

from collections.abc import AsyncIterator

import httpx
import pytest

from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.scanner import TonSource
from orbit_domain.payment.source import SourceUnavailable
from orbit_sandbox.chain.toncenter import toncenter_app
from orbit_testing.contracts.receipt_source import read_on
from tests.integration.ton.conftest import serving


@pytest.fixture
async def served(shop) -> AsyncIterator[TonSource]:
    """The shop's chain, read from a server on a free port of this machine."""
    async with serving(toncenter_app(shop.sim, shop.faults)) as url, httpx.AsyncClient() as http:
        api = ToncenterApi(http, f"{url}/api/v3", Network.TESTNET, attempts=1)
        yield TonSource(api, TonAddress.parse(shop.wallet, Network.TESTNET), shop.clock, page_limit=50)


async def test_history_is_read_over_a_socket(shop, served: TonSource) -> None:
    """The history is read over a real socket as inside one process."""
    for units in range(1, 121):
        shop.pay(units, "по проводу")
    transfers, last = await read_on(served, shop.start())
    assert [each.amount.units for each in transfers] == list(range(1, 121))
    assert {each.comment.text for each in transfers} == {"по проводу"}
    assert last.complete


async def test_a_connection_that_breaks_is_a_typed_failure(shop, served: TonSource) -> None:
    """A server that hangs up in the middle of an answer costs one attempt, never a row."""
    shop.pay(1)
    shop.faults.turn_on("chain.timeout", times=1)
    with pytest.raises(SourceUnavailable, match="masterchainInfo: RemoteProtocolError"):
        await served.read(shop.start())
    assert len((await served.read(shop.start())).records) == 1


async def test_a_server_that_is_gone_is_a_typed_failure(shop, served: TonSource) -> None:
    """A refused connection raises SourceUnavailable."""
    served.api.url = "http://127.0.0.1:9/api/v3"
    with pytest.raises(SourceUnavailable, match="ConnectError"):
        await served.read(shop.start())
