"""The owner has the panels checked from Telegram: the worker does it once, and what it asks is agreed to or not."""

from dataclasses import replace

import pytest

from orbit_adapters.memory.panel import StoredAccount
from orbit_domain.access.sweep import SWEEP, SweepFigures
from orbit_domain.ids import TelegramId
from orbit_domain.steps.already_done import AlreadyDone
from orbit_domain.steps.require_permission import NotPermitted
from orbit_domain.use_cases.sweep_panels import SweepPage
from orbit_domain.user.user import Role
from tests.support.shop import OWNER, Shop
from tests.support.world import World

VERA = TelegramId(1_000)
KEYS = 8


@pytest.fixture
async def shop(world: World) -> Shop:
    """Eight keys with an account each, and a second one of each of them; one account is lost. Vera is an owner too."""
    shop = Shop(world.ports())
    await shop.open()
    for number in range(KEYS):
        await shop.register_user(TelegramId(1_000 + number), None, "en")
        await shop.start_trial(TelegramId(1_000 + number))
    while await shop.provision_keys():
        pass
    accounts = world.panel.accounts
    for name, stored in list(accounts.items()):
        assert stored.wanted is not None
        accounts[f"{name}_copy"] = StoredAccount(replace(stored.wanted, username=f"{name}_copy"))
    del accounts["orbit_1007"]
    await shop.change_role(OWNER, VERA, Role.OWNER)
    return shop


async def found(shop: Shop) -> SweepFigures | None:
    page: SweepPage = await shop.show_sweep(OWNER)
    return page.figures if page.runs is None else None


async def log(world: World) -> list[tuple[str, str, str]]:
    async with world.storage.transaction() as tx:
        return [(one.action, one.actor, one.reason) for one in reversed(await tx.admin_log.of_subject(SWEEP, 20))]


async def test_what_would_harm_waits_for_a_yes_to_that_number(world: World, shop: Shop) -> None:
    """Without a wish nothing runs; what harms nobody is mended, the rest after a yes to what was shown, all logged."""
    assert await shop.carry_out_sweep() is None
    assert await shop.start_sweep(OWNER)
    assert (await shop.show_sweep(OWNER)).runs is not None
    await shop.carry_out_sweep()
    await shop.provision_keys()
    assert await found(shop) == SweepFigures(2 * KEYS - 1, 1, KEYS, 0, 0)
    assert len(world.panel.accounts) == 2 * KEYS
    assert not await shop.start_sweep(OWNER, KEYS - 1)
    assert await shop.carry_out_sweep() is None
    assert await shop.start_sweep(VERA, KEYS)
    await shop.carry_out_sweep()
    await shop.provision_keys()
    assert await found(shop) == SweepFigures(2 * KEYS, KEYS, 0, 0, 0)
    assert len(world.panel.accounts) == KEYS
    assert not await shop.start_sweep(VERA, KEYS)
    assert await log(world) == [
        ("start_sweep", f"telegram:{OWNER}", ""),
        ("end_sweep", "worker", "accounts: 15; mended: 1; waiting: 8; ownerless: 0; unread: 0"),
        ("agree_sweep", f"telegram:{VERA}", "accounts: 8"),
        ("end_sweep", "worker", "accounts: 16; mended: 8; waiting: 0; ownerless: 0; unread: 0"),
    ]


async def test_one_runs_at_a_time_and_a_killed_one_begins_anew(world: World, shop: Shop) -> None:
    """A second owner hears who was first; two workers end it once; a panel that is away is counted."""
    await shop.start_sweep(OWNER)
    for agreed in (None, KEYS):
        with pytest.raises(AlreadyDone) as first:
            await shop.start_sweep(VERA, agreed)
        assert first.value.actor == f"telegram:{OWNER}"
    world.panel.unavailable = True
    other = Shop(world.ports())
    sweep = shop.carry_out_sweep.mend_drift.__call__

    async def swept_by_another(**how: bool) -> object:
        await other.carry_out_sweep()
        return await sweep(**how)

    await replace(shop.carry_out_sweep, mend_drift=swept_by_another)()
    assert await found(shop) == SweepFigures(0, 0, 0, 0, 1)
    assert [action for action, _, _ in await log(world)] == ["start_sweep", "end_sweep"]


async def test_only_an_owner_sees_and_starts_it(shop: Shop) -> None:
    """A role that was taken away a second ago doesn't count."""
    await shop.change_role(OWNER, VERA, Role.ADMIN)
    for refused in (shop.show_sweep(VERA), shop.start_sweep(VERA), shop.start_sweep(VERA, 0)):
        with pytest.raises(NotPermitted):
            await refused


@pytest.mark.parametrize("text", ["", "accounts: 1", "moved: 3; spread: 4 %", "accounts: x; mended: 1"])
def test_only_figures_are_read_as_figures(text: str) -> None:
    """What else the log may hold is no result; what was written is read back."""
    assert SweepFigures.read(text) is None
    assert SweepFigures.read(str(SweepFigures(1, 2, 3, 4, 5))) == SweepFigures(1, 2, 3, 4, 5)
