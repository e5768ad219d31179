"""What panels do behind a link, and what the customer notices of it: nothing, as long as anything can be served."""

from dataclasses import replace
from datetime import timedelta

from orbit_domain.access.key import unplaced
from orbit_domain.ids import KeyId
from orbit_testing import samples
from tests.integration.subscription_links.linked_shop import LinkedShop, links_in
from tests.support.buyer import Buyer


async def bought(alice: Buyer) -> str:
    """The own link of a customer who has just bought."""
    await alice.buy()
    return (await alice.shop.give_link(alice.tg_id)).url


async def test_a_link_revoked_on_the_panel_is_found_again(linked: LinkedShop, alice: Buyer) -> None:
    """An administrator of the panel revokes the account's link: the new one is looked up, once, and recorded."""
    url = await bought(alice)
    first = links_in(await linked.get(url))
    before = (await alice.key()).subscription_url
    linked.world.clock.advance(minutes=10)
    linked.panel.users[(await alice.key()).username].sub_revoked_at = linked.world.clock.now() - timedelta(minutes=1)
    linked.asked.clear()
    assert links_in(await linked.get(url)) == first
    assert len(linked.asked) == 2
    assert (await alice.key()).subscription_url not in (before, None)
    linked.world.clock.advance(minutes=10)
    linked.asked.clear()
    assert links_in(await linked.get(url)) == first
    assert len(linked.asked) == 1
    assert len(alice.notices("key_ready")) == 1


async def test_a_panel_that_serves_nonsense_is_not_believed(linked: LinkedShop, alice: Buyer) -> None:
    """Hosts that lead nowhere give no new copy: the customer has the servers of before, until there are others."""
    url = await bought(alice)
    first = links_in(await linked.get(url))
    hosts = [host for hosts in linked.panel.hosts.values() for host in hosts]
    linked.world.clock.advance(minutes=10)
    for host in hosts:
        host.address = "0.0.0.0"
    assert links_in(await linked.get(url)) == first
    for host in hosts:
        host.address = "203.0.113.99"
    changed = links_in(await linked.get(url))
    assert changed != first
    assert all("@203.0.113.99:" in link for link in changed)


async def test_all_keys_of_a_customer_are_one_list(linked: LinkedShop, alice: Buyer) -> None:
    """Two keys behind one link: the servers of both, each under a name of its own, and their traffic together."""
    url = await bought(alice)
    one = await alice.key()
    username = f"{one.username}_2"
    places = unplaced(one.tg_id, 2, None)
    other = replace(one, id=KeyId(samples.identity(77)), number=2, credential=samples.identity(78), placements=places)
    async with linked.world.storage.transaction() as tx:
        await tx.keys.add(other)
    await linked.shop.work()
    for name in (one.username, username):
        linked.panel.carry(name, 1, up=100, down=900)
    both = await linked.get(url)
    links = links_in(both)
    assert [str(key.credential) in links[at] for at, key in enumerate((one, other))] == [True, True]
    assert len({link.partition("#")[2] for link in links}) == len(links) == 2
    assert "; download=2000; total=0; " in both.headers["subscription-userinfo"]
