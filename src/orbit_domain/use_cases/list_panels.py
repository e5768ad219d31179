"""The panels of the shop, as the owner sees them."""

from dataclasses import dataclass, field

from orbit_domain.access.panel_connection import ConnectionDocument, panel_subject
from orbit_domain.access.repository import PanelDuties, PanelRecord
from orbit_domain.ids import PanelId
from orbit_domain.storage import AdminAction, Storage

_ACTIONS = 10


@dataclass(frozen=True, slots=True)
class ListedPanel:
    """A panel, how many keys live there, what it has to do for others, how it is reached (empty: as the settings say),
    and what was done to it.
    """

    record: PanelRecord
    keys: int
    duties: PanelDuties = field(default_factory=PanelDuties)
    connection: ConnectionDocument = field(default_factory=dict)
    actions: tuple[AdminAction, ...] = ()


@dataclass(frozen=True, slots=True)
class ListPanels:
    """Every panel, by priority and id; with *only* that one. No panel is called."""

    storage: Storage

    async def __call__(self, only: PanelId | None = None) -> tuple[ListedPanel, ...]:
        async with self.storage.transaction() as tx:
            connections, duties = await tx.panel_connections.all(), await tx.keys.duties()
            return tuple(
                [
                    ListedPanel(
                        record,
                        await tx.panels.keys_on(record.id),
                        duties.get(record.id, PanelDuties()),
                        connections.get(record.id, {}),
                        await tx.admin_log.of_subject(panel_subject(record.id), _ACTIONS),
                    )
                    for record in await tx.panels.all()
                    if only in (None, record.id)
                ]
            )
