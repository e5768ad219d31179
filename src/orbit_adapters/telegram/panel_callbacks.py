"""Callback data of the buttons about panels. The rules of `callbacks` hold here too."""

from dataclasses import dataclass
from typing import ClassVar

from orbit_adapters.telegram.callback_data import Callback
from orbit_domain.ids import PanelId
from orbit_domain.node.fleet import NodeStamp


@dataclass(frozen=True, slots=True)
class SeePanels(Callback):
    """Show the panels."""

    word: ClassVar[str] = "panels"


@dataclass(frozen=True, slots=True)
class SeePanel(Callback):
    """Show this panel."""

    panel: PanelId
    word: ClassVar[str] = "panel"


@dataclass(frozen=True, slots=True)
class DrainPanel(Callback):
    """Put no new keys on this panel."""

    panel: PanelId
    word: ClassVar[str] = "drain"


@dataclass(frozen=True, slots=True)
class FillPanel(Callback):
    """Put new keys on this panel again."""

    panel: PanelId
    word: ClassVar[str] = "fill"


@dataclass(frozen=True, slots=True)
class BeginSwitch(Callback):
    """Say what follows when this panel takes no new keys, or takes them again."""

    panel: PanelId
    word: ClassVar[str] = "switch"


@dataclass(frozen=True, slots=True)
class ChooseNodes(Callback):
    """Show the nodes of this panel, each with its switch."""

    panel: PanelId
    word: ClassVar[str] = "nodes"


@dataclass(frozen=True, slots=True)
class ExcludeNode(Callback):
    """Put no new keys on this node."""

    panel: PanelId
    node: NodeStamp
    word: ClassVar[str] = "node_off"


@dataclass(frozen=True, slots=True)
class IncludeNode(Callback):
    """Put new keys on this node again."""

    panel: PanelId
    node: NodeStamp
    word: ClassVar[str] = "node_on"


@dataclass(frozen=True, slots=True)
class BeginEvacuation(Callback):
    """Say what would move if this panel were emptied."""

    panel: PanelId
    word: ClassVar[str] = "empty"


@dataclass(frozen=True, slots=True)
class StartEvacuation(Callback):
    """Empty this panel."""

    panel: PanelId
    word: ClassVar[str] = "empty_go"


@dataclass(frozen=True, slots=True)
class StopEvacuation(Callback):
    """Move no more keys away from this panel."""

    panel: PanelId
    word: ClassVar[str] = "empty_no"


@dataclass(frozen=True, slots=True)
class SeeRebalance(Callback):
    """Show how keys would be spread over the panels."""

    word: ClassVar[str] = "spread"


@dataclass(frozen=True, slots=True)
class StartRebalance(Callback):
    """Spread the keys over the panels."""

    word: ClassVar[str] = "spread_go"


@dataclass(frozen=True, slots=True)
class StopRebalance(Callback):
    """Spread no more keys."""

    word: ClassVar[str] = "spread_no"


@dataclass(frozen=True, slots=True)
class SeeSweep(Callback):
    """Show what the last sweep of the panels has found."""

    word: ClassVar[str] = "sweep"


@dataclass(frozen=True, slots=True)
class StartSweep(Callback):
    """Compare the panels with the keys now."""

    word: ClassVar[str] = "sweep_go"


@dataclass(frozen=True, slots=True)
class AgreeSweep(Callback):
    """Do so, and disable and delete these *accounts* too, as many as the last sweep has asked about."""

    accounts: int
    word: ClassVar[str] = "sweep_all"
