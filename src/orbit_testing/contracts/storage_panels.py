"""The contract of panels and of how they are reached, of every Storage."""

from dataclasses import replace

import pytest

from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import PanelId
from orbit_domain.storage import Storage
from orbit_testing import samples

ONE = PanelRecord(PanelId("b"), "marzban", "B", priority=1)
TWO = PanelRecord(PanelId("a"), "remnawave", "A", True, 2, 100, ("de", "nl"), ("bad",), True)
DOCUMENT = {"base_url": "https://x.example", "nodes": {"Франкфурт": {"capacity": 5}}, "token": {"sealed": "v1.k.x"}}


class PanelContract:
    """Panels, their connections, and what lives on them."""

    async def test_panels_are_as_set_up_last(self, storage: Storage) -> None:
        """Panels are listed by priority and id, found one by one, and putting one again replaces it."""
        async with storage.transaction() as tx:
            await tx.panels.put(replace(ONE, priority=9))
            await tx.panels.put(TWO)
            assert await tx.panels.all() == (TWO, replace(ONE, priority=9))
            await tx.panels.put(ONE)
            assert await tx.panels.all() == (ONE, TWO)
            assert (await tx.panels.lock(TWO.id), await tx.panels.lock(PanelId("c"))) == (TWO, None)

    async def test_a_connection_stays_as_it_was_put(self, storage: Storage) -> None:
        """It comes back as a whole, another record of its panel leaves it alone, and a panel may have none."""
        async with storage.transaction() as tx:
            await tx.panels.put(ONE)
            await tx.panels.put(TWO)
            assert await tx.panel_connections.all() == {}
            await tx.panel_connections.put(ONE.id, DOCUMENT)
        async with storage.transaction() as tx:
            await tx.panels.put(replace(ONE, draining=True, evacuating=True))
            assert await tx.panel_connections.all() == {ONE.id: DOCUMENT}
            await tx.panel_connections.put(ONE.id, {"base_url": "https://other.example"})
            assert await tx.panel_connections.all() == {ONE.id: {"base_url": "https://other.example"}}

    async def test_a_removed_panel_is_gone_with_its_connection(self, storage: Storage) -> None:
        """It is in no list, nothing can be put to it, and one that is added later under its id begins anew."""
        async with storage.transaction() as tx:
            await tx.panels.put(TWO)
            await tx.panel_connections.put(TWO.id, DOCUMENT)
            await tx.panels.remove(TWO.id)
            await tx.panels.remove(PanelId("never"))
            assert (await tx.panels.all(), await tx.panels.lock(TWO.id), await tx.panel_connections.all()) == (
                (),
                None,
                {},
            )
            with pytest.raises(LookupError):
                await tx.panel_connections.put(TWO.id, DOCUMENT)
            await tx.panels.put(replace(ONE, id=TWO.id))
            assert await tx.panels.all() == (replace(ONE, id=TWO.id),)
            assert await tx.panel_connections.all() == {}

    async def test_every_key_of_a_panel_counts(self, storage: Storage) -> None:
        """Expired keys live there too; those of other panels, and those without a place, don't count."""
        async with storage.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            for number, panel in enumerate((ONE.id, ONE.id, TWO.id, None), 1):
                key = samples.key(number, username=f"u{number}")
                await tx.keys.add(samples.placed(key, panel) if panel else key)
            found = [await tx.panels.keys_on(panel) for panel in (ONE.id, TWO.id, PanelId("c"))]
        assert found == [2, 1, 0]
