"""A shop in memory that takes YooKassa: the real use cases over the real adapter and the simulated YooKassa."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import httpx
from starlette.applications import Starlette

from orbit_adapters.memory.chain import MemorySources
from orbit_adapters.yookassa.gateway import YOOKASSA_METHOD
from orbit_adapters.yookassa.webhook import YooKassaWebhook
from orbit_domain.ids import Nonce, PlanCode, TelegramId
from orbit_domain.notice.notice import Notice
from orbit_domain.order.order import Order
from orbit_domain.payment.inbox import InboxEntry
from orbit_domain.payment.payment import Payment
from orbit_domain.payment.receipt import Receipt
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.receive_webhook import ReceiveWebhook
from orbit_entry.web.payment_webhooks import webhook_routes
from tests.integration.gateways.yookassa_account import SETTINGS, YooKassaAccount, open_account
from tests.support.shop import OWNER, Shop
from tests.support.world import World

ANNA = TelegramId(42)
PRICE = 12_900


@dataclass
class YooKassaShop:
    """The shop, its world, and its account at YooKassa."""

    world: World
    shop: Shop
    account: YooKassaAccount

    async def request(self) -> Payment:
        """Anna chooses a month and YooKassa; her payment is shown to her."""
        checkout = await self.shop.open_checkout(ANNA, PlanCode("sub_1m"), Nonce("1"))
        view = await self.shop.request_payment(ANNA, checkout.order.id, YOOKASSA_METHOD)
        return (await self.shop.show_payment(ANNA, view.payment.id)).payment

    async def notify(self, body: bytes, path: str | None = None, **headers: str) -> int:
        """Send *body* to the shop's web server, and read the sources as it asks for. Returns the HTTP status."""
        webhook = YooKassaWebhook(SETTINGS)
        receive = ReceiveWebhook(self.world.storage, self.world.clock)
        app = Starlette(routes=webhook_routes([webhook], receive, self.shop.scan_and_settle))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app, client=("203.0.113.7", 4711))) as http:
            answer = await http.post(f"https://shop.example{path or webhook.path}", content=body, headers=headers)
        return answer.status_code

    async def news(self) -> tuple[InboxEntry, ...]:
        """What notifications have said, newest first."""
        async with self.world.storage.transaction() as tx:
            return await tx.inbox.newest(10)

    async def order(self) -> Order:
        """Anna's newest order."""
        async with self.world.storage.transaction() as tx:
            return (await tx.orders.newest(ANNA, 1))[0]

    async def unmatched(self) -> tuple[Receipt, ...]:
        """Money whose owner isn't known."""
        async with self.world.storage.transaction() as tx:
            return await tx.receipts.unmatched(10)

    async def balance(self) -> int:
        """Kopecks on Anna's balance, in a ledger that balances."""
        assert (await AuditLedger(self.world.storage)()).findings == ()
        async with self.world.storage.transaction() as tx:
            user = await tx.users.get(ANNA)
        assert user is not None
        return user.balance.units

    def told_owner(self, kind: str) -> list[Notice]:
        """What the owner was told of that kind."""
        return self.world.notices(OWNER, kind)


@asynccontextmanager
async def shop_at_yookassa(**changes: object) -> AsyncIterator[YooKassaShop]:
    """A shop with Anna in it; *changes* are settings of YooKassa that differ."""
    world = World()
    async with open_account(world.clock, batch_rows=1000, **changes) as account:
        sources = MemorySources(account.source, account.refund_source)
        shop = Shop(replace(world.ports(), gateways=(account.gateway,), sources=sources))
        await shop.open()
        await shop.register_user(ANNA, "anna", "ru")
        yield YooKassaShop(world, shop, account)
