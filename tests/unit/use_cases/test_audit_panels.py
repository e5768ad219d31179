"""The audit of panels names everything that differs from the keys, and accuses nothing that is only under way."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from orbit_adapters.memory.panel import MemoryPanel, MemoryPanels, StoredAccount
from orbit_domain.access.account import AccountState, OwnedPage, TrafficQuota
from orbit_domain.access.panel_audit import (
    AccountPlace,
    Aspect,
    ChangedAccount,
    MisplacedAccount,
    MissingAccount,
    OwnerlessAccount,
    PanelFinding,
)
from orbit_domain.access.ports import ForeignAccount, Panels
from orbit_domain.ids import KeyId, PanelId, TelegramId
from orbit_domain.storage import Storage, Transaction
from orbit_domain.use_cases.audit_panels import AuditPanels, PanelAudit
from tests.support.buyer import ALICE, BOB, Buyer
from tests.support.port_hooks import HookedPanels
from tests.support.shop import Shop
from tests.support.world import MAIN, World

NAME = "orbit_42"
OTHER = PanelId("other")


async def findings(world: World) -> list[PanelFinding]:
    """What the audit of *world* finds; every panel answers."""
    audit = await audited(world)
    assert audit.not_audited == {}
    return list(audit.findings.values())


async def audited(world: World, panels: Panels | None = None, storage: Storage | None = None) -> PanelAudit:
    """The audit of *world*, one row a page."""
    panels = panels or MemoryPanels(*world.panels.values())
    return await AuditPanels(storage or world.storage, world.clock, panels, page_size=1)()


def change(panel: MemoryPanel, name: str = NAME, /, **changes: object) -> None:
    """Change an account behind our back."""
    stored = panel.accounts[name]
    assert stored.wanted is not None
    panel.accounts[name] = replace(stored, wanted=replace(stored.wanted, **changes))  # type: ignore[arg-type]


async def place_of(buyer: Buyer) -> AccountPlace:
    """Where the one key of *buyer* is served."""
    key = await buyer.key()
    assert key.panel_id is not None
    return AccountPlace(key.panel_id, key.username, key.id)


async def test_a_calm_shop_has_no_findings(alice: Buyer, bob: Buyer, world: World) -> None:
    """Every key and account is read, foreign accounts aside; nothing differs."""
    world.panel.add_foreign("orbit_43")
    await alice.buy()
    await bob.buy()
    audit = await audited(world)
    assert (audit.accounts, audit.keys, audit.findings, audit.not_audited) == (2, 2, {}, {})


async def test_a_panel_that_lost_an_account_is_named(alice: Buyer, world: World) -> None:
    """A paid key without an account is a finding until its time is over."""
    await alice.buy()
    place = await place_of(alice)
    world.panel.lose(NAME)
    assert await findings(world) == [MissingAccount(place, ALICE)]
    world.clock.advance(days=90)
    assert await findings(world) == []


async def test_what_was_changed_on_the_panel_is_named(alice: Buyer, world: World) -> None:
    """Another end, limit, secret and place, and a switch that was turned off, in one finding without secrets."""
    await alice.buy()
    place, key = await place_of(alice), await alice.key()
    credential = uuid4()
    ends_at, traffic = key.expires_at + timedelta(days=30), TrafficQuota(7)
    change(world.panel, expires_at=ends_at, traffic=traffic, credential=credential, groups=("elsewhere",))
    world.panel.disable(NAME)
    (finding,) = await findings(world)
    assert isinstance(finding, ChangedAccount)
    assert (finding.place, finding.tg_id) == (place, ALICE)
    assert [one.aspect for one in finding.differences] == list(Aspect)
    assert not any(str(secret) in repr(finding) for secret in (credential, key.credential))


async def test_a_second_account_of_a_key_is_named(alice: Buyer, world: World) -> None:
    """Under another name, or on another panel: the account that the key has is right, the other one is named."""
    world.panels[OTHER] = MemoryPanel(OTHER, world.clock)
    await alice.buy()
    home = await place_of(alice)
    world.panel.accounts["orbit_42_9"] = world.panel.accounts[NAME]
    change(world.panel, "orbit_42_9", username="orbit_42_9")
    world.panels[OTHER].accounts[NAME] = world.panel.accounts[NAME]
    strays = [replace(home, username="orbit_42_9"), replace(home, panel_id=OTHER)]
    assert await findings(world) == [MisplacedAccount(stray, ALICE, home) for stray in strays]


async def test_an_account_without_a_key_is_named(alice: Buyer, world: World) -> None:
    """Our note with the id of no key of this database."""
    await alice.buy()
    stored = world.panel.accounts[NAME]
    world.panel.accounts["orbit_7"] = stored
    change(world.panel, "orbit_7", username="orbit_7", key_id=(nobody := KeyId(UUID(int=404))))
    assert await findings(world) == [OwnerlessAccount(AccountPlace(MAIN, "orbit_7", nobody))]


async def test_a_key_under_way_is_no_finding(alice: Buyer, world: World) -> None:
    """Paid, and not on the panel yet; renewed, and not renewed there yet."""
    await alice.add_balance(30_000)
    await alice.pay_from_balance((await alice.choose()).order.id)
    assert await findings(world) == []
    await alice.shop.provision_keys()
    await alice.pay_from_balance((await alice.choose()).order.id)
    assert await findings(world) == []
    world.panel.lose(NAME)
    assert await findings(world) == []


async def test_a_panel_that_is_down_is_not_audited(alice: Buyer, bob: Buyer, world: World) -> None:
    """It is named with its reason; its keys aren't called missing, and the other panels are audited."""
    world.panels[OTHER] = other = MemoryPanel(OTHER, world.clock)
    await alice.buy()
    await bob.buy()
    other.accounts["orbit_7"] = world.panel.accounts[NAME]
    change(other, "orbit_7", username="orbit_7", key_id=KeyId(UUID(int=404)))
    world.panel.unavailable = True
    audit = await audited(world)
    assert audit.not_audited == {MAIN: "set unavailable by the test"}
    assert [place.panel_id for place in audit.findings] == [OTHER]


@pytest.mark.parametrize("answers", [1, 2, 3])
async def test_a_panel_that_goes_down_during_the_audit_is_named(alice: Buyer, world: World, answers: int) -> None:
    """Whichever call fails, be it a page or a second look: no trace, and no more calls to that panel."""
    await alice.buy()
    world.panel.accounts["orbit_7"] = world.panel.accounts[NAME]
    change(world.panel, "orbit_7", username="orbit_7")
    world.panel.lose(NAME)
    world.panels[MAIN] = panel = PanelThatGoesDown(world, answers)
    audit = await audited(world)
    assert audit.not_audited == ({} if answers > 2 else {MAIN: "set unavailable by the test"})
    assert panel.refused == (0 if answers > 2 else 1)


class PanelThatGoesDown(MemoryPanel):
    """The world's panel, which answers so often and then no more. `refused` is how often it was called then."""

    def __init__(self, world: World, answers: int) -> None:
        super().__init__(MAIN, world.clock)
        self.accounts = world.panel.accounts
        self.refused = 0
        self._answers = answers

    def _check_reachable(self) -> None:
        self._answers -= 1
        self.unavailable = self._answers < 0
        self.refused += self.unavailable
        super()._check_reachable()


async def test_an_error_that_is_no_silence_is_told_in_its_words(alice: Buyer, world: World) -> None:
    """Whatever kind of error a panel raises, the owner reads why in one line."""
    await alice.buy()

    class PanelOfAnother(MemoryPanel):
        async def get(self, username: str, key_id: KeyId) -> AccountState | None:
            raise ForeignAccount(self.panel_id, username)

    world.panels[MAIN] = PanelOfAnother(MAIN, world.clock)
    audit = await audited(world)
    assert (audit.findings, audit.not_audited) == ({}, {MAIN: "the account orbit_42 isn't ours"})


async def test_a_panel_that_the_settings_don_t_know_is_named(alice: Buyer, world: World) -> None:
    """Paid keys on a panel that was taken out of the settings can't be looked for."""
    await alice.buy()
    audit = await audited(world, MemoryPanels(MemoryPanel(OTHER, world.clock)))
    assert (audit.findings, audit.not_audited) == ({}, {MAIN: "it isn't in the settings"})


class CountedStorage:
    """A storage that counts its transactions."""

    def __init__(self, storage: Storage) -> None:
        self.transactions = 0
        self._storage = storage

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        self.transactions += 1
        async with self._storage.transaction() as tx:
            yield tx


async def test_an_audit_reads_pages_and_not_rows(shop: Shop, world: World) -> None:
    """Of twelve keys in pages of five: three transactions for the accounts, and three for the keys."""
    for number in range(12):
        await Buyer(shop, world, TelegramId(100 + number)).start()
        await shop.start_trial(TelegramId(100 + number))
    await shop.work()
    storage = CountedStorage(world.storage)
    audit = await AuditPanels(storage, world.clock, MemoryPanels(world.panel), page_size=5)()
    assert (audit.accounts, audit.keys, audit.findings) == (12, 12, {})
    assert storage.transactions == 6


# ---- what happens during an audit


class HookAtMoment:
    """Does something at the *number*-th moment of an audit: between its calls to panels and its transactions."""

    def __init__(self, number: int, happen: Callable[[], Awaitable[object]]) -> None:
        self.moments = 0
        self._number = number
        self._happen = happen

    async def on_call(self) -> None:
        """Called at every moment."""
        self.moments += 1
        if self.moments == self._number:
            await self._happen()


class StorageWithHook:
    """A storage that calls the hook before and after each transaction."""

    def __init__(self, storage: Storage, hook: HookAtMoment) -> None:
        self._storage = storage
        self._hook = hook

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        await self._hook.on_call()
        async with self._storage.transaction() as tx:
            yield tx
        await self._hook.on_call()


async def renew(alice: Buyer) -> None:
    """A renewal is paid, and the panel doesn't know yet."""
    await alice.pay_from_balance((await alice.choose()).order.id)


async def renew_and_bring(alice: Buyer) -> None:
    """A renewal is paid and done on the panel."""
    await renew(alice)
    await alice.shop.provision_keys()


async def sell_to_another(alice: Buyer) -> None:
    """Another customer buys, and has an account at once."""
    await Buyer(alice.shop, alice.world, BOB).start()
    await alice.shop.start_trial(BOB)
    await alice.shop.provision_keys()


async def move(alice: Buyer) -> None:
    """The key goes to another panel: its place refuses it now."""
    alice.world.panel.placements = frozenset()
    key = await alice.key()
    async with alice.world.storage.transaction() as tx:
        await tx.keys.save(key.reapply(0, alice.world.clock.now()))
    await alice.shop.provision_keys()


@pytest.mark.parametrize("happening", [renew, renew_and_bring, sell_to_another, move])
async def test_what_happens_during_an_audit_accuses_nothing(happening: Callable[[Buyer], Awaitable[None]]) -> None:
    """Whatever happens, at every moment of the audit: neither the old nor the new state is a finding."""
    number = moments = 1
    while number <= moments:
        world = World({MAIN: ("home",), OTHER: ("away",)})
        alice = await served_on(world, MAIN)
        hook = HookAtMoment(number, lambda buyer=alice: happening(buyer))  # type: ignore[misc]
        panels = HookedPanels(world.panels.values(), hook)
        audit = await audited(world, panels, StorageWithHook(world.storage, hook))
        assert (number, audit.findings, audit.not_audited) == (number, {}, {})
        assert await findings(world) == []
        number, moments = number + 1, hook.moments
    assert moments > 10


async def served_on(world: World, panel_id: PanelId) -> Buyer:
    """A customer with two months on the balance, who has a key on that panel."""
    shop = Shop(world.ports())
    await shop.open()
    alice = Buyer(shop, world, ALICE)
    await alice.start()
    await alice.add_balance(30_000)
    others = [panel for name, panel in world.panels.items() if name != panel_id]
    for panel in others:
        panel.placements = frozenset()
    await renew_and_bring(alice)
    await shop.provision_keys()
    for panel in others:
        panel.placements = None
    assert (await place_of(alice)).panel_id == panel_id
    return alice


async def test_an_account_that_vanishes_and_comes_back_is_no_finding(alice: Buyer, world: World) -> None:
    """What is seen wrong only once isn't reported: the second look counts."""
    await alice.buy()

    class PanelThatListsNothing(MemoryPanel):
        async def list_owned(self, offset: int, limit: int) -> OwnedPage:
            page = await super().list_owned(offset, limit)
            return replace(page, accounts=())

    panel = PanelThatListsNothing(MAIN, world.clock)
    panel.accounts = world.panel.accounts
    world.panels[MAIN] = panel
    assert await findings(world) == []
    panel.accounts = {NAME: StoredAccount(None)}
    assert [type(one) for one in await findings(world)] == [MissingAccount]
