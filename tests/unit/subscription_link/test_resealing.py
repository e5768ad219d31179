"""The keys that seal are rotated: links go on being shown, with the newest key alone."""

from dataclasses import replace

from orbit_adapters.secret_box.secret_box import SecretBox, SecretKey
from orbit_domain.ids import Nonce, PlanCode
from orbit_domain.subscription_link.link import PublicAddress
from orbit_domain.subscription_link.ports import Seal
from orbit_domain.use_cases.reseal_gifts import ResealedGifts, ResealGifts
from orbit_domain.use_cases.reseal_links import ResealedLinks, ResealLinks
from orbit_entry.wiring.registries import SealedSecrets
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.shop import SEAL, Shop
from tests.support.world import World

NEWER = SecretKey("newer", b"n" * 32)


def sealing_with(*keys: SecretKey) -> Seal:
    return SealedSecrets(lambda: SecretBox(list(keys)))


async def test_links_are_sealed_anew_and_shown_as_before() -> None:
    """After a rotation each link needs the newest key alone and is the same; a second time nothing is left to do."""
    world = World()
    shop = Shop(replace(world.ports(), address=PublicAddress("https://keys.example.org")))
    await shop.open()
    for tg_id in (ALICE, BOB):
        await Buyer(shop, world, tg_id).start()
    shown = {tg_id: (await shop.give_link(tg_id)).url for tg_id in (ALICE, BOB)}
    rotated = sealing_with(NEWER, SecretKey("test", b"k" * 32))
    assert await ResealLinks(world.storage, sealing_with(NEWER), page_size=1)() == ResealedLinks(0, 2)
    assert await ResealLinks(world.storage, rotated, page_size=1)() == ResealedLinks(2, 0)
    assert await ResealLinks(world.storage, rotated)() == ResealedLinks(0, 0)
    give = replace(shop.give_link, seal=sealing_with(NEWER))
    assert {tg_id: (await give(tg_id)).url for tg_id in (ALICE, BOB)} == shown
    assert await replace(shop.give_link, seal=SEAL)(ALICE) is None


async def test_gifts_are_sealed_anew_and_shown_as_before() -> None:
    """After a rotation each gift's link needs the newest key alone and is the same; without the key it can be taken."""
    world = World()
    shop = Shop(world.ports())
    await shop.open()
    alice, bob = (Buyer(shop, world, tg_id) for tg_id in (ALICE, BOB))
    for buyer in (alice, bob):
        await buyer.start()
    await alice.add_balance(50_000)
    orders = [(await shop.open_gift(ALICE, "A", PlanCode("sub_1m"), Nonce(nonce))).order.id for nonce in ("1", "2")]
    for order_id in orders:
        await alice.pay_from_balance(order_id)
    shown = [(await shop.show_gift(ALICE, order_id)).code for order_id in orders]
    rotated = sealing_with(NEWER, SecretKey("test", b"k" * 32))
    assert await ResealGifts(world.storage, sealing_with(NEWER), page_size=1)() == ResealedGifts(0, 2)
    assert await ResealGifts(world.storage, rotated, page_size=1)() == ResealedGifts(2, 0)
    assert await ResealGifts(world.storage, rotated)() == ResealedGifts(0, 0)
    show = replace(shop.show_gift, seal=sealing_with(NEWER))
    assert [(await show(ALICE, order_id)).code for order_id in orders] == shown
    assert (await shop.show_gift(ALICE, orders[0])).code is None
    assert (await shop.take_gift(BOB, "B", shown[0])).order.holder == BOB
