"""A customer is cached for a minute at most, is never wrong after a change, and corrupt values are refused."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.cache.customer_codec import decode_customer, encode_customer
from orbit_domain.cache.ports import CUSTOMER, WRITE_GUARD_S
from orbit_domain.ids import TelegramId
from orbit_domain.money import rub
from orbit_domain.subscription.repository import Customer
from orbit_domain.subscription.subscription import Subscription
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer
from orbit_domain.user.user import NoSuchUser, Role, User
from orbit_testing import strategies
from tests.support.buyer import ALICE, Buyer
from tests.support.shop import Shop
from tests.support.world import World

USERS = st.builds(
    User,
    tg_id=st.just(ALICE),
    username=st.none() | strategies.names(),
    language=st.sampled_from(["ru", "en"]),
    balance=strategies.roubles(),
    role=st.sampled_from(Role),
    referrer_id=st.none() | strategies.tg_ids(),
    trial_used_at=st.none() | strategies.moments(),
    unreachable_at=st.none() | strategies.moments(),
    created_at=strategies.moments(),
    notices=strategies.notice_settings(),
)
CUSTOMERS = st.builds(Customer, USERS, strategies.subscriptions(ALICE))


class LockedStorage:
    """A storage that must not be used."""

    def transaction(self) -> Any:
        """Refuse."""
        raise AssertionError("the storage was read")

    async def find_customer(self, tg_id: TelegramId) -> Any:
        """Refuse."""
        raise AssertionError("the storage was read")


@pytest.fixture
def cached(world: World) -> GetCachedCustomer:
    """Reads the world's cache alone."""
    return GetCachedCustomer(LockedStorage(), world.cache)


@given(CUSTOMERS)
def test_any_customer_is_recalled_as_written(customer: Customer) -> None:
    """What is written can be read, to the last kopeck and microsecond."""
    assert decode_customer(encode_customer(customer)) == customer


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=20) | st.binary())
def test_what_is_no_customer_is_refused(held: object) -> None:
    """Anything else in the cache is refused."""
    text = held.decode("latin-1") if isinstance(held, bytes) else json.dumps(held)
    with pytest.raises((ValueError, RecursionError)):
        decode_customer(text)


@pytest.mark.parametrize("place", range(12))
@pytest.mark.parametrize("wrong", [True, 1.5, [], {}, "2026-11-21T12:00:00", "nobody", -1])
def test_a_corrupt_part_is_refused(place: int, wrong: object) -> None:
    """A part of another type makes the whole value invalid, or a customer that is written exactly so."""
    long_ago = datetime(2026, 1, 1, tzinfo=UTC)
    user = User(ALICE, "alice", "ru", rub(5), Role.CUSTOMER, None, None, None, long_ago)
    parts = json.loads(encode_customer(Customer(user, Subscription(ALICE))))
    parts[place] = wrong
    try:
        read = decode_customer(json.dumps(parts))
    except ValueError:
        return
    assert json.loads(encode_customer(read)) == parts


async def test_home_is_cached(alice: Buyer, shop: Shop, cached: GetCachedCustomer, world: World) -> None:
    """Within a minute the storage isn't read again; after that it is."""
    world.clock.advance(seconds=WRITE_GUARD_S)
    home = await shop.show_home(ALICE)
    assert (await cached(ALICE)).user == home.user
    world.clock.advance(seconds=CUSTOMER.ttl_s)
    with pytest.raises(AssertionError, match="the storage was read"):
        await cached(ALICE)


async def test_a_change_is_seen_at_once(alice: Buyer, shop: Shop, world: World) -> None:
    """Language, balance and end are shown as they are, however often they were read before."""
    world.clock.advance(seconds=WRITE_GUARD_S)
    assert (await shop.show_home(ALICE)).user.language == "ru"
    await shop.set_language(ALICE, "en")
    assert (await shop.show_home(ALICE)).user.language == "en"
    view = await alice.start_purchase()
    world.clock.advance(seconds=WRITE_GUARD_S)
    assert (await shop.show_home(ALICE)).subscription.ends_at is None
    alice.send(view)
    await shop.work()
    assert (await shop.show_home(ALICE)).subscription.ends_at is not None


async def test_a_corrupt_value_is_ignored(alice: Buyer, shop: Shop, world: World) -> None:
    """A corrupt value in the cache costs one more read, and nothing else."""
    world.clock.advance(seconds=WRITE_GUARD_S)
    await world.cache.put(CUSTOMER.key(ALICE), "[1, 2", 60)
    assert (await shop.show_home(ALICE)).user.tg_id == ALICE


async def test_an_unknown_user_is_not_cached(shop: Shop) -> None:
    """An unknown user is refused, and known right after registration."""
    stranger = TelegramId(4_711)
    with pytest.raises(NoSuchUser):
        await shop.show_home(stranger)
    await shop.register_user(stranger, None, "en")
    assert (await shop.show_home(stranger)).user.tg_id == stranger
