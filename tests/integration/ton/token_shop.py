"""The shop's dollar tokens on the simulated chain, and the adapter that reads them."""

from dataclasses import dataclass

from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.jetton_gateway import JettonGateway
from orbit_adapters.ton.jetton_source import JettonSource
from orbit_adapters.ton.jetton_wallet import JettonWallet
from orbit_adapters.ton.settings import TonSettings
from orbit_domain.clock import Clock
from orbit_domain.payment.ports import Rates
from orbit_domain.payment.source import Cursor
from orbit_sandbox.chain.jettons import SimJetton
from tests.integration.ton.conftest import URL, Shop

RICH = 2**120 - 1


@dataclass
class TokenShop:
    """A shop that takes USDT, and a payer with as much of it as an amount can say."""

    shop: Shop
    usdt: SimJetton

    @classmethod
    def on(cls, shop: Shop) -> "TokenShop":
        """Token contracts on the chain of *shop*. The shop has no tokens, and no token wallet yet."""
        usdt = SimJetton(shop.sim)
        usdt.give(shop.payer, RICH)
        return cls(shop, usdt)

    @property
    def wallet(self) -> str:
        """The account that holds the shop's tokens."""
        return self.usdt.wallet_of(self.shop.wallet)

    def jetton_wallet(self, clock: Clock | None = None, pinned: str | None = None) -> JettonWallet:
        api = ToncenterApi(self.shop.http, URL, Network.TESTNET, "a-key", attempts=1)
        only = _account(pinned) if pinned else None
        return JettonWallet(api, _account(self.shop.wallet), _account(self.usdt.master), clock or self.shop.clock, only)

    def source(self, wallet: JettonWallet | None = None, page_limit: int = 1000) -> JettonSource:
        wallet = wallet or self.jetton_wallet()
        return JettonSource(wallet, frozenset({wallet.owner}), page_limit)

    def gateway(self, rates: Rates, wallet: JettonWallet | None = None) -> JettonGateway:
        settings = TonSettings(
            address=self.shop.wallet, network=Network.TESTNET, usdt=True, usdt_master=self.usdt.master
        )
        return JettonGateway(settings, wallet or self.jetton_wallet(), rates, self.shop.clock)

    def start(self) -> Cursor:
        return Cursor.start(self.source().name)

    def pay(self, units: int, comment: str | None = None) -> None:
        self.usdt.pay(self.shop.payer, self.shop.wallet, units, comment)


def _account(address: str) -> TonAddress:
    return TonAddress.parse(address, Network.TESTNET)
