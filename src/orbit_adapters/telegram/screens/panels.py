"""The panels as the owner sees them: how full, in what state, and the switch that empties one."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.buttons import home_row, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row
from orbit_adapters.telegram.staff_callbacks import DrainPanel, FillPanel, SeePanel, SeePanels
from orbit_domain.use_cases.list_panels import ListedPanel
from orbit_domain.use_cases.run_panels import PanelsView

_SHOWN = 20


def panels_screen(view: PanelsView) -> Screen:
    """Each panel with its keys and its state."""
    translate = Translator(view.user.language)
    shown = view.panels[:_SHOWN]
    texts = [_panel(one, translate) for one in shown]
    rows = [tap(one.record.name or one.record.id, SeePanel(one.record.id)) for one in shown]
    return Screen(
        paragraphs(translate("panels" if texts else "panels-none"), *texts), keyboard(*rows, admin_row(translate))
    )


def panel_screen(view: PanelsView) -> Screen:
    """One panel, and what the switch will do."""
    translate, panel = Translator(view.user.language), view.panels[0]
    key = "panel-fills" if panel.record.draining else "panel-drains"
    return Screen(
        paragraphs(_panel(panel, translate), translate(key)),
        keyboard(
            _switch_row(panel, translate), (TapButton(translate.label("b-back"), SeePanels()), *home_row(translate))
        ),
    )


def _switch_row(panel: ListedPanel, translate: Translator) -> Row:
    if panel.record.draining:
        return tap(translate.label("b-fill"), FillPanel(panel.record.id))
    return tap(translate.label("b-drain"), DrainPanel(panel.record.id))


def _panel(panel: ListedPanel, translate: Translator) -> Html:
    record = panel.record
    state = "off" if not record.is_active else "drained" if record.draining else "on"
    return translate(
        "panel-line",
        name=record.name or record.id,
        number=code(record.id),
        state=translate.label(f"panel-{state}"),
        keys=panel.keys,
        capacity=record.capacity or 0,
    )
