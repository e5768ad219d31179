"""Keys have the names and the places that their customers choose, and the link says which is which."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

import pytest

from orbit_domain.access.own_keys import (
    NoSuchKey,
    NotAKeyName,
    RegionStamp,
    RegionUnavailable,
    region_stamp,
)
from orbit_domain.ids import KeyId, Nonce
from orbit_domain.money import rub
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_domain.subscription_link.link import PublicAddress
from orbit_domain.use_cases.serve_subscription import Nodes
from tests.support.buyer import ALICE, Buyer
from tests.support.shop import Shop
from tests.support.world import World
from tests.unit.use_cases.key_taps import GIB, THREE, add, keys, sell


@pytest.fixture(autouse=True)
async def plans(world: World, alice: Buyer) -> None:
    await sell(world)


async def test_what_was_used_is_shown(alice: Buyer, world: World) -> None:
    """The list shows what each key has used, and is shown without while a panel is silent."""
    await alice.buy("limited")
    world.panel.use("orbit_42", 3 * GIB)
    assert set((await alice.shop.list_keys(ALICE)).used_bytes.values()) == {3 * GIB}
    world.panel.unavailable = True
    assert (await alice.shop.list_keys(ALICE)).used_bytes == {}


def in_regions(world: World, regions: Sequence[str], **changes: object) -> None:
    """The panel has a node in each of *regions*, with those changes."""
    reading = world.panel.readings[0]
    world.panel.readings = tuple(
        replace(reading, name=region, groups=(f"in-{region}",), region=region, **changes) for region in regions
    )


async def test_a_key_lives_in_its_region_or_waits(alice: Buyer, world: World) -> None:
    """It is made there alone; while there is no room it waits and is made nowhere, until the customer says anywhere."""
    in_regions(world, ("de", "nl"))
    await alice.buy("three")
    assert await alice.shop.list_regions() == ("de", "nl")
    for left in (("de", "nl"), ("de",)):
        await alice.shop.add_key(ALICE, (await alice.shop.list_keys(ALICE)).nonce, region_stamp("nl"))
        in_regions(world, left)
        await alice.shop.provision_keys()
    first, second, third = await keys(alice)
    assert (second.region, second.home.node) == ("nl", "nl")
    assert (third.region, third.home.node, third.username in world.panel.accounts) == ("nl", None, False)
    assert third.home.last_error is not None
    assert first.region is None
    await alice.shop.place_anywhere(ALICE, third.id)
    await alice.shop.work()
    assert (await keys(alice))[2].home.node == "de"


async def test_an_evacuation_keeps_the_region() -> None:
    """The other panel lies elsewhere: the key that may live anywhere moves, the one that may not stays, and is told."""
    world = World({"one": ("a",), "two": ("b",)})
    one, two = world.panels.values()
    reading = replace(one.readings[0], region="nl")
    one.readings, two.readings = (reading,), ()
    shop = Shop(world.ports())
    await shop.seed_shop()
    async with world.storage.transaction() as tx:
        await tx.plans.add_if_absent(replace(THREE, price=rub(0)))
    buyer = Buyer(shop, world, ALICE)
    await buyer.start()
    await buyer.pay_from_balance((await buyer.choose("three")).order.id)
    await shop.add_key(ALICE, Nonce("2"), region_stamp("nl"))
    await shop.provision_keys()
    two.readings = (replace(reading, name="b", region="de"),)
    moved = await shop.evacuate_panel(one.panel_id, "owner")
    assert (dict(moved.moved), moved.without_place) == ({two.panel_id: 1}, 1)
    assert [key.panel_id for key in (await shop.show_keys(ALICE)).keys] == [two.panel_id, one.panel_id]


async def test_a_region_without_room_is_refused(alice: Buyer, world: World) -> None:
    """A region in which no node can take a key, or that never was, makes no key."""
    in_regions(world, ("de", "nl"))
    await alice.buy("three")
    in_regions(world, ("nl",), connected=False)
    for stamp in (region_stamp("nl"), RegionStamp("f" * 12)):
        with pytest.raises(RegionUnavailable):
            await alice.shop.add_key(ALICE, (await alice.shop.list_keys(ALICE)).nonce, stamp)
    assert len(await keys(alice)) == 1


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Mum's\n phone ", "Mum's phone"),
        ("<b>a&b</b>", "<b>a&b</b>"),
        ("\u202eevil\u200b\u0000", "evil"),
        ("👩‍💻 work", "👩💻 work"),
        ("é" * 32, "é" * 32),
        ("z" + "\u0301" * 40, "z\u0301\u0301"),
    ],
)
async def test_a_name_is_cleaned(alice: Buyer, typed: str, name: str) -> None:
    """One line of what can be seen; markup stays text."""
    await alice.buy()
    key = await alice.key()
    await alice.shop.rename_key(ALICE, key.id, typed)
    renamed = await alice.key()
    assert (renamed.name, renamed.is_confirmed) == (name, True)


@pytest.mark.parametrize("typed", ["", " \n ", "\u3164\u2800\u200b", "x" * 33, "x" * 100_000, "\u0301", "\ue000"])
async def test_what_is_no_name_is_refused(alice: Buyer, typed: str) -> None:
    """Nothing to see, or too much: the key keeps its name."""
    await alice.buy()
    key = await alice.key()
    with pytest.raises(NotAKeyName):
        await alice.shop.rename_key(ALICE, key.id, typed)
    assert (await alice.key()).name == "Orbit"
    with pytest.raises(NoSuchKey):
        await alice.shop.rename_key(ALICE, KeyId(UUID(int=7 << 100)), "a")


async def test_the_link_serves_the_keys_that_are_left(alice: Buyer, world: World) -> None:
    """Of several keys each node says which one it is of; a deleted key's are gone before its panel has heard of it."""
    shop = Shop(replace(world.ports(), address=PublicAddress("https://keys.example.org")))
    buyer = Buyer(shop, world, ALICE)
    await buyer.buy("three")
    await add(buyer)
    first, second = await keys(buyer)
    await shop.rename_key(ALICE, first.id, "Mum's #1 & co")
    link = (await shop.list_keys(ALICE)).view.own_link
    assert link is not None

    async def served() -> tuple[str, ...]:
        answer = await shop.serve_subscription(link.url.rpartition("/")[2], SubscriptionFormat.LINKS)
        return answer.content.parts if isinstance(answer, Nodes) else ()

    one = f"vless://{first.credential}@in-home.invalid:443#orbit_42"
    two = f"vless://{second.credential}@in-home.invalid:443#orbit_42_2"
    assert await served() == (f"{one}%20%C2%B7%20Mum%27s%20%231%20%26%20co", f"{two}%20%C2%B7%20Orbit%202")
    await shop.delete_key(ALICE, first.id)
    assert await served() == (two,)
