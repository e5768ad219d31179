"""Old data goes by itself, and at once when the owner asks; what money and customers need stays."""

from dataclasses import replace
from datetime import timedelta

import pytest

from orbit_domain.ids import TelegramId
from orbit_domain.notice.notice import MoneyCredited
from orbit_domain.old_data.clean_up import CLEAN_UP
from orbit_domain.old_data.old_data import KEPT_FOR, OldData
from orbit_domain.steps.require_permission import NotPermitted
from orbit_domain.use_cases.clean_up_when_asked import MOST_COUNTED
from orbit_domain.user.user import Role
from orbit_testing import samples
from tests.support.shop import OWNER, Shop
from tests.support.world import World

VERA = TelegramId(1_000)


@pytest.fixture
async def shop(world: World) -> Shop:
    """A shop with an admin beside its owner."""
    shop = Shop(world.ports())
    await shop.open()
    for tg_id in (OWNER, VERA):
        await shop.register_user(tg_id, None, "en")
    await shop.change_role(OWNER, VERA, Role.ADMIN)
    return shop


async def deliver(world: World, count: int) -> None:
    """So many notices are sent now."""
    now = world.clock.now()
    async with world.storage.transaction() as tx:
        for number in range(count):
            notice = MoneyCredited(number, number, None, 0)
            message = samples.message(number + 1, TelegramId(5_000 + number), notice=notice, not_before=now)
            await tx.outbox.add(message)
        for message in await tx.outbox.claim(now, now + timedelta(minutes=1), count):
            await tx.outbox.mark_done(message, now)


async def log(world: World) -> list[tuple[str, str, str]]:
    async with world.storage.transaction() as tx:
        return [(one.action, one.actor, one.reason) for one in reversed(await tx.admin_log.of_subject(CLEAN_UP, 20))]


async def test_a_step_ends_after_its_batches_and_the_next_goes_on(world: World, shop: Shop) -> None:
    """What isn't old stays; then each run takes its share, whoever runs it, until nothing is left; one at its age."""
    await deliver(world, 25)
    world.clock.advance(seconds=KEPT_FOR[OldData.NOTICES].total_seconds())
    assert not any((await shop.clean_old_data()).values())
    world.clock.advance(seconds=1)
    small = replace(shop.clean_old_data, batch=4, step=3)
    runs = [(await replace(small, storage=world.storage)())[OldData.NOTICES] for _ in range(4)]
    assert runs == [12, 12, 1, 0]
    assert await log(world) == []


async def test_the_owner_sees_what_would_go_and_has_it_done(world: World, shop: Shop) -> None:
    """The page only counts; one tap has the worker clean all, once, and the log says who and how much."""
    await deliver(world, 25)
    world.clock.advance(days=15)
    page = await shop.show_clean_up(OWNER)
    assert (page.old[OldData.NOTICES], page.runs, page.last) == (25, None, None)
    assert await shop.carry_out_clean_up() is None
    assert [await shop.start_clean_up(OWNER) for _ in range(2)] == [True, False]
    assert (await shop.show_clean_up(OWNER)).runs is not None
    told: list[tuple[OldData, int]] = []
    carry_out = replace(shop.carry_out_clean_up, clean_old_data=replace(shop.clean_old_data, batch=10, step=1))
    other = Shop(world.ports())

    def interrupt(kind: OldData, count: int) -> None:
        told.append((kind, count))
        if len(told) == 2:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        await carry_out(told=interrupt)
    assert await other.carry_out_clean_up() == {**dict.fromkeys(OldData, 0), OldData.NOTICES: 5}
    assert await shop.carry_out_clean_up() is None
    page = await shop.show_clean_up(OWNER)
    assert (page.old[OldData.NOTICES], page.runs, page.cleaned[OldData.NOTICES]) == (0, None, 5)
    assert await log(world) == [
        ("start_clean_up", f"telegram:{OWNER}", ""),
        ("end_clean_up", "worker", "notices: 5; dead_notices: 0; raw_records: 0; money_updates: 0; key_links: 0"),
    ]


async def test_two_that_share_one_wish_end_it_once(world: World, shop: Shop) -> None:
    """Whoever is second records nothing; a name from the server's command line needs no role."""
    assert await shop.start_clean_up("cli:vera")
    other = Shop(world.ports())
    clean = shop.clean_old_data

    async def cleaned_by_another(**how: object) -> object:
        await other.carry_out_clean_up()
        return await clean(**how)

    await replace(shop.carry_out_clean_up, clean_old_data=cleaned_by_another)()
    assert [action for action, _, _ in await log(world)] == ["start_clean_up", "end_clean_up"]


async def test_only_the_owner_may(shop: Shop) -> None:
    """An admin neither sees it nor starts it."""
    for attempt in (shop.show_clean_up(VERA), shop.start_clean_up(VERA)):
        with pytest.raises(NotPermitted):
            await attempt
    assert all(count < MOST_COUNTED for count in (await shop.count_old_data()).values())
