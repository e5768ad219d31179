"""The contract of the read beside the transactions of every Storage."""

import asyncio

import pytest

from orbit_domain.ids import PlanCode
from orbit_domain.notice_settings.notice_settings import NoticeGroup, NoticeSettings, QuietHours, UtcOffset
from orbit_domain.storage import AdminAction, Storage, Transaction
from orbit_domain.subscription.subscription import Subscription
from orbit_domain.user.user import Role
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, NOW, UNKNOWN_USER


class LookupContract:
    """A customer is read without a transaction, and reads as in one."""

    nested: type[Exception]

    async def test_a_lookup_reads_what_a_transaction_reads(self, storage: Storage) -> None:
        """Each column, set and empty, as it is at once after the commit; nobody before the first /start."""
        assert await storage.find_customer(ALICE) is None
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user(BORIS))
            await tx.users.add_if_absent(samples.new_user(ALICE, referrer_id=BORIS, username="Ёж_🦔", language="en"))
        new = await storage.find_customer(ALICE)
        async with storage.transaction() as tx:
            assert await tx.subscriptions.customer(ALICE) == new
            await tx.admin_log.add(_logged(1, "change_role"))
            await tx.users.set_role(ALICE, Role.SUPPORT)
            await tx.admin_log.add(_logged(2, "ban_customer"))
            await tx.users.set_banned(ALICE, NOW + HOUR)
            await tx.users.set_trial_used(ALICE, NOW)
            await tx.users.set_unreachable(ALICE, NOW + 2 * HOUR)
            quiet = NoticeSettings(frozenset(NoticeGroup), QuietHours(22, 8), UtcOffset(90))
            await tx.users.set_notices(ALICE, quiet)
            await tx.subscriptions.save(Subscription(ALICE, NOW + HOUR, PlanCode("sub_1m"), auto_renew=True))
            await tx.ledger.post(samples.gift(1, 10**15))
            changed = await tx.subscriptions.customer(ALICE)
        assert changed is not None
        assert changed != new
        assert changed.user.balance.units == 10**15
        assert await storage.find_customer(ALICE) == changed
        async with storage.transaction() as tx:
            await tx.users.erase(ALICE, NOW + HOUR)
            erased = await tx.subscriptions.customer(ALICE)
        assert await storage.find_customer(ALICE) == erased
        assert await storage.find_customer(UNKNOWN_USER) is None

    async def test_a_lookup_never_sees_what_isn_t_committed(self, storage: Storage) -> None:
        """What another task has written in a transaction that is rolled back was never there for anybody."""
        written, ends = asyncio.Event(), asyncio.Event()

        async def interrupted() -> None:
            async with storage.transaction() as tx:
                await _write_and_wait(tx, written, ends)
                raise LookupError

        task = asyncio.create_task(interrupted())
        await written.wait()
        reading = asyncio.create_task(storage.find_customer(ALICE))
        await asyncio.sleep(0)
        ends.set()
        assert await reading is None
        with pytest.raises(LookupError):
            await task

    async def test_a_lookup_inside_a_transaction_is_refused(self, storage: Storage) -> None:
        """It wouldn't see what this transaction has written."""
        async with storage.transaction() as tx:
            with pytest.raises(self.nested):
                await _look_up(storage, inside=tx)
        assert await storage.find_customer(ALICE) is not None

    async def test_many_lookups_at_once_read_their_own_rows(self, storage: Storage) -> None:
        """Two hundred at once get a row each, also when some of them are cancelled on their way."""
        tg_ids = [type(ALICE)(number) for number in range(1, 201)]
        async with storage.transaction() as tx:
            for tg_id in tg_ids:
                await tx.users.add_if_absent(samples.new_user(tg_id))
        for cancelled in (7, 0):
            reads = [asyncio.create_task(storage.find_customer(tg_id)) for tg_id in tg_ids]
            await asyncio.sleep(0)
            for read in reads[:cancelled]:
                read.cancel()
            found = await asyncio.gather(*reads, return_exceptions=True)
            rows = [
                one.user.tg_id for one in found[cancelled:] if one is not None and not isinstance(one, BaseException)
            ]
            assert rows == tg_ids[cancelled:]


def _logged(number: int, action: str) -> AdminAction:
    return AdminAction(samples.identity(number), "owner", action, f"user:{ALICE}", "because", NOW)


async def _write_and_wait(tx: Transaction, written: asyncio.Event, ends: asyncio.Event) -> None:
    await tx.users.add_if_absent(samples.new_user())
    written.set()
    await ends.wait()


async def _look_up(storage: Storage, inside: Transaction) -> None:
    await inside.users.add_if_absent(samples.new_user())
    await storage.find_customer(ALICE)
