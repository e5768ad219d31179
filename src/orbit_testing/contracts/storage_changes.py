"""The contract of every Storage about changes after a commit."""

from contextlib import suppress

import pytest

from orbit_domain.ids import PlanCode
from orbit_domain.notice_settings.notice_settings import NoticeSettings
from orbit_domain.storage import AfterCommit, ChangeSet, Storage
from orbit_domain.subscription.subscription import Subscription
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, NOW


class RecordedChanges:
    """The port `AfterCommit`: records the changes, and what another transaction could read at that moment."""

    def __init__(self) -> None:
        self.recorded: list[ChangeSet] = []
        self.storage: Storage | None = None
        self.languages: list[str | None] = []

    async def __call__(self, changes: ChangeSet) -> None:
        """Record *changes*, and read once if `storage` is set."""
        self.recorded.append(changes)
        storage, self.storage = self.storage, None
        if storage is not None:
            async with storage.transaction() as tx:
                user = await tx.users.get(ALICE)
            self.languages.append(user.language if user else None)

    def last(self) -> tuple[set[int], bool, bool]:
        """The newest changes: whose customers, keys due, notices due."""
        newest = self.recorded[-1]
        return set(newest.customers), newest.keys_due, newest.notices_due


class ChangeSetContract:
    """Caches and workers are notified of what was recorded. The `storage` fixture is made with `recorded_changes`."""

    @pytest.fixture
    def recorded_changes(self) -> AfterCommit:
        """The hook that the `storage` fixture passes on."""
        return RecordedChanges()

    async def test_changed_customers_are_notified(self, storage: Storage, recorded_changes: RecordedChanges) -> None:
        """A new user, each setter, another end and every change of the balance change the customer."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user(ALICE))
            await tx.users.add_if_absent(samples.new_user(BORIS))
        assert recorded_changes.last() == ({ALICE, BORIS}, False, False)
        async with storage.transaction() as tx:
            await tx.users.set_language(ALICE, "en")
        assert recorded_changes.last() == ({ALICE}, False, False)
        async with storage.transaction() as tx:
            await tx.users.set_trial_used(ALICE, NOW)
            await tx.users.set_notices(BORIS, NoticeSettings())
        assert recorded_changes.last() == ({ALICE, BORIS}, False, False)
        async with storage.transaction() as tx:
            await tx.users.set_trial_used(ALICE, NOW)
            await tx.users.set_unreachable(BORIS, NOW)
        assert recorded_changes.last() == ({ALICE, BORIS}, False, False)
        async with storage.transaction() as tx:
            await tx.subscriptions.save(Subscription(BORIS, NOW, PlanCode("sub_1m")))
        assert recorded_changes.last() == ({BORIS}, False, False)
        async with storage.transaction() as tx:
            await tx.ledger.post(samples.gift(1, 100))
        assert recorded_changes.last() == ({ALICE}, False, False)

    async def test_reading_and_repeating_notify_nothing(
        self, storage: Storage, recorded_changes: RecordedChanges
    ) -> None:
        """Reading, a second /start, a second posting of one reference and a known outbox message change nothing."""
        for again in (False, True):
            async with storage.transaction() as tx:
                await tx.users.add_if_absent(samples.new_user())
                await tx.ledger.post(samples.gift(1, 100))
                await tx.outbox.add(samples.message())
                await tx.subscriptions.customer(ALICE)
            assert recorded_changes.last() == (set() if again else {ALICE}, False, not again)

    async def test_due_work_is_notified(self, storage: Storage, recorded_changes: RecordedChanges) -> None:
        """A new key, a requested change and a new message are due; a confirmation, a claim and a failure aren't."""
        key = samples.key()
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.keys.add(key)
        assert recorded_changes.last() == ({ALICE}, True, False)
        async with storage.transaction() as tx:
            await tx.keys.claim_homeless((), (), NOW, NOW, 10)
            await tx.keys.save(key.postpone(0, "no answer", NOW))
        assert recorded_changes.last() == (set(), False, False)
        async with storage.transaction() as tx:
            await tx.keys.save(key.request_change(NOW, 0, NOW))
            await tx.outbox.add(samples.message())
        assert recorded_changes.last() == (set(), True, True)

    async def test_a_rollback_notifies_nothing(self, storage: Storage, recorded_changes: RecordedChanges) -> None:
        """The hook isn't called for a transaction that was rolled back."""
        with suppress(LookupError):
            async with storage.transaction() as tx:
                await tx.users.add_if_absent(samples.new_user())
                raise LookupError
        assert recorded_changes.recorded == []

    async def test_notified_changes_can_be_read(self, storage: Storage, recorded_changes: RecordedChanges) -> None:
        """When the hook runs, another transaction can be opened and reads what was recorded."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
        recorded_changes.storage = storage
        async with storage.transaction() as tx:
            await tx.users.set_language(ALICE, "en")
        assert recorded_changes.languages == ["en"]
