"""From what is stored of a panel to the settings of its family, or to words about why that can't be."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from orbit_adapters.panel_plugin.plugin import PanelPlugin
from orbit_adapters.panel_plugin.sealed_settings import UnreadableConnection, settings_of
from orbit_adapters.secret_box.secret_box import BrokenSeal, SealedWithUnknownKey, SecretBox
from orbit_domain.access.panel_connection import ConnectionDocument
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import PanelId
from orbit_entry.config.known_secrets import note_secrets
from orbit_entry.config.panel import ConfiguredPanel
from orbit_entry.config.panel_plugins import Families, installed_families
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.failures import CannotStart
from orbit_entry.runtime.secret_box import open_secret_box


class UnusablePanel(CannotStart):
    """A panel can't be opened: which one, why, and what to do. No secret is in it."""

    def __init__(self, panel_id: PanelId, why: str, next_step: str) -> None:
        super().__init__(f"The panel {panel_id} can't be used: {why}.", next_step)
        self.panel_id = panel_id
        self.why = why


@dataclass(frozen=True, slots=True)
class PanelFamilies:
    """The installed families, and the box of the stored secrets, which is opened when one is read."""

    installed: Families
    open_box: Callable[[], SecretBox]

    def family(self, panel_id: PanelId, kind: str) -> PanelPlugin[Any]:
        """The family of a panel. Raises UnusablePanel."""
        family = self.installed.get(kind)
        if family is None:
            why = f"no package for panels of the kind {kind} is installed"
            raise UnusablePanel(panel_id, why, f"install its package; here are: {', '.join(self.installed) or 'none'}")
        return family

    def configured(self, panel: PanelRecord, document: ConnectionDocument) -> ConfiguredPanel:
        """*panel* with the settings that *document* holds. Raises UnusablePanel."""
        family = self.family(panel.id, panel.kind)
        again = f"give it its connection again: orbit panel set {panel.id}"
        try:
            connection = settings_of(family.settings, document, panel.id, self.open_box())
        except CannotStart as error:
            raise UnusablePanel(panel.id, str(error), error.next_step) from None
        except SealedWithUnknownKey as error:
            back = f"put the key {error.key_id} back, behind the first of ORBIT_SECRET_KEYS"
            raise UnusablePanel(panel.id, f"its secrets are sealed with the key {error.key_id}", back) from None
        except BrokenSeal:
            why = "its secrets can't be opened: the keys, or something in the database, were changed"
            raise UnusablePanel(panel.id, why, again) from None
        except UnreadableConnection as error:
            raise UnusablePanel(panel.id, str(error), again) from None
        note_secrets(connection)
        return ConfiguredPanel(panel.id, panel.kind, connection)


def panel_families(settings: Settings) -> PanelFamilies:
    """The families for the panels of this shop. Raises BadSettings for a package that can't be used."""
    return PanelFamilies(installed_families(), cache(lambda: open_secret_box(settings)))
