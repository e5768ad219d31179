"""The screens of panels in each of their states, by the name of their golden file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction

from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.evacuation import evacuation_screen
from orbit_adapters.telegram.screens.panels import nodes_screen, panel_screen, switch_screen
from orbit_adapters.telegram.screens.rebalance import rebalance_screen
from orbit_adapters.telegram.screens.sweep import sweep_screen
from orbit_domain.access.rebalance import BEGUN, REBALANCE
from orbit_domain.access.repository import PanelDuties, PanelRecord
from orbit_domain.access.sweep import ASKED, ENDED, SWEEP, SweepFigures
from orbit_domain.ids import PanelId, TelegramId
from orbit_domain.node.fleet import Node, NodeReading, Place
from orbit_domain.node.rebalance import PlannedMove, RebalancePlan
from orbit_domain.storage import AdminAction
from orbit_domain.use_cases.list_panels import ListedPanel
from orbit_domain.use_cases.preview_evacuation import EvacuationPreview
from orbit_domain.use_cases.run_panels import PanelPage
from orbit_domain.use_cases.run_rebalance import RebalancePage
from orbit_domain.use_cases.show_rebalance import RebalanceView
from orbit_domain.use_cases.sweep_panels import SweepPage
from orbit_domain.user.user import Role, User
from tests.unit.screens import view_examples
from tests.unit.screens.view_examples import NOW, ORDER_ID

FRA, AMS = PanelId("fra"), PanelId("ams")
RECORD = PanelRecord(FRA, "marzban", "Orbit", capacity=500)
HOSTILE = "<b>9</b>\u202e" * 20


def _owner(language: str) -> User:
    return replace(view_examples.user(language), tg_id=TelegramId(1), role=Role.OWNER)


def _node(name: str, keys: int, traffic: int | None, *, connected: bool = True, excluded: bool = False) -> Node:
    return Node(FRA, 100, NodeReading(name, connected, ("in",), traffic), keys, excluded=excluded)


NODES = (
    _node("f-1", 150, 340 * 2**30), _node("f-2", 60, None), _node("f-3", 2, -5, connected=False),
    _node("f-4", 0, 0, excluded=True),
)  # fmt: skip


def page(
    language: str,
    record: PanelRecord = RECORD,
    nodes: tuple[Node, ...] = NODES,
    duties: PanelDuties | None = None,
    *,
    living: int = 212,
    is_last: bool = False,
) -> PanelPage:
    """A panel with four nodes."""
    panel = ListedPanel(record, living + 3, duties or PanelDuties())
    return PanelPage(_owner(language), panel, nodes, living, is_last)


def preview(language: str, *, is_empty: bool = False, is_tight: bool = False) -> EvacuationPreview:
    """What would move: all of it, nothing, or only a part."""
    moves = {} if is_empty else {AMS: 120, PanelId("waw"): 92}
    names = {AMS: "Plus", PanelId("waw"): "Amsterdam"}
    stay, old = (40 if is_tight else 0), (0 if is_empty else 3)
    return EvacuationPreview(_owner(language), RECORD, moves, names, stay, old, not is_tight, is_tight)


def spread(language: str, *, runs: bool = False, moves: int = 90, waits: bool = False) -> RebalancePage:
    """Keys that would move from one panel to another."""
    move = PlannedMove(Place(FRA, "f-1", ()), Place(AMS, "a-1", ()))
    plan = RebalancePlan((move,) * moves, Fraction(4, 10), Fraction(5, 100))
    begun = AdminAction(ORDER_ID, "telegram:1", BEGUN, REBALANCE, "", NOW) if runs else None
    waiting = (AMS,) if waits else ()
    return RebalancePage(_owner(language), RebalanceView(plan, 60, waiting, begun, 30 if runs else 0, begun))


def swept(language: str, figures: SweepFigures | None, *, runs: bool = False) -> SweepPage:
    """What a sweep has found, or that one runs."""
    asked = AdminAction(ORDER_ID, "telegram:1", ASKED, SWEEP, "", NOW)
    last = replace(asked, action=ENDED, reason=str(figures)) if figures else None
    return SweepPage(_owner(language), asked if runs else None, last, figures)


_DRAINED = replace(RECORD, draining=True, excluded_nodes=("f-4", "f-9"))
_EVACUATED = replace(RECORD, draining=True, evacuating=True)
_OFF = replace(RECORD, is_active=False, name=HOSTILE)
_MANY = tuple(_node(f"{number}{HOSTILE}", number, number * 2**40) for number in range(30))

PANELS: Mapping[str, Callable[[str], Screen]] = {
    "panel": lambda language: panel_screen(page(language)),
    "panel_drained": lambda language: panel_screen(page(language, _DRAINED)),
    "panel_evacuated": lambda language: panel_screen(page(language, _EVACUATED, duties=PanelDuties(8, 3), living=42)),
    "panel_silent": lambda language: panel_screen(page(language, nodes=())),
    "panel_off": lambda language: panel_screen(page(language, _OFF, (), living=0)),
    "panel_crowded": lambda language: panel_screen(page(language, nodes=_MANY)),
    "panel_drain": lambda language: switch_screen(page(language)),
    "panel_drain_last": lambda language: switch_screen(page(language, is_last=True)),
    "panel_fill": lambda language: switch_screen(page(language, _DRAINED)),
    "panel_fill_evacuated": lambda language: switch_screen(page(language, _EVACUATED)),
    "panel_nodes": lambda language: nodes_screen(page(language, _DRAINED)),
    "evacuation": lambda language: evacuation_screen(preview(language)),
    "evacuation_tight": lambda language: evacuation_screen(preview(language, is_tight=True)),
    "evacuation_nothing": lambda language: evacuation_screen(preview(language, is_empty=True)),
    "sweep": lambda language: sweep_screen(swept(language, None)),
    "sweep_clean": lambda language: sweep_screen(swept(language, SweepFigures(1_240, 0, 0, 0, 0))),
    "sweep_found": lambda language: sweep_screen(swept(language, SweepFigures(1_240, 3, 57, 2, 1))),
    "sweep_runs": lambda language: sweep_screen(swept(language, SweepFigures(1_240, 3, 0, 0, 0), runs=True)),
    "rebalance": lambda language: rebalance_screen(spread(language)),
    "rebalance_runs": lambda language: rebalance_screen(spread(language, runs=True)),
    "rebalance_even": lambda language: rebalance_screen(spread(language, moves=0)),
    "rebalance_waits": lambda language: rebalance_screen(spread(language, moves=0, waits=True)),
}
