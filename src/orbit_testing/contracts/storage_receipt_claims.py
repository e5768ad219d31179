"""What the claims on receipts promise."""

import asyncio
from dataclasses import replace

import pytest

from orbit_domain.payment.claim import TYPED_CHARS, ClaimState, NoSuchClaim
from orbit_domain.storage import Storage
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, NOW, SOURCE, UNKNOWN_USER


class ReceiptClaimContract:
    """Claims are recorded, found by user, receipt and name while they are open, and decided under a lock."""

    conflict: type[Exception]
    bad_value: type[Exception]

    async def test_a_claim_is_read_as_it_was_written(self, storage: Storage) -> None:
        """Whatever was typed, up to the maximum, comes back as it was; decided claims stay readable."""
        typed = ("\u202e<b>' ; -- 🙂 ё" * TYPED_CHARS)[:TYPED_CHARS]
        claim = samples.receipt_claim(typed=typed, external_id="17", state=ClaimState.REJECTED)
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.receipt_claims.add(claim)
        async with storage.transaction() as tx:
            assert await tx.receipt_claims.get(claim.id) == claim
            assert await tx.receipt_claims.lock(claim.id) == claim
            assert await tx.receipt_claims.get(samples.receipt_claim(2).id) is None

    async def test_a_claim_needs_its_user_and_an_id_of_its_own(self, storage: Storage) -> None:
        """A claim of an unknown user, and a second one with the same id, are refused."""
        await _fill(storage, 1)
        for wrong in (samples.receipt_claim(2, UNKNOWN_USER), samples.receipt_claim(1)):
            with pytest.raises(self.conflict):
                async with storage.transaction() as tx:
                    await tx.receipt_claims.add(wrong)

    async def test_a_claim_that_does_not_exist_is_refused(self, storage: Storage) -> None:
        """It can't be locked or saved."""
        async with storage.transaction() as tx:
            with pytest.raises(NoSuchClaim):
                await tx.receipt_claims.lock(samples.receipt_claim().id)
            with pytest.raises(NoSuchClaim):
                await tx.receipt_claims.save(samples.receipt_claim())

    async def test_only_receipt_and_state_are_changed(self, storage: Storage) -> None:
        """Who claimed what, and in which words, stays for ever."""
        await _fill(storage, 1)
        claim = samples.receipt_claim()
        changed = replace(claim, external_id="5", state=ClaimState.APPROVED)
        async with storage.transaction() as tx:
            await tx.receipt_claims.save(replace(changed, tg_id=BORIS, name="other", typed="other", source="other"))
        async with storage.transaction() as tx:
            assert await tx.receipt_claims.get(claim.id) == changed

    async def test_open_claims_of_a_user_are_listed(self, storage: Storage) -> None:
        """The user's own open claims, oldest first; decided ones don't count."""
        await _fill(storage, 3, 1, 2)
        async with storage.transaction() as tx:
            await tx.receipt_claims.add(samples.receipt_claim(4, BORIS))
            await tx.receipt_claims.save(samples.receipt_claim(2, state=ClaimState.APPROVED))
            mine = await tx.receipt_claims.open_of_user(ALICE)
            assert mine == (samples.receipt_claim(1), samples.receipt_claim(3))

    async def test_open_claims_on_a_receipt_are_listed(self, storage: Storage) -> None:
        """Claims of several users on one receipt, oldest first."""
        await _fill(storage, 1, 2, 3)
        hers, decided = samples.receipt_claim(1, external_id="9"), samples.receipt_claim(2, external_id="9")
        async with storage.transaction() as tx:
            await tx.receipt_claims.save(hers)
            await tx.receipt_claims.save(replace(decided, state=ClaimState.REJECTED))
            assert await tx.receipt_claims.open_of_receipt(SOURCE, "9") == (hers,)
            assert await tx.receipt_claims.open_of_receipt("another", "9") == ()

    async def test_waiting_claims_are_found_by_name(self, storage: Storage) -> None:
        """Open claims of the source with one of the names and no receipt yet, and no others."""
        await _fill(storage, 1, 2, 3, 4)
        async with storage.transaction() as tx:
            await tx.receipt_claims.save(samples.receipt_claim(2, external_id="9"))
            await tx.receipt_claims.save(samples.receipt_claim(3, state=ClaimState.REJECTED))
            names = [samples.receipt_claim(number).name for number in (1, 2, 3)]
            assert await tx.receipt_claims.waiting(SOURCE, names) == (samples.receipt_claim(1),)
            assert await tx.receipt_claims.waiting("another", names) == ()
            assert await tx.receipt_claims.waiting(SOURCE, []) == ()

    async def test_it_is_known_whether_anybody_waits(self, storage: Storage) -> None:
        """An open claim of the source without a receipt; one that was decided, or found, waits no longer."""
        async with storage.transaction() as tx:
            assert not await tx.receipt_claims.any_waiting(SOURCE)
        await _fill(storage, 1, 2)
        async with storage.transaction() as tx:
            assert await tx.receipt_claims.any_waiting(SOURCE)
            assert not await tx.receipt_claims.any_waiting("another")
            await tx.receipt_claims.save(samples.receipt_claim(1, external_id="9"))
            await tx.receipt_claims.save(samples.receipt_claim(2, state=ClaimState.REJECTED))
            assert not await tx.receipt_claims.any_waiting(SOURCE)

    async def test_of_two_decisions_one_is_recorded(self, storage: Storage) -> None:
        """Whoever locks the claim second sees that it was decided."""
        await _fill(storage, 1)

        async def decide(state: ClaimState) -> bool:
            async with storage.transaction() as tx:
                claim = await tx.receipt_claims.lock(samples.receipt_claim().id)
                if claim.is_open:
                    await tx.receipt_claims.save(claim.decide(state))
                return claim.is_open

        decided = await asyncio.gather(decide(ClaimState.APPROVED), decide(ClaimState.REJECTED))
        assert sorted(decided) == [False, True]

    async def test_a_claim_has_a_real_time(self, storage: Storage) -> None:
        """A time without a zone is refused."""
        await _fill(storage)
        with pytest.raises(self.bad_value):
            async with storage.transaction() as tx:
                await tx.receipt_claims.add(samples.receipt_claim(at=NOW.replace(tzinfo=None)))


async def _fill(storage: Storage, *numbers: int) -> None:
    async with storage.transaction() as tx:
        for tg_id in (ALICE, BORIS):
            await tx.users.add_if_absent(samples.new_user(tg_id))
        for number in numbers:
            await tx.receipt_claims.add(samples.receipt_claim(number))
