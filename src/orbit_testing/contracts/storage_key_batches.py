"""What every storage must do with many keys at once."""

from dataclasses import replace

import pytest

from orbit_domain.access.key import Key
from orbit_domain.access.placement import Placement
from orbit_domain.storage import Storage
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, NOW


def _without_fences(key: Key) -> tuple[Placement, ...]:
    return tuple(replace(one, fence=0) for one in key.placements)


class KeyBatchContract:
    """Keys that are held, recorded and counted together."""

    conflict: type[Exception]

    async def test_the_places_of_many_keys_are_recorded_at_once(self, storage: Storage) -> None:
        """The keys of several users are held together, deleted ones too; only their places change, but no fence."""
        keys = [samples.key(1), samples.key(2, BORIS), samples.key(3).delete(NOW)]
        async with storage.transaction() as tx:
            for tg_id in (ALICE, BORIS):
                await tx.users.add_if_absent(samples.new_user(tg_id))
            for key in keys:
                await tx.keys.add(key)
            (first, second) = await tx.keys.claim_homeless((), (), NOW + HOUR, NOW + 2 * HOUR, 9)
            held = await tx.keys.lock_of([BORIS, ALICE, BORIS])
            assert dict(held) == {keys[0].id: first.key, keys[1].id: second.key, keys[2].id: keys[2]}
            assert dict(await tx.keys.lock_of([])) == {}
            placed = [samples.placed(replace(due.key, name="another"), "m2") for due in (second, first)]
            await tx.keys.save_places([])
            await tx.keys.save_places([replace(key, placements=_without_fences(key)) for key in placed])
            kept = await tx.keys.lock_of([ALICE, BORIS])
        assert [kept[due.key.id] for due in (first, second)] == [
            samples.placed(due.key, "m2") for due in (first, second)
        ]
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.keys.save_places([samples.key(9)])
