"""What every storage must do with keys and their placements."""

import asyncio
from datetime import timedelta

import pytest

from orbit_domain.access.account import AccountState, AccountStatus
from orbit_domain.access.key import Key
from orbit_domain.access.placement import PlacementState
from orbit_domain.access.repository import DuePlacement, PanelDuties
from orbit_domain.ids import Nonce, PanelId
from orbit_domain.storage import Storage
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, MINUTE, NOW

_M1 = PanelId("m1")


async def save(storage: Storage, key: Key) -> None:
    """Record *key* in a transaction of its own."""
    async with storage.transaction() as tx:
        await tx.keys.save(key)


class KeyContract:
    """Keys with their placements."""

    conflict: type[Exception]

    async def test_keys_are_kept_whole(self, storage: Storage) -> None:
        """Everything about a key and its places is read back, alone and among the user's."""
        observed = AccountState("orbit_1001", AccountStatus.ACTIVE, None, "https://p/sub/1", ("vless://1", "vless://2"))
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.keys.add(samples.key(2))
            await tx.keys.add(samples.key(1))
            served = samples.placed(samples.key(1), "m1", "de-1", ("in1", "in2")).confirm(0, 1, observed, NOW)
            moved = samples.placed(served, "m2", "nl-1", ("squad",)).refuse_place("no host", NOW)
            await tx.keys.save(moved)
            assert await tx.keys.get(moved.id) == moved
            assert await tx.keys.lock(moved.id) == moved
            assert await tx.keys.of_user(ALICE) == (moved, samples.key(2))
            assert await tx.keys.of_user(BORIS) == ()
            assert await tx.keys.named(moved.username, [PanelId("m2"), PanelId("m3")]) == (moved,)
            assert await tx.keys.named(moved.username, [PanelId("m3")]) == await tx.keys.named("x", [_M1]) == ()

    async def test_a_deleted_key_is_found_only_for_what_is_left_of_it(self, storage: Storage) -> None:
        """It is in no list of keys and counts nowhere; its account is still removed, and its row still says whose."""
        state = AccountState("orbit_1001", AccountStatus.ACTIVE, None, "https://p/sub/1", ("vless://1",))
        served = samples.placed(samples.key(1, region="nl"), "m1", "a").confirm(0, 1, state, NOW)
        deleted, other = served.delete(NOW), samples.key(2)
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for key in (served, other):
                await tx.keys.add(key)
            await tx.keys.save(deleted)
            assert await tx.keys.of_user(ALICE) == await tx.keys.page(None, 9) == (other,)
            assert await tx.keys.all_of_user(ALICE) == (deleted, other)
            assert await tx.keys.get(deleted.id) is None
            assert await tx.keys.lock(deleted.id) == deleted
            assert dict(await tx.keys.by_ids([deleted.id])) == {deleted.id: deleted}
            assert await tx.keys.on_panel(_M1, None, 9) == await tx.keys.confirmed_since(NOW, None, 9) == ()
            assert (await tx.panels.keys_on(_M1), dict(await tx.keys.count_by_node(NOW))) == (0, {})
            assert dict(await tx.keys.duties()) == {_M1: PanelDuties(removing=1)}
            assert await tx.keys.claim_homeless((), (), NOW + HOUR, NOW + 2 * HOUR, 9) != ()
            (due,) = await tx.keys.claim_due(_M1, NOW + HOUR, NOW + 2 * HOUR, 9)
            assert (due.key.id, due.placement.state, due.key.enabled) == (deleted.id, PlacementState.LEAVING, False)

    async def test_a_button_makes_one_key(self, storage: Storage) -> None:
        """A user has one key of a nonce for ever, deleted or not; another user may have the same nonce."""
        nonce = Nonce("2")
        async with storage.transaction() as tx:
            for tg_id in (ALICE, BORIS):
                await tx.users.add_if_absent(samples.new_user(tg_id))
                await tx.keys.add(samples.key(int(tg_id), tg_id, nonce=nonce))
            for number in (1, 2):
                await tx.keys.add(samples.key(number))
            await tx.keys.save(samples.key(int(ALICE)).delete(NOW))
            assert [key.nonce for key in await tx.keys.all_of_user(ALICE)] == [None, None, nonce]
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.keys.add(samples.key(3, nonce=nonce))

    async def test_keys_are_listed_by_id(self, storage: Storage) -> None:
        """A listing continues after any key, without gap or repeat, and holds the keys of all users, or of a panel."""
        keys = [samples.key(number, ALICE if number % 2 else BORIS) for number in range(1, 6)]
        keys[1:4] = [samples.placed(samples.placed(key, "m1"), "m2") for key in keys[1:4]]
        async with storage.transaction() as tx:
            for tg_id in (ALICE, BORIS):
                await tx.users.add_if_absent(samples.new_user(tg_id))
            for key in reversed(keys):
                await tx.keys.add(key)
            assert await tx.keys.page(None, 2) == tuple(keys[:2])
            for position, key in enumerate(keys, start=1):
                assert await tx.keys.page(key.id, 10) == tuple(keys[position:])
            assert await tx.keys.on_panel(PanelId("m2"), None, 2) == tuple(keys[1:3])
            assert await tx.keys.on_panel(PanelId("m2"), keys[2].id, 2) == (keys[3],)
            assert await tx.keys.on_panel(PanelId("m1"), None, 2) == ()

    async def test_keys_are_found_by_their_ids(self, storage: Storage) -> None:
        """Of many ids those that exist are found, each once."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for number in (1, 2, 3):
                await tx.keys.add(samples.key(number))
            one, three, unknown = samples.key(1), samples.key(3), samples.key(9)
            found = await tx.keys.by_ids([three.id, one.id, unknown.id, one.id])
            assert (dict(found), dict(await tx.keys.by_ids(()))) == ({one.id: one, three.id: three}, {})

    async def test_unknown_keys(self, storage: Storage) -> None:
        """An unknown key is not found, and can't be saved."""
        async with storage.transaction() as tx:
            assert await tx.keys.get(samples.key().id) is None
            assert await tx.keys.lock(samples.key().id) is None
            with pytest.raises(LookupError):
                await tx.keys.save(samples.key())

    async def test_a_panel_has_each_name_once(self, storage: Storage) -> None:
        """Two keys may have one username while they have no panel; on one panel the second is refused.

        That lasts until the first one's account is gone from there.
        """
        one, second = samples.key(1), samples.key(2, username=samples.key(1).username)
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.keys.add(one)
            await tx.keys.add(second)
            await tx.keys.save(samples.placed(one, "m1"))
        left = samples.placed(samples.placed(one, "m1"), "m2")
        with pytest.raises(self.conflict):
            await save(storage, samples.placed(second, "m1"))
        await save(storage, left)
        with pytest.raises(self.conflict):
            await save(storage, samples.placed(second, "m1"))
        async with storage.transaction() as tx:
            await tx.keys.save(left.confirm_removal(0))
            await tx.keys.save(samples.placed(second, "m1"))

    async def test_due_placements_are_claimed_once(self, storage: Storage) -> None:
        """A claimed placement has its fence raised, and no other worker gets it before the lease ends."""
        now, lease = NOW + HOUR, NOW + 2 * HOUR
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.keys.add(samples.placed(samples.key(1)))
            assert await tx.keys.claim_due(PanelId("m2"), now, lease, 10) == ()
            (claimed,) = await tx.keys.claim_due(_M1, now, lease, 10)
            assert claimed == DuePlacement(samples.placed(samples.key(1, fence=1, next_attempt_at=lease)), 0)
            assert await tx.keys.get(claimed.key.id) == claimed.key
            assert await tx.keys.claim_due(_M1, lease - timedelta(microseconds=1), lease, 10) == ()
            (again,) = await tx.keys.claim_due(_M1, lease, lease + HOUR, 10)
            assert again.placement.fence == 2

    async def test_only_what_is_due_is_claimed(self, storage: Storage) -> None:
        """What is confirmed, refused or not due stays; the longest waiting go first, never more than the limit."""
        early = samples.key(1, next_attempt_at=None, panel_id=_M1)
        waiting = samples.key(2, next_attempt_at=NOW - MINUTE, panel_id=_M1)
        waiting_less = samples.key(3, next_attempt_at=NOW, panel_id=_M1)
        confirmed = samples.key(4, applied_revision=1, next_attempt_at=NOW - HOUR, panel_id=_M1)
        later = samples.key(5, next_attempt_at=NOW + MINUTE, panel_id=_M1)
        refused = samples.key(6, next_attempt_at=NOW - HOUR, panel_id=_M1, is_refused=True)
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for key in (later, confirmed, waiting_less, waiting, early, refused):
                await tx.keys.add(key)
            first = await tx.keys.claim_due(_M1, NOW, NOW + HOUR, 2)
            second = await tx.keys.claim_due(_M1, NOW, NOW + HOUR, 2)
            assert await tx.keys.claim_due(_M1, NOW, NOW + HOUR, 0) == ()
        assert {due.key.id for due in first} == {early.id, waiting.id}
        assert {due.key.id for due in second} == {waiting_less.id}

    async def test_homes_that_need_a_place_are_claimed(self, storage: Storage) -> None:
        """Those without a panel, refused, of an unknown panel, or of a failing one that has never served them."""
        keys = {
            "new": samples.key(1),
            "refused": samples.key(2, panel_id=_M1, is_refused=True),
            "of an unknown panel": samples.key(3, panel_id=PanelId("gone")),
            "never served by a failing one": samples.key(4, panel_id=PanelId("m2")),
            "served by a failing one": samples.key(5, panel_id=PanelId("m2"), applied_revision=1, desired_revision=2),
            "at home": samples.key(6, panel_id=_M1),
            "confirmed by an unknown panel": samples.key(7, panel_id=PanelId("gone"), applied_revision=1),
            "later": samples.key(8, next_attempt_at=NOW + 2 * HOUR),
        }
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for key in keys.values():
                await tx.keys.add(key)
            panels = (_M1, PanelId("m2"))
            claimed = await tx.keys.claim_homeless(panels, panels[1:], NOW + HOUR, NOW + 2 * HOUR, 10)
            assert await tx.keys.claim_homeless(panels, panels[1:], NOW + HOUR, NOW + 2 * HOUR, 10) == ()
        assert [due.key.number for due in claimed] == [1, 2, 3, 4]

    async def test_a_key_that_moves_is_due_at_both_places(self, storage: Storage) -> None:
        """What it leaves follows it until its home has confirmed, and is to be removed then, until it is gone."""
        state = AccountState("orbit_1001", AccountStatus.ACTIVE, None, "https://p/sub/1", ("vless://1",))
        served = samples.placed(samples.key(1), "m1").confirm(0, 1, state, NOW)
        moving = samples.placed(served, "m2").request_change(NOW + 9 * HOUR, 0, NOW)
        arrived = moving.confirm(1, moving.home.desired_revision, state, NOW)
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.keys.add(samples.placed(samples.key(1), "m1"))
            counts = []
            for key in (served, moving, arrived, arrived.confirm_removal(0)):
                await tx.keys.save(key)
                counts.append(dict(await tx.keys.duties()))
                if key is arrived:
                    (due,) = await tx.keys.claim_due(_M1, NOW + HOUR, NOW + 2 * HOUR, 10)
                    assert (due.number, due.placement.state) == (0, PlacementState.REMOVING)
        assert counts == [{}, {_M1: PanelDuties(leaving=1)}, {_M1: PanelDuties(removing=1)}, {}]

    async def test_what_is_gone_with_its_panel_is_forgotten(self, storage: Storage) -> None:
        """Only what was to be removed there; homes and other panels are left as they are."""
        state = AccountState("orbit_1001", AccountStatus.ACTIVE, None, "https://p/sub/1", ("vless://1",))
        keys = [samples.placed(samples.key(number), panel) for number, panel in ((1, "m1"), (2, "m1"), (3, "m2"))]
        moved = [samples.placed(key.confirm(0, 1, state, NOW), "m3") for key in keys[1:]]
        keys[1:] = [key.confirm(1, key.home.desired_revision, state, NOW) for key in moved]
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for key in keys:
                await tx.keys.add(key)
            assert await tx.keys.forget_removals(_M1) == 1
            assert await tx.keys.forget_removals(_M1) == 0
            assert dict(await tx.keys.duties()) == {PanelId("m2"): PanelDuties(removing=1)}
            kept = [await tx.keys.get(key.id) for key in keys]
        assert kept == [keys[0], keys[1].confirm_removal(0), keys[2]]

    async def test_concurrent_claims_share_the_work(self, storage: Storage) -> None:
        """Concurrent claimants get different placements, and together all of them."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for number in range(12):
                await tx.keys.add(samples.placed(samples.key(number)))

        async def claim() -> list[int]:
            async with storage.transaction() as tx:
                return [due.key.number for due in await tx.keys.claim_due(_M1, NOW + HOUR, NOW + 2 * HOUR, 3)]

        taken = [number for numbers in await asyncio.gather(*(claim() for _ in range(4))) for number in numbers]
        assert len(taken) == len(set(taken))
        taken += await claim()
        assert sorted(taken) == list(range(12))

    async def test_saving_leaves_the_fence_alone(self, storage: Storage) -> None:
        """A worker that read the key before a claim can't reset the claimant's fence."""
        key = samples.placed(samples.key())
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.keys.add(key)
            await tx.keys.claim_due(_M1, NOW + HOUR, NOW + 2 * HOUR, 1)
            await tx.keys.save(key.request_change(NOW + HOUR, 7, NOW))
            saved = await tx.keys.get(key.id)
        assert saved == samples.placed(samples.key(fence=1)).request_change(NOW + HOUR, 7, NOW)

    async def test_what_waits_for_a_panel_is_woken(self, storage: Storage) -> None:
        """When a panel answers again, what waits there or for any place is due at once; when the shop starts, all."""
        tired = [samples.key(n, panel_id=PanelId(f"m{n}"), next_attempt_at=NOW + HOUR) for n in (1, 2)]
        tired.append(samples.key(3, next_attempt_at=NOW + HOUR))
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for key in tired:
                await tx.keys.add(key)
            await tx.keys.wake(_M1, NOW)
            (homeless,) = await tx.keys.claim_homeless([_M1, PanelId("m2")], (), NOW, NOW + HOUR, 9)
            woken = [await tx.keys.claim_due(PanelId(f"m{n}"), NOW, NOW + HOUR, 9) for n in (1, 2)]
            await tx.keys.wake_all(NOW)
            all_woken = [await tx.keys.claim_due(PanelId(f"m{n}"), NOW, NOW + HOUR, 9) for n in (1, 2)]
        assert homeless.key.id == tired[2].id
        assert [len(due) for due in woken] == [1, 0]
        assert [len(due) for due in all_woken] == [1, 1]

    async def test_what_was_confirmed_lately_is_found(self, storage: Storage) -> None:
        """Keys whose home was confirmed at that time or later, by id, never more than the limit."""
        state = AccountState("orbit_1001", AccountStatus.ACTIVE, None, "https://p/sub/1", ("vless://1",))
        keys = [
            samples.placed(samples.key(n)).confirm(0, 1, state, at)
            for n, at in ((1, NOW - MINUTE), (2, NOW), (3, NOW + MINUTE))
        ]
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for key in (*keys, samples.key(4)):
                await tx.keys.add(key)
            assert await tx.keys.confirmed_since(NOW, None, 10) == tuple(keys[1:])
            assert await tx.keys.confirmed_since(NOW, None, 1) == (keys[1],)
            assert await tx.keys.confirmed_since(NOW, keys[1].id, 9) == (keys[2],)

    async def test_active_keys_are_counted_by_node(self, storage: Storage) -> None:
        """Only homes of keys that haven't expired count, each at its node of its panel."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for number, panel, node, ends_at in (
                (1, "m1", "a", NOW + MINUTE),
                (2, "m1", "a", NOW + HOUR),
                (3, "m2", "a", NOW + HOUR),
                (4, "m1", "b", NOW),
            ):
                await tx.keys.add(samples.placed(samples.key(number, expires_at=ends_at), panel, node))
            await tx.keys.add(samples.key(5))
            moved = samples.placed(samples.placed(samples.key(6), "m1", "b"), "m2", "a")
            await tx.keys.add(moved)
            await tx.keys.add(samples.placed(samples.key(7), "m1", "a").delete(NOW))
            counted = await tx.keys.count_by_node(NOW)
        assert dict(counted) == {(_M1, "a"): 2, (PanelId("m2"), "a"): 2}
