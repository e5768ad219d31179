"""The contract of what a rebalance has moved and may move, of every Storage."""

from dataclasses import replace

from orbit_domain.access.account import AccountState, AccountStatus
from orbit_domain.access.key import Key
from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import Place
from orbit_domain.storage import Storage
from orbit_testing import samples
from orbit_testing.samples import HOUR, MINUTE, NOW

_HERE = Place(PanelId("m1"), "a", ("in",))
_THERE = Place(PanelId("m2"), "a", ("in",))
_SERVED = AccountState("orbit_1001", AccountStatus.ACTIVE, None, "https://p/sub/1", ("vless://1",))


def served(number: int, place: Place = _HERE) -> Key:
    """The *number*-th key, confirmed at *place*."""
    return confirmed(samples.key(number).place(place, NOW))


def confirmed(key: Key) -> Key:
    """The key with its home confirmed."""
    return key.confirm(key.home.number, key.home.desired_revision, _SERVED, NOW)


class RebalanceContract:
    """Keys that a rebalance may move."""

    async def test_a_rebalance_moves_only_who_is_served_and_at_rest(self, storage: Storage) -> None:
        """Neither keys that are under way, off or expired, nor those moved lately, wherever they live by now."""
        moved = confirmed(served(6).rebalance(_THERE, NOW - HOUR))
        back = confirmed(confirmed(served(7).rebalance(_THERE, NOW)).place(_HERE, NOW))
        keys = (
            served(1),
            served(2),
            samples.key(3).place(_HERE, NOW),
            replace(served(4), enabled=False),
            replace(served(5), expires_at=NOW),
            moved,
            back,
            served(8, _THERE),
            served(9).place(_THERE, NOW),
            samples.key(10),
        )
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for key in keys:
                await tx.keys.add(key)
            assert await tx.keys.get(moved.id) == moved
            rested = NOW - HOUR
            assert dict(await tx.rebalances.movable(NOW, rested)) == {("m1", "a"): 2, ("m2", "a"): 1}
            assert dict(await tx.rebalances.movable(NOW, rested + MINUTE)) == {("m1", "a"): 2, ("m2", "a"): 2}
            assert await tx.rebalances.movable_on(_HERE, NOW, rested, 9) == (keys[0].id, keys[1].id)
            assert await tx.rebalances.movable_on(_HERE, NOW, rested, 1) == (keys[0].id,)
            assert await tx.rebalances.movable_on(_HERE._replace(node="b"), NOW, rested, 9) == ()
            counts = [await tx.rebalances.moved_since(at) for at in (rested, rested + MINUTE, NOW + MINUTE)]
        assert counts == [2, 1, 0]
