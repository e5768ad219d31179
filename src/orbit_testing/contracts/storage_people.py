"""The contract of users, subscriptions, grants, panels and the admin log of every Storage."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import nullcontext
from dataclasses import replace

import pytest

from orbit_domain.ids import PlanCode, TelegramId
from orbit_domain.ledger.ledger import REVENUE, Entry, EntryKind, Line, user_account
from orbit_domain.money import RUB, rub
from orbit_domain.notice.notice import PeriodEnding
from orbit_domain.notice.renewal_notices import NotRenewed
from orbit_domain.notice_settings.notice_settings import NoticeGroup, NoticeSettings, QuietHours, UtcOffset
from orbit_domain.payment.payment import CardUse, PaymentStatus
from orbit_domain.storage import AdminAction, Storage, Transaction
from orbit_domain.subscription.reminders import FIRST_REMINDER_BEFORE, RENEWED_BEFORE
from orbit_domain.subscription.subscription import Grant, Subscription
from orbit_domain.user.repository import NoSuchPayer
from orbit_domain.user.user import NoSuchUser, Role, User, UserLocked
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, MINUTE, NOW, UNKNOWN_USER

CAROL = TelegramId(1003)
_ROLE, _BAN = "change_role", "ban_customer"


def _logged(number: int, action: str, tg_id: TelegramId) -> AdminAction:
    return AdminAction(samples.identity(number), "owner", action, f"user:{tg_id}", "because", NOW)


class UserContract:
    """Users, subscriptions, grants."""

    conflict: type[Exception]
    is_restricted = False

    async def test_first_start_is_recorded_once(self, storage: Storage) -> None:
        """A first /start makes a customer with nothing; later ones change nothing."""
        async with storage.transaction() as tx:
            first = await tx.users.add_if_absent(samples.new_user())
            again = await tx.users.add_if_absent(samples.new_user(username="renamed", language="en"))
        expected = User(ALICE, "user_1001", "ru", rub(0), Role.CUSTOMER, None, None, None, NOW)
        assert (first.user, first.is_new) == (expected, True)
        assert (again.user, again.is_new) == (expected, False)

    async def test_many_first_starts_at_once_make_one_user(self, storage: Storage) -> None:
        """Of many concurrent first /starts exactly one is the first."""

        async def start() -> bool:
            async with storage.transaction() as tx:
                return (await tx.users.add_if_absent(samples.new_user())).is_new

        assert sum(await asyncio.gather(*(start() for _ in range(32)))) == 1

    async def test_only_a_known_referrer_is_recorded(self, storage: Storage) -> None:
        """A referrer who never pressed /start, or is the newcomer, isn't recorded; a known one is."""
        async with storage.transaction() as tx:
            alice = await tx.users.add_if_absent(samples.new_user(ALICE, referrer_id=ALICE))
            boris = await tx.users.add_if_absent(samples.new_user(BORIS, referrer_id=UNKNOWN_USER))
            carol = await tx.users.add_if_absent(samples.new_user(CAROL, referrer_id=ALICE))
        assert [one.user.referrer_id for one in (alice, boris, carol)] == [None, None, ALICE]

    async def test_somebody_unknown_is_nobody(self, storage: Storage) -> None:
        """Reading an unknown user finds nothing, locking refuses, and setters change nothing."""
        async with storage.transaction() as tx:
            await tx.users.set_language(UNKNOWN_USER, "en")
            await tx.users.set_trial_used(UNKNOWN_USER, NOW)
            await tx.users.set_unreachable(UNKNOWN_USER, NOW)
            assert await tx.users.get(UNKNOWN_USER) is None
            assert await tx.subscriptions.customer(UNKNOWN_USER) is None
            assert await tx.subscriptions.get(UNKNOWN_USER) == Subscription(UNKNOWN_USER)
            with pytest.raises(NoSuchUser):
                await tx.users.lock(UNKNOWN_USER)
            with pytest.raises(NoSuchPayer):
                await tx.users.lock_payer(samples.payment().id)
            with pytest.raises(NoSuchUser):
                await tx.subscriptions.save(Subscription(UNKNOWN_USER, NOW))

    async def test_setters_change_one_thing_each(self, storage: Storage) -> None:
        """Language, trial and reachability are set one by one, to the microsecond, and unreachable can be undone."""
        async with storage.transaction() as tx:
            made = (await tx.users.add_if_absent(samples.new_user())).user
            await tx.users.set_language(ALICE, "en")
            await tx.users.set_trial_used(ALICE, NOW + HOUR)
            await tx.users.set_unreachable(ALICE, NOW)
            marked = await tx.users.get(ALICE)
            await tx.users.set_unreachable(ALICE, None)
            locked = await tx.users.lock(ALICE)
            await tx.payments.add(samples.payment())
            assert await tx.users.lock_payer(samples.payment().id) == locked
        assert marked == replace(made, language="en", trial_used_at=NOW + HOUR, unreachable_at=NOW)
        assert locked == replace(made, language="en", trial_used_at=NOW + HOUR)

    async def test_what_a_customer_wants_to_be_told_is_kept(self, storage: Storage) -> None:
        """As it was chosen, for this customer alone, also nothing at no time; an unknown user stays unknown."""
        quiet = NoticeSettings(frozenset(NoticeGroup), QuietHours(22, 8), UtcOffset(23 * 60 + 45))
        chosen = (quiet, NoticeSettings(frozenset({NoticeGroup.REWARDS}), QuietHours(0, 23)), NoticeSettings())
        async with storage.transaction() as tx:
            made = (await tx.users.add_if_absent(samples.new_user())).user
            await tx.users.add_if_absent(samples.new_user(CAROL))
            assert made.notices == NoticeSettings()
            for one in chosen:
                await tx.users.set_notices(ALICE, one)
                assert await tx.users.get(ALICE) == replace(made, notices=one)
            await tx.users.set_notices(ALICE, quiet)
            await tx.users.set_notices(UNKNOWN_USER, quiet)
        async with storage.transaction() as tx:
            users = [await tx.users.get(one) for one in (ALICE, CAROL, UNKNOWN_USER)]
        assert [one and one.notices for one in users] == [quiet, NoticeSettings(), None]

    async def test_roles_and_bans_change_with_their_rows_in_the_log(self, storage: Storage) -> None:
        """A role and a ban are set to the microsecond and undone, in the transaction that logs them."""
        async with storage.transaction() as tx:
            made = (await tx.users.add_if_absent(samples.new_user())).user
            await tx.users.add_if_absent(samples.new_user(CAROL))
        async with storage.transaction() as tx:
            for number, action in enumerate((_ROLE, _BAN)):
                await tx.admin_log.add(_logged(number, action, ALICE))
            await tx.admin_log.add(_logged(2, _ROLE, CAROL))
            await tx.users.set_role(CAROL, Role.SUPPORT)
            await tx.users.set_role(ALICE, Role.ADMIN)
            await tx.users.set_banned(ALICE, NOW + HOUR)
            changed = replace(made, role=Role.ADMIN, banned_at=NOW + HOUR)
            assert await tx.users.staff() == (changed, await tx.users.get(CAROL))
            await tx.users.set_role(ALICE, Role.CUSTOMER)
            await tx.users.set_banned(ALICE, None)
            assert await tx.users.get(ALICE) == made

    async def test_a_restricted_account_changes_no_role_or_ban_without_the_log(self, storage: Storage) -> None:
        """Neither an earlier row, nor one of another user or another action allows it; and none makes an owner."""
        async with storage.transaction() as tx:
            made = (await tx.users.add_if_absent(samples.new_user())).user
            await tx.admin_log.add(_logged(0, _ROLE, ALICE))
            await tx.admin_log.add(_logged(1, _BAN, ALICE))
        wrong: tuple[tuple[AdminAction, Callable[[Transaction], Awaitable[None]]], ...] = (
            (_logged(2, _ROLE, BORIS), lambda tx: tx.users.set_role(ALICE, Role.ADMIN)),
            (_logged(3, _BAN, ALICE), lambda tx: tx.users.set_role(ALICE, Role.SUPPORT)),
            (_logged(4, _ROLE, ALICE), lambda tx: tx.users.set_banned(ALICE, NOW)),
            (_logged(5, _ROLE, ALICE), lambda tx: tx.users.set_role(ALICE, Role.OWNER)),
        )
        for logged, change in wrong:
            with pytest.raises(UserLocked) if self.is_restricted else nullcontext():
                async with storage.transaction() as tx:
                    await tx.admin_log.add(logged)
                    await change(tx)
            async with storage.transaction() as tx:
                assert (await tx.users.get(ALICE) == made) is self.is_restricted

    async def test_a_deleted_account_has_no_name_until_it_is_back(self, storage: Storage) -> None:
        """Name and language are forgotten, to nobody's surprise but the search's; what it may not have again stays."""
        async with storage.transaction() as tx:
            made = (await tx.users.add_if_absent(samples.new_user(username="Vera"))).user
            await tx.users.set_trial_used(ALICE, NOW)
            await tx.users.set_language(ALICE, "en")
            await tx.users.erase(ALICE, NOW + HOUR)
            await tx.users.erase(UNKNOWN_USER, NOW)
            gone = replace(made, username=None, language="ru", trial_used_at=NOW, deleted_at=NOW + HOUR)
            assert await tx.users.lock(ALICE) == gone
            assert await tx.users.named("vera", 9) == ()
            late = await tx.users.add_if_absent(samples.new_user(BORIS, referrer_id=ALICE))
            assert late.user.referrer_id is None
            await tx.users.bring_back(ALICE, "VERA_2", "en")
            back = replace(gone, username="VERA_2", language="en", deleted_at=None)
            assert await tx.users.get(ALICE) == back
            assert await tx.users.named("vera_2", 9) == (back,)

    async def test_names_are_found_whatever_their_capitals(self, storage: Storage) -> None:
        """A name is found as a whole and in any capitals, by id."""
        async with storage.transaction() as tx:
            for tg_id, name in ((CAROL, "Vera_1"), (ALICE, "vera_1"), (BORIS, None)):
                await tx.users.add_if_absent(samples.new_user(tg_id, username=name))
            assert [one.tg_id for one in await tx.users.named("VERA_1", 9)] == [ALICE, CAROL]
            assert [one.tg_id for one in await tx.users.named("VERA_1", 1)] == [ALICE]
            assert await tx.users.named("vera", 9) == await tx.users.named("", 9) == ()

    async def test_user_and_subscription_are_read_together(self, storage: Storage) -> None:
        """A customer is the user and the subscription as they are now."""
        async with storage.transaction() as tx:
            user = (await tx.users.add_if_absent(samples.new_user())).user
            saved = Subscription(ALICE, NOW + HOUR, PlanCode("sub_1m"))
            await tx.subscriptions.save(saved)
            customer = await tx.subscriptions.customer(ALICE)
            assert customer is not None
            assert (customer.user, customer.subscription) == (user, saved)
            assert await tx.subscriptions.get(ALICE) == saved

    async def test_reminders_are_looked_at_when_they_are_due(self, storage: Storage) -> None:
        """From three days before the end on, by (time, user), until a later time is recorded; a new end begins anew."""
        begin = NOW - FIRST_REMINDER_BEFORE
        ends = {5: NOW, 4: NOW, 3: NOW - MINUTE, 1: NOW + MINUTE, 6: None}
        async with storage.transaction() as tx:
            for tg_id, ends_at in ends.items():
                await tx.users.add_if_absent(samples.new_user(TelegramId(tg_id)))
                await tx.subscriptions.save(Subscription(TelegramId(tg_id), ends_at, samples.plan().code))
            assert await tx.subscriptions.to_remind(begin - HOUR, 10) == ()
            listed = await tx.subscriptions.to_remind(begin, 10)
            assert listed == tuple([await tx.subscriptions.get(TelegramId(tg_id)) for tg_id in (3, 4, 5)])
            assert await tx.subscriptions.to_remind(begin, 2) == listed[:2]
            await tx.subscriptions.remind_at({TelegramId(5): NOW, TelegramId(4): None, TelegramId(3): begin + MINUTE})
        async with storage.transaction() as tx:
            assert await tx.subscriptions.to_remind(begin, 10) == ()
            found = [one.tg_id for one in await tx.subscriptions.to_remind(NOW, 10)]
            assert found == [TelegramId(1), TelegramId(3), TelegramId(5)]
            await tx.subscriptions.remind_at({})
            await tx.subscriptions.save(listed[1])
            await tx.subscriptions.save(Subscription(TelegramId(5), None))
            assert [one.tg_id for one in await tx.subscriptions.to_remind(NOW, 1)] == [TelegramId(4)]
            assert len(await tx.subscriptions.to_remind(NOW, 10)) == 3

    async def test_a_reminder_in_the_outbox_is_of_one_user_kind_and_end(self, storage: Storage) -> None:
        """A reminder isn't added again, to the microsecond; that of another user, kind or end still is."""
        for number, ends_at in enumerate((NOW, NOW.replace(microsecond=0), NOW.replace(microsecond=7)), start=1):
            tg_id = TelegramId(number)
            keys = (
                PeriodEnding("one_day", ends_at, None).dedupe_key(tg_id),
                PeriodEnding("at_end", ends_at + MINUTE, None).dedupe_key(tg_id),
                PeriodEnding("at_end", ends_at, None).dedupe_key(TelegramId(10 + number)),
                PeriodEnding("at_end", ends_at, None).dedupe_key(tg_id),
            )
            messages = [samples.message(10 * number + at, dedupe=key) for at, key in enumerate(keys)]
            async with storage.transaction() as tx:
                assert await tx.outbox.add_all(messages[:3]) == frozenset(keys[:3])
                again = [replace(one, id=samples.message(10 * number + 5).id) for one in messages[2:3]]
                assert await tx.outbox.add_all([*again, messages[3]]) == {keys[3]}
                assert await tx.outbox.add_all([]) == await tx.outbox.add_all(again) == frozenset()
                assert await tx.outbox.known(keys) == frozenset(keys)

    async def test_who_renews_from_the_balance_is_found_until_it_is_told(self, storage: Storage) -> None:
        """By (end, user), within a day before the end; told that it didn't work, again when the balance covers it."""
        soon, begin = NOW + HOUR, NOW + HOUR - RENEWED_BEFORE
        month = samples.plan()
        ends = {ALICE: soon, BORIS: soon, TelegramId(3): soon - MINUTE, TelegramId(4): soon}
        async with storage.transaction() as tx:
            await tx.plans.add_if_absent(month)
            for tg_id, ends_at in ends.items():
                await tx.users.add_if_absent(samples.new_user(tg_id))
                subscription = Subscription(tg_id, ends_at, month.code, auto_renew=tg_id != 4)
                await tx.subscriptions.save(subscription)
                assert await tx.subscriptions.get(tg_id) == subscription
            await tx.payments.add(samples.payment(1, BORIS, status=PaymentStatus.CONFIRMED))
            await tx.kept_cards.mark(samples.payment(1).id, CardUse.KEPT, "card")
            times = (begin - MINUTE - MINUTE, begin - MINUTE, begin, soon - MINUTE, soon)
            found = [_ids(await tx.subscriptions.renewable(at, None, 10)) for at in times]
            assert found == [(), (TelegramId(3),), (TelegramId(3), ALICE), (ALICE,), ()]
            first = await tx.subscriptions.renewable(begin, None, 1)
            assert _ids(first) == (TelegramId(3),)
            assert _ids(await tx.subscriptions.renewable(begin, first[0], 10)) == (ALICE,)
            notice = NotRenewed(soon, None, 0, 0)
            await tx.outbox.add(samples.message(1, ALICE, dedupe=notice.dedupe_key(ALICE)))
            assert _ids(await tx.subscriptions.renewable(begin, None, 10)) == (TelegramId(3),)
            lines = (Line(user_account(ALICE), month.price.units, RUB), Line(REVENUE, -month.price.units, RUB))
            await tx.ledger.post(Entry(EntryKind.CREDIT, "renewal", lines, NOW))
            assert _ids(await tx.subscriptions.renewable(begin, None, 10)) == (TelegramId(3), ALICE)
            # A price raised since the reminder was sent isn't the one that counts, an older raise is.
            for raised_at, is_found in ((begin - FIRST_REMINDER_BEFORE, True), (begin - 96 * HOUR, False)):
                dearer = replace(month, price=rub(99_999), price_before=month.price, raised_at=raised_at)
                await tx.plans.put(dearer)
                assert (ALICE in _ids(await tx.subscriptions.renewable(begin, None, 10))) is is_found

    async def test_a_cause_gives_time_once(self, storage: Storage) -> None:
        """A second grant of one cause is refused and leaves the first as it was."""
        first = Grant("order:1", ALICE, 60, NOW)
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            assert await tx.grants.add(first)
            assert not await tx.grants.add(replace(first, seconds=999))
            assert await tx.grants.of_user(ALICE) == (first,)

    async def test_many_grants_of_one_cause_at_once_give_one(self, storage: Storage) -> None:
        """Of many concurrent grants of one cause exactly one is recorded."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())

        async def give() -> bool:
            async with storage.transaction() as tx:
                return await tx.grants.add(Grant("trial:1001", ALICE, 60, NOW))

        assert sum(await asyncio.gather(*(give() for _ in range(32)))) == 1

    async def test_grants_are_in_the_order_of_recording(self, storage: Storage) -> None:
        """Grants come as they were recorded, whatever their times: two processes read their clocks before one waits."""
        given = [Grant(f"c{number}", ALICE, number, NOW + at * MINUTE) for number, at in ((1, 2), (2, 1), (3, 2))]
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for grant in given:
                await tx.grants.add(grant)
            assert [grant.cause for grant in await tx.grants.of_user(ALICE)] == ["c1", "c2", "c3"]

    async def test_a_grant_may_give_nothing_and_take_back(self, storage: Storage) -> None:
        """A change of plan is recorded beside its order, whether the time left gains, loses, or stays as it is."""
        changes = [Grant(f"convert:{number}", ALICE, seconds, NOW) for number, seconds in enumerate((0, -86_400, 7))]
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for grant in changes:
                assert await tx.grants.add(grant)
                assert not await tx.grants.add(replace(grant, seconds=1))
        async with storage.transaction() as tx:
            assert await tx.grants.of_user(ALICE) == tuple(changes)

    async def test_a_grant_needs_a_user(self, storage: Storage) -> None:
        """A grant for an unknown user is refused with an error."""
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.grants.add(Grant("order:1", UNKNOWN_USER, 60, NOW))

    async def test_admin_actions_are_newest_first(self, storage: Storage) -> None:
        """The log of a subject is read newest first, up to the limit, and holds no other subject."""
        rows = [
            AdminAction(samples.identity(number), "owner", f"act{number}", "user:1", "why", NOW + number * MINUTE)
            for number in range(4)
        ]
        async with storage.transaction() as tx:
            for row in rows:
                await tx.admin_log.add(row)
            await tx.admin_log.add(replace(rows[0], id=samples.identity(77), subject="user:2"))
            assert await tx.admin_log.of_subject("user:1", 3) == (rows[3], rows[2], rows[1])
            assert await tx.admin_log.newest(2) == (rows[3], rows[2])


def _ids(subscriptions: Sequence[Subscription]) -> tuple[TelegramId, ...]:
    return tuple(one.tg_id for one in subscriptions)
