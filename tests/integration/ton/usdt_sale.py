"""A shop in memory that takes coins and USDT at one wallet: the real use cases over the simulated chain and index."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import httpx

from orbit_adapters.memory.chain import MemorySources
from orbit_adapters.rates.by_asset import RatesByAsset
from orbit_adapters.rates.fixed import FixedRates
from orbit_adapters.ton.address import Network, TonAddress
from orbit_adapters.ton.api import ToncenterApi
from orbit_adapters.ton.jetton_wallet import JettonWallet
from orbit_adapters.ton.scanner import TonSource
from orbit_domain.ids import Nonce, PlanCode, TelegramId
from orbit_domain.money import RUB, TON, USDT
from orbit_domain.notice.notice import Notice
from orbit_domain.order.order import OrderState
from orbit_domain.payment.payment import USDT_METHOD, Method, Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_sandbox.chain.jettons import SimJetton
from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.toncenter import FAULTS, toncenter_app
from orbit_sandbox.faults import Faults
from tests.integration.ton.conftest import COIN, URL, Shop
from tests.integration.ton.token_shop import TokenShop
from tests.support import shop as use_cases
from tests.support.world import World

ANNA = TelegramId(42)
RUB_PER_USDT = "92.50"


@dataclass
class UsdtSale:
    """The shop, its world, its tokens on the chain, and Anna, who wants to buy a month for 129 roubles."""

    world: World
    shop: use_cases.Shop
    tokens: TokenShop

    @property
    def usdt(self) -> SimJetton:
        return self.tokens.usdt

    @property
    def wallet(self) -> str:
        """The shop's account: customers see no other."""
        return self.tokens.shop.wallet

    @property
    def payer(self) -> str:
        return self.tokens.shop.payer

    async def request(self, method: Method = USDT_METHOD) -> Payment:
        """Anna chooses a month and how to pay; her payment is shown to her."""
        checkout = await self.shop.open_checkout(ANNA, PlanCode("sub_1m"), Nonce("1"))
        view = await self.shop.request_payment(ANNA, checkout.order.id, method)
        return (await self.shop.show_payment(ANNA, view.payment.id)).payment

    async def outcome(self) -> tuple[OrderState, int]:
        """Where Anna's order is, and kopecks on her balance, in a ledger that balances."""
        await self.shop.work()
        assert (await AuditLedger(self.world.storage)()).findings == ()
        async with self.world.storage.transaction() as tx:
            order, user = (await tx.orders.newest(ANNA, 1))[0], await tx.users.get(ANNA)
        assert user is not None
        return order.state, user.balance.units

    async def unmatched(self) -> tuple[Receipt, ...]:
        """Money whose owner isn't known."""
        async with self.world.storage.transaction() as tx:
            return await tx.receipts.unmatched(10)

    async def recorded(self, prefix: str = "ton_usdt") -> list[SourceRecord]:
        """What was recorded of tokens (or of coins, *prefix* `ton`), oldest first."""
        name = f"{prefix}:testnet:{self.wallet}"
        async with self.world.storage.transaction() as tx:
            return list(await tx.source_records.newest(name, 50))[::-1]

    def told_owner(self) -> list[Notice]:
        """What the owner was told of suspicious transfers."""
        return self.world.notices(use_cases.OWNER, "suspicious_transfer")


@asynccontextmanager
async def usdt_sale() -> AsyncIterator[UsdtSale]:
    """A shop with Anna in it. It has no token wallet yet: the first payment makes it."""
    world = World()
    sim, faults = SimChain(world.clock, seed=7), Faults(FAULTS)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(toncenter_app(sim, faults))) as http:
        chain = Shop(world.clock, sim, faults, http, sim.wallet("shop", COIN), sim.wallet("payer", 10**6 * COIN))
        tokens = TokenShop.on(chain)
        wallet = tokens.jetton_wallet()
        rates = RatesByAsset({TON: world.rates, USDT: FixedRates(RUB_PER_USDT, RUB, world.clock, asset=USDT)})
        ports = replace(
            world.ports(),
            rates=rates,
            gateways=(tokens.gateway(rates, wallet),),
            sources=MemorySources(world.chain, tokens.source(wallet), _coins(chain, wallet)),
        )
        shop = use_cases.Shop(ports)
        await shop.open()
        await shop.register_user(ANNA, "anna", "ru")
        yield UsdtSale(world, shop, tokens)


def _coins(chain: Shop, wallet: JettonWallet) -> TonSource:
    api = ToncenterApi(chain.http, URL, Network.TESTNET, attempts=1)
    return TonSource(api, TonAddress.parse(chain.wallet, Network.TESTNET), chain.clock, jetton_wallets=wallet.accounts)
