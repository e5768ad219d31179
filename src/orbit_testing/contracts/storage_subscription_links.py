"""What the storage promises about subscription links and good copies."""

from dataclasses import replace

import pytest

from orbit_domain.ids import KeyId
from orbit_domain.storage import Storage
from orbit_domain.subscription_link.formats import SubscriptionFormat
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, NOW

LINKS, CLASH = SubscriptionFormat.LINKS, SubscriptionFormat.CLASH


class SubscriptionLinkContract:
    """One link a customer, and the newest good content of each key and format."""

    conflict: type[Exception]

    async def test_a_replaced_token_opens_nothing(self, storage: Storage) -> None:
        """A customer has one link: the newest one is found, by customer and by hash, and the one before by neither."""
        first, second = samples.subscription_link(1), samples.subscription_link(2)
        await _fill(storage)
        async with storage.transaction() as tx:
            await tx.subscription_links.put(first)
            await tx.subscription_links.put(samples.subscription_link(3, BORIS))
            assert await tx.subscription_links.page(None, 5) == (first, samples.subscription_link(3, BORIS))
            assert await tx.subscription_links.page(ALICE, 5) == (samples.subscription_link(3, BORIS),)
            assert await tx.subscription_links.page(None, 1) == (first,)
            assert await tx.subscription_links.by_hash(first.token_hash) == first
            await tx.subscription_links.put(second)
        async with storage.transaction() as tx:
            assert await tx.subscription_links.by_hash(first.token_hash) is None
            assert await tx.subscription_links.by_hash(second.token_hash) == second
            assert await tx.subscription_links.get(ALICE) == second

    async def test_a_removed_link_opens_nothing(self, storage: Storage) -> None:
        """It is found neither by customer nor by hash, others stay, and a new one may take its token's place."""
        link, other = samples.subscription_link(1), samples.subscription_link(2, BORIS)
        await _fill(storage)
        async with storage.transaction() as tx:
            await tx.subscription_links.put(link)
            await tx.subscription_links.put(other)
            for _ in range(2):
                await tx.subscription_links.remove(ALICE)
            assert await tx.subscription_links.page(None, 5) == (other,)
            assert await tx.subscription_links.by_hash(link.token_hash) is None
            await tx.subscription_links.put(link)
            assert await tx.subscription_links.get(ALICE) == link

    async def test_no_two_links_have_one_token(self, storage: Storage) -> None:
        """A token of another customer, and a customer who doesn't exist, are refused."""
        await _fill(storage)
        async with storage.transaction() as tx:
            await tx.subscription_links.put(samples.subscription_link(1))
        for wrong in (samples.subscription_link(1, BORIS), samples.subscription_link(2, samples.UNKNOWN_USER)):
            with pytest.raises(self.conflict):
                async with storage.transaction() as tx:
                    await tx.subscription_links.put(wrong)

    async def test_the_newest_copy_of_each_format_is_kept(self, storage: Storage) -> None:
        """A copy takes the place of the one before of its key and format, and is read by key, in their order."""
        await _fill(storage)
        one, two = samples.good_copy(1), samples.good_copy(2)
        newer, clash = replace(one, sealed="newer", missing_since=NOW + HOUR), replace(one, format=CLASH)
        async with storage.transaction() as tx:
            for copy in (two, one, clash, newer):
                await tx.good_copies.put(copy)
            assert await tx.good_copies.of_keys([two.key_id, one.key_id, two.key_id], LINKS) == (newer, two)
            assert await tx.good_copies.of_keys([one.key_id, two.key_id], CLASH) == (clash,)
            assert await tx.good_copies.of_keys([], LINKS) == ()

    async def test_dropped_copies_are_gone_in_every_format(self, storage: Storage) -> None:
        """Nothing is left of a dropped key's content; that of other keys stays."""
        await _fill(storage)
        one, two = samples.good_copy(1), samples.good_copy(2)
        async with storage.transaction() as tx:
            for copy in (one, two, replace(one, format=CLASH)):
                await tx.good_copies.put(copy)
            await tx.good_copies.drop([])
            await tx.good_copies.drop([one.key_id, KeyId(samples.identity(9))])
        async with storage.transaction() as tx:
            assert await tx.good_copies.of_keys([one.key_id, two.key_id], LINKS) == (two,)
            assert await tx.good_copies.of_keys([one.key_id], CLASH) == ()

    async def test_only_keys_have_copies(self, storage: Storage) -> None:
        """A copy of a key that doesn't exist is refused."""
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.good_copies.put(samples.good_copy(1))

    async def test_devices_are_listed_as_they_came(self, storage: Storage) -> None:
        """A device is one row however often it is seen, in the order of the first visits; each can be forgotten."""
        await _fill(storage)
        one, two, his = samples.link_device(1), samples.link_device(2), samples.link_device(1, BORIS)
        again = replace(one, name="Phone", last_seen_at=NOW + 9 * HOUR)
        async with storage.transaction() as tx:
            for device in (two, one, his, again):
                await tx.link_devices.put(device)
        async with storage.transaction() as tx:
            assert await tx.link_devices.of_user(ALICE) == (again, two)
            await tx.link_devices.remove(ALICE, one.hash)
            await tx.link_devices.remove(ALICE, one.hash)
            assert await tx.link_devices.of_user(ALICE) == (two,)
            await tx.link_devices.remove_all(ALICE)
        async with storage.transaction() as tx:
            assert await tx.link_devices.of_user(ALICE) == ()
            assert await tx.link_devices.of_user(BORIS) == (his,)

    async def test_only_customers_have_devices(self, storage: Storage) -> None:
        """A device of a customer who doesn't exist is refused."""
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.link_devices.put(samples.link_device(1))


async def _fill(storage: Storage) -> None:
    async with storage.transaction() as tx:
        await tx.users.add_if_absent(samples.new_user())
        await tx.users.add_if_absent(samples.new_user(BORIS))
        await tx.keys.add(samples.key(1))
        await tx.keys.add(samples.key(2))
