"""What every Storage promises to tell after a commit."""

from contextlib import suppress

import pytest

from orbit_domain.ids import PlanCode
from orbit_domain.storage import AfterCommit, ChangeSet, Storage
from orbit_domain.subscription.subscription import Subscription
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, NOW


class ChangesHeard:
    """The port `AfterCommit`: remembers what it was told, and what others could read at that moment."""

    def __init__(self) -> None:
        self.told: list[ChangeSet] = []
        self.storage: Storage | None = None
        self.languages: list[str | None] = []

    async def __call__(self, changes: ChangeSet) -> None:
        """Remember, and look once if there is a storage to look into."""
        self.told.append(changes)
        storage, self.storage = self.storage, None
        if storage is not None:
            async with storage.transaction() as tx:
                user = await tx.users.get(ALICE)
            self.languages.append(user.language if user else None)

    def last(self) -> tuple[set[int], bool, bool]:
        """The newest changes: whose customers, keys due, notices due."""
        newest = self.told[-1]
        return set(newest.customers), newest.keys_due, newest.notices_due


class ChangeSetContract:
    """Whoever remembers or waits hears of what was recorded. The `storage` fixture is made with `changes_heard`."""

    @pytest.fixture
    def changes_heard(self) -> AfterCommit:
        """Give it to the storage."""
        return ChangesHeard()

    async def test_changed_customers_are_told(self, storage: Storage, changes_heard: ChangesHeard) -> None:
        """A new user, each setter, another end and every movement of the balance: the customer reads differently."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user(ALICE))
            await tx.users.add_if_absent(samples.new_user(BORIS))
        assert changes_heard.last() == ({ALICE, BORIS}, False, False)
        async with storage.transaction() as tx:
            await tx.users.set_language(ALICE, "en")
        assert changes_heard.last() == ({ALICE}, False, False)
        async with storage.transaction() as tx:
            await tx.users.set_trial_used(ALICE, NOW)
            await tx.users.set_unreachable(BORIS, NOW)
        assert changes_heard.last() == ({ALICE, BORIS}, False, False)
        async with storage.transaction() as tx:
            await tx.subscriptions.save(Subscription(BORIS, NOW, PlanCode("sub_1m")))
        assert changes_heard.last() == ({BORIS}, False, False)
        async with storage.transaction() as tx:
            await tx.ledger.post(samples.gift(1, 100))
        assert changes_heard.last() == ({ALICE}, False, False)

    async def test_reading_and_repeating_tell_nothing(self, storage: Storage, changes_heard: ChangesHeard) -> None:
        """Reading, a second /start, a second posting of one reference and a known promise change nothing."""
        for again in (False, True):
            async with storage.transaction() as tx:
                await tx.users.add_if_absent(samples.new_user())
                await tx.ledger.post(samples.gift(1, 100))
                await tx.outbox.add(samples.message())
                await tx.subscriptions.customer(ALICE)
            assert changes_heard.last() == (set() if again else {ALICE}, False, not again)

    async def test_work_that_is_due_is_told(self, storage: Storage, changes_heard: ChangesHeard) -> None:
        """A new key and another wish are due; a confirmation, a claim and a failure aren't. A new promise is due."""
        key = samples.key()
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.keys.add(key)
        assert changes_heard.last() == ({ALICE}, True, False)
        async with storage.transaction() as tx:
            await tx.keys.claim_due(NOW, NOW, 10)
            await tx.keys.save(key.postpone("no answer", NOW))
        assert changes_heard.last() == (set(), False, False)
        async with storage.transaction() as tx:
            await tx.keys.save(key.request_change(NOW, 0, NOW))
            await tx.outbox.add(samples.message())
        assert changes_heard.last() == (set(), True, True)

    async def test_what_failed_is_not_told(self, storage: Storage, changes_heard: ChangesHeard) -> None:
        """A transaction that was rolled back tells nobody anything."""
        with suppress(LookupError):
            async with storage.transaction() as tx:
                await tx.users.add_if_absent(samples.new_user())
                raise LookupError
        assert changes_heard.told == []

    async def test_what_is_told_can_be_read(self, storage: Storage, changes_heard: ChangesHeard) -> None:
        """At the moment of telling, another transaction can be opened and finds what was recorded."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
        changes_heard.storage = storage
        async with storage.transaction() as tx:
            await tx.users.set_language(ALICE, "en")
        assert changes_heard.languages == ["en"]
