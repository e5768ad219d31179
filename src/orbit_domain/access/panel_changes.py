"""What the owner changes of a panel, and what is refused to him."""

from dataclasses import dataclass, fields, replace

from orbit_domain.access.repository import PanelRecord
from orbit_domain.errors import Refusal
from orbit_domain.ids import PanelId


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelEdit:
    """What of a `PanelRecord` is to be otherwise; None leaves it. `has_no_limit` lifts its capacity."""

    name: str | None = None
    is_active: bool | None = None
    priority: int | None = None
    capacity: int | None = None
    has_no_limit: bool = False
    regions: tuple[str, ...] | None = None
    excluded_nodes: tuple[str, ...] | None = None
    draining: bool | None = None

    def applied_to(self, panel: PanelRecord) -> PanelRecord:
        """*panel* with these changes. One that takes new keys again isn't being emptied any more."""
        names = (field.name for field in fields(self) if field.name != "has_no_limit")
        changed = replace(panel, **{name: value for name in names if (value := getattr(self, name)) is not None})
        changed = replace(changed, evacuating=changed.evacuating and changed.draining)
        return replace(changed, capacity=None) if self.has_no_limit else changed


def differences(before: PanelRecord, after: PanelRecord) -> tuple[str, ...]:
    """What *after* has otherwise, each as `priority: 100 → 5`."""
    names = (field.name for field in fields(PanelRecord))
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in names)
    return tuple(f"{name}: {old} → {new}" for name, old, new in pairs if old != new)


@dataclass(eq=False)
class NoSuchPanel(Refusal):
    """The shop has no panel of that id."""

    panel_id: PanelId


@dataclass(eq=False)
class NoSuchNode(Refusal):
    """The panel has no such node, or doesn't answer now."""

    panel_id: PanelId


@dataclass(eq=False)
class PanelExists(Refusal):
    """The shop has a panel of that id already."""

    panel_id: PanelId


@dataclass(eq=False)
class PanelHasKeys(Refusal):
    """Keys live on the panel, or are served there until their new home has them: without it they would stop working."""

    panel_id: PanelId
    keys: int
    leaving: int = 0


@dataclass(eq=False)
class PanelHasAccounts(Refusal):
    """Accounts of keys that live elsewhere by now are still to be removed on the panel."""

    panel_id: PanelId
    accounts: int
