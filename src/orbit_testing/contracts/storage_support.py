"""What cases and the chats of the staff promise."""

from dataclasses import replace

import pytest

from orbit_domain.ids import CaseId, TelegramId
from orbit_domain.shop_chat.shop_chat import EventKind, Purpose
from orbit_domain.storage import Storage
from orbit_domain.support.case import CaseState, CaseSubject, NoSuchCase
from orbit_testing import samples
from orbit_testing.samples import ALICE, BORIS, HOUR, MINUTE, NOW, UNKNOWN_USER


class ShopChatContract:
    """There is one chat for each purpose."""

    async def test_the_newest_choice_counts(self, storage: Storage) -> None:
        """A chat takes the place of another for the same purpose, whole; others stay, and one may be given up."""
        first = samples.shop_chat(Purpose.EVENTS, muted=frozenset(EventKind))
        support = samples.shop_chat(Purpose.SUPPORT).lose(NOW + HOUR)
        async with storage.transaction() as tx:
            assert await tx.shop_chats.get(Purpose.EVENTS) is None
            assert await tx.shop_chats.lock(Purpose.EVENTS) is None
            await tx.shop_chats.put(first)
            await tx.shop_chats.put(support)
        place = replace(first.place, chat_id=5, thread_id=None, title="other", is_forum=False)
        second = replace(first, place=place, set_by=BORIS, set_at=NOW + HOUR, told_until=NOW + HOUR, muted=frozenset())
        async with storage.transaction() as tx:
            assert await tx.shop_chats.lock(Purpose.EVENTS) == first
            await tx.shop_chats.put(second)
            assert await tx.shop_chats.all() == (second, support)
            await tx.shop_chats.remove(Purpose.EVENTS)
            await tx.shop_chats.remove(Purpose.SUMMARY)
        async with storage.transaction() as tx:
            assert await tx.shop_chats.all() == (support,)


class CaseContract:
    """Cases, their messages and where they stand."""

    conflict: type[Exception]

    async def test_a_case_goes_on_as_it_is_saved(self, storage: Storage) -> None:
        """State, subject, times and topic change; whose it is and since when don't. One that isn't there is refused."""
        opened = samples.case()
        changed = replace(opened.about(CaseSubject.PAYMENT).answer(NOW + HOUR).give_topic(-100, 7), tg_id=BORIS)
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.cases.add(opened)
            assert await tx.cases.get(opened.id) == opened
            await tx.cases.save(replace(changed, opened_at=NOW))
            with pytest.raises(NoSuchCase):
                await tx.cases.save(samples.case(2))
        async with storage.transaction() as tx:
            assert await tx.cases.newest_of(ALICE) == replace(changed, tg_id=ALICE)
            assert await tx.cases.newest_of(BORIS) is None
            assert await tx.cases.get(CaseId(samples.identity(9))) is None

    async def test_a_customer_has_one_live_case(self, storage: Storage) -> None:
        """A second one is refused until the first is closed, and so is one of a user that there isn't."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.cases.add(samples.case(1))
        for refused in (samples.case(1), samples.case(2), samples.case(3, UNKNOWN_USER)):
            with pytest.raises(self.conflict):
                async with storage.transaction() as tx:
                    await tx.cases.add(refused)
        async with storage.transaction() as tx:
            await tx.cases.save(samples.case(1).close(NOW))
            await tx.cases.add(samples.case(2))
            assert await tx.cases.newest_of(ALICE) == samples.case(2)

    async def test_who_waits_longest_is_first(self, storage: Storage) -> None:
        """Then what was answered, the newest first; a closed case isn't listed."""
        people = [samples.new_user(TelegramId(tg_id)) for tg_id in range(1, 6)]
        states = (CaseState.ANSWERED, CaseState.OPEN, CaseState.CLOSED, CaseState.OPEN, CaseState.ANSWERED)
        waits = (None, NOW + HOUR, None, NOW, None)
        cases = [
            samples.case(number, user.tg_id, state=state, waiting_since=wait, last_at=NOW + number * MINUTE)
            for number, (user, state, wait) in enumerate(zip(people, states, waits, strict=True), 1)
        ]
        async with storage.transaction() as tx:
            for user, case in zip(people, cases, strict=True):
                await tx.users.add_if_absent(user)
                await tx.cases.add(case)
            assert await tx.cases.live(9) == (cases[3], cases[1], cases[4], cases[0])
            assert await tx.cases.live(1) == (cases[3],)
            assert await tx.cases.count_waiting() == 2

    async def test_messages_and_posts_are_found(self, storage: Storage) -> None:
        """The newest messages of a case come oldest first; a message in a chat shows one case for ever."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.users.add_if_absent(samples.new_user(BORIS))
            await tx.cases.add(samples.case(1))
            await tx.cases.add(samples.case(2, BORIS))
            written = [samples.case_message(number, staff_id=ALICE if number == 2 else None) for number in (1, 2, 3)]
            for one in (*reversed(written), samples.case_message(4, 2)):
                await tx.cases.add_message(one)
            await tx.cases.add_post(-100, 7, samples.case(1).id)
            await tx.cases.add_post(-100, 7, samples.case(2).id)
            assert await tx.cases.messages(samples.case(1).id, 9) == tuple(written)
            assert await tx.cases.messages(samples.case(1).id, 2) == tuple(written[1:])
            assert await tx.cases.of_post(-100, 7) == samples.case(1).id
            assert await tx.cases.of_post(-100, 8) is None
        with pytest.raises(self.conflict):
            async with storage.transaction() as tx:
                await tx.cases.add_message(samples.case_message(5, 9))
