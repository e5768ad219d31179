"""A customer of a plan with two keys adds one, names it, deletes the other and renews, in the bot."""

from contextlib import AsyncExitStack
from urllib.parse import unquote

import httpx

from orbit_domain.ids import PlanCode
from orbit_domain.money import rub
from orbit_domain.order.order import OrderState
from orbit_domain.plan.plan import Plan, PlanTerms
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.use_cases.serve_subscription import Nodes
from tests.integration.panels.three_panels import A, B, C, PanelWorld
from tests.integration.telegram.bot_harness import BotHarness, ChatUser
from tests.support.invariants import check_ledger
from tests.support.shop import Shop

TWO = Plan(PlanTerms(PlanCode("two"), {"en": "Two", "ru": "Два"}, 30, 0, 2), rub(300_00), 9)


async def served(shop: Shop, vera: ChatUser) -> list[tuple[str, str]]:
    """What the customer's link gives: the secret of each node, and which key its name says it is of."""
    link = (await shop.give_link(vera.buyer.tg_id)).url
    answer = await shop.serve_subscription(link.rpartition("/")[2], SubscriptionFormat.LINKS)
    parts = answer.content.parts if isinstance(answer, Nodes) else ()
    found = (part.removeprefix("vless://").partition("@") for part in parts if part.startswith("vless://"))
    return sorted({(secret, unquote(rest).rpartition(" · ")[2]) for secret, _, rest in found})


async def test_a_family_shares_a_plan() -> None:
    """Two keys bought, one added, named and one deleted; the link says so at once, and the renewal keeps it so."""
    async with AsyncExitStack() as stack:
        world = PanelWorld()
        lines = {one: httpx.AsyncClient(transport=line) for one, line in world.lines.items()}
        for client in lines.values():
            await stack.enter_async_context(client)
        world.connect(lines)
        shop = Shop(world.ports())
        await shop.open()
        async with world.storage.transaction() as tx:
            await tx.plans.add_if_absent(TWO)
        vera = BotHarness(shop, world).new_user("en")
        await vera.write("/start")
        await vera.buyer.buy("two")

        await vera.write("/connect")
        await vera.tap("keys")
        assert "Your keys: 1 of 2" in vera.text
        listed = vera.newest
        await vera.tap("newkey:", listed)
        await vera.send_data("newkey:2")
        await shop.work()
        first, second = (await shop.show_keys(vera.buyer.tg_id)).keys
        both = [(f"{first.credential}", "Orbit"), (f"{second.credential}", "Orbit 2")]
        assert await served(shop, vera) == sorted(both)

        await vera.tap(f"name:{second.id.hex}")
        await vera.write("\u202e \n")
        assert "can't be a name" in vera.text
        await vera.write("Mum's <b>phone</b> 📱")
        assert "Mum's <b>phone</b> 📱" in vera.text
        named = (f"{second.credential}", "Mum's <b>phone</b> 📱")
        assert await served(shop, vera) == sorted([both[0], named])

        await vera.tap(f"askdel:{first.id.hex}")
        await vera.tap(f"delkey:{first.id.hex}")
        assert [secret for secret, _ in await served(shop, vera)] == [named[0]]
        await shop.work()
        accounts = world.accounts(A) | world.accounts(B) | world.accounts(C)
        assert second.username in accounts
        assert first.username not in accounts

        order = await vera.buyer.buy("two")
        assert order.state is OrderState.DELIVERED
        (kept,) = (await shop.show_keys(vera.buyer.tg_id)).keys
        assert (kept.id, kept.expires_at > second.expires_at) == (second.id, True)
        assert [secret for secret, _ in await served(shop, vera)] == [named[0]]
        await check_ledger(world)
