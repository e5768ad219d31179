"""A shop that takes payments in every way there is, over any storage, with simulated providers."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from orbit_adapters.rates.by_asset import RatesByAsset
from orbit_adapters.rates.fixed import FixedRates
from orbit_domain.money import RUB, STARS, TON, USDT
from orbit_domain.payment.payment import STARS_METHOD, TON_METHOD, USDT_METHOD, Method
from orbit_domain.payment.ports import Rates
from orbit_domain.storage import Storage
from orbit_entry.wiring.registries import SourceRegistry
from tests.integration.all_gateways.bank_way import bank_way
from tests.integration.all_gateways.cryptopay_way import cryptopay_way
from tests.integration.all_gateways.stars_way import stars_way
from tests.integration.all_gateways.ton_way import ton_way
from tests.integration.all_gateways.usdt_way import usdt_way
from tests.integration.all_gateways.way_to_pay import WayToPay
from tests.integration.all_gateways.yookassa_way import yookassa_way
from tests.integration.gateways.stars_account import SETTINGS as STARS_SETTINGS
from tests.support.clock import FakeClock
from tests.support.port_hooks import CallHook, with_hook
from tests.support.shop import Shop
from tests.support.world import Ports, World

_WAYS: Mapping[Method, Callable[[FakeClock, CallHook, Rates], AbstractAsyncContextManager[WayToPay]]] = {
    TON_METHOD: ton_way,
    USDT_METHOD: usdt_way,
    STARS_METHOD: stars_way,
    Method("bank"): lambda clock, hook, _: bank_way(clock, hook),
    Method("cryptopay"): lambda clock, hook, _: cryptopay_way(clock, hook),
    Method("yookassa"): lambda clock, hook, _: yookassa_way(clock, hook),
}
METHODS = tuple(_WAYS)
"""Every way to pay."""


@dataclass(frozen=True, slots=True)
class MixedShop:
    """The world, its ways to pay, and the ports of a process; another `shop()` is another process."""

    world: World
    ways: Sequence[WayToPay]
    ports: Ports

    def shop(self) -> Shop:
        """A process that was just started."""
        return Shop(self.ports)

    def way(self, method: Method) -> WayToPay:
        """The way to pay of that name."""
        return next(way for way in self.ways if way.method == method)


@asynccontextmanager
async def open_mixed_shop(
    hook: CallHook, storage: Storage | None = None, *, methods: Sequence[Method] = METHODS
) -> AsyncIterator[MixedShop]:
    """An open shop without customers, which takes *methods*. Every call to a port or a provider meets *hook*."""
    world = World(storage=storage)
    stars_rates = FixedRates(STARS_SETTINGS.price, RUB, world.clock, asset=STARS)
    usdt_rates = FixedRates("92.50", RUB, world.clock, asset=USDT)
    rates = RatesByAsset({TON: world.rates, STARS: stars_rates, USDT: usdt_rates})
    async with AsyncExitStack() as open_ways:
        ways = [await open_ways.enter_async_context(_WAYS[method](world.clock, hook, rates)) for method in methods]
        sources = tuple(source for way in ways for source in way.sources)
        ports = replace(
            world.ports(),
            # The shop of the tests has a gateway for TON of its own, for the same wallet.
            gateways=tuple(way.gateway for way in ways if way.method != TON_METHOD),
            sources=SourceRegistry(sources, lambda _: None),
            rates=rates,
        )
        mixed = MixedShop(world, ways, with_hook(ports, hook))
        await mixed.shop().open()
        yield mixed
