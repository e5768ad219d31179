"""The panels as the owner sees them: how full, in what state, with their nodes, and what may be done with each."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.panel_callbacks import (
    BeginEvacuation,
    BeginSwitch,
    ChooseNodes,
    DrainPanel,
    ExcludeNode,
    FillPanel,
    IncludeNode,
    SeePanel,
    SeePanels,
    SeeRebalance,
    SeeSweep,
    StopEvacuation,
)
from orbit_adapters.telegram.sanitize import Html, code, sanitize
from orbit_adapters.telegram.screen import Row, Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, lines, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row
from orbit_domain.access.repository import PanelRecord
from orbit_domain.node.fleet import Node, node_stamp
from orbit_domain.use_cases.list_panels import ListedPanel
from orbit_domain.use_cases.run_panels import PanelPage, PanelsView

_SHOWN, _NODES, _NAME_CHARS = 20, 12, 32
_GIGABYTE = 1 << 30


def panels_screen(view: PanelsView) -> Screen:
    """Each panel with its keys and its state."""
    translate = Translator(view.user.language)
    shown = view.panels[:_SHOWN]
    texts = [_panel(one, translate) for one in shown]
    rows = [tap(panel_name(one.record), SeePanel(one.record.id)) for one in shown]
    sweep = tap(translate.label("b-sweep"), SeeSweep()) if shown else ()
    spread = tap(translate.label("b-rebalance"), SeeRebalance()) if len(shown) > 1 else ()
    return Screen(
        paragraphs(translate("panels" if texts else "panels-none"), *texts),
        keyboard(*rows, spread, sweep, admin_row(translate)),
    )


def panel_screen(page: PanelPage) -> Screen:
    """One panel: its load, what it has to do for others, and its nodes."""
    translate, panel = Translator(page.user.language), page.panel
    record, duties = panel.record, panel.duties
    text = paragraphs(
        _panel(panel, translate),
        lines(
            translate("panel-evacuates", keys=page.living) if record.evacuating else "",
            translate("panel-leaving", count=duties.leaving) if duties.leaving else "",
            translate("panel-removing", count=duties.removing) if duties.removing else "",
        ),
        lines(translate("nodes"), _nodes(page, translate)) if page.nodes else _nodes(page, translate),
    )
    nodes = tap(translate.label("b-nodes"), ChooseNodes(record.id)) if page.nodes or record.excluded_nodes else ()
    switch = tap(translate.label("b-fill" if record.draining else "b-drain"), BeginSwitch(record.id))
    refresh = tap(translate.label("b-reload"), SeePanel(record.id)) if record.evacuating or duties.leaving else ()
    return Screen(
        text, keyboard(refresh, switch, _evacuation_row(page, translate), nodes, back_row(translate, SeePanels()))
    )


def switch_screen(page: PanelPage) -> Screen:
    """What follows when the panel takes no new keys, or takes them again, and the button that does it."""
    translate, record = Translator(page.user.language), page.panel.record
    if record.draining:
        question = translate("panel-fills", name=panel_name(record))
        warning = translate("panel-fills-stops") if record.evacuating else Html("")
        yes = tap(translate.label("b-fill-yes"), FillPanel(record.id))
    else:
        question = translate("panel-drains", name=panel_name(record))
        warning = translate("panel-is-last") if page.is_last and record.is_active else Html("")
        yes = tap(translate.label("b-drain-yes"), DrainPanel(record.id))
    return Screen(paragraphs(question, warning), keyboard(yes, back_row(translate, SeePanel(record.id))))


def nodes_screen(page: PanelPage) -> Screen:
    """The nodes, each with its switch; those that are excluded by name and not there now, too."""
    translate, record = Translator(page.user.language), page.panel.record
    there = [node.reading.name for node in page.nodes if not node.reading.excluded]
    names = [*there, *(name for name in record.excluded_nodes if name not in there)][:_SHOWN]
    rows = [_node_row(name, record, translate) for name in names]
    text = paragraphs(
        translate("nodes-title", name=panel_name(record)), translate("nodes-help"), _nodes(page, translate)
    )
    return Screen(text, keyboard(*rows, back_row(translate, SeePanel(record.id))))


def panel_name(record: PanelRecord) -> str:
    """What the owner calls it."""
    return sanitize(record.name, _NAME_CHARS) or str(record.id)


def _node_row(name: str, record: PanelRecord, translate: Translator) -> Row:
    shown = sanitize(name, _NAME_CHARS)
    if name in record.excluded_nodes:
        return tap(translate.label("b-node-on", name=shown), IncludeNode(record.id, node_stamp(name)))
    return tap(translate.label("b-node-off", name=shown), ExcludeNode(record.id, node_stamp(name)))


def _evacuation_row(page: PanelPage, translate: Translator) -> Row:
    record = page.panel.record
    if record.evacuating:
        return tap(translate.label("b-evacuation-stop"), StopEvacuation(record.id))
    return tap(translate.label("b-evacuation"), BeginEvacuation(record.id)) if page.living else ()


def _panel(panel: ListedPanel, translate: Translator) -> Html:
    record = panel.record
    return translate(
        "panel-line",
        name=panel_name(record),
        number=code(record.id),
        state=translate.label(f"panel-{_state(record)}"),
        keys=panel.keys,
        capacity=record.capacity or 0,
    )


def _state(record: PanelRecord) -> str:
    if not record.is_active:
        return "off"
    if record.evacuating:
        return "evacuated"
    return "drained" if record.draining else "on"


def _nodes(page: PanelPage, translate: Translator) -> Html:
    if not page.nodes:
        return translate("nodes-none" if page.panel.record.is_active else "nodes-off")
    ranked = sorted(page.nodes, key=lambda node: (-node.active_users, node.reading.name))
    more = len(ranked) - _NODES
    return lines(
        *(_node(node, translate) for node in ranked[:_NODES]),
        translate("stats-more", count=more) if more > 0 else "",
    )


def _node(node: Node, translate: Translator) -> Html:
    state = "silent" if not node.reading.connected else "excluded" if node.excluded else "on"
    traffic = node.reading.traffic_bytes
    return translate(
        "node-line",
        name=sanitize(node.reading.name, _NAME_CHARS),
        state=translate.label(f"node-{state}"),
        keys=node.active_users,
        gigabytes=-1 if traffic is None else max(0, traffic) // _GIGABYTE,
    )
