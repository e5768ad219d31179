"""Before a panel is emptied: how many keys would go where."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.panel_callbacks import SeePanel, StartEvacuation
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, lines, paragraphs
from orbit_adapters.telegram.screens.panels import panel_name
from orbit_domain.use_cases.preview_evacuation import EvacuationPreview

_LISTED = 12


def evacuation_screen(preview: EvacuationPreview) -> Screen:
    """What would happen, and the button that lets it."""
    translate, record = Translator(preview.user.language), preview.panel
    count = sum(preview.moves.values()) + preview.without_place
    start = tap(translate.label("b-evacuation-yes"), StartEvacuation(record.id)) if count else ()
    text = paragraphs(
        translate("evacuation", name=panel_name(record)),
        _moves(preview, translate) if count else translate("evacuation-empty"),
        translate("evacuation-effect") if count else "",
        translate("panel-is-last") if preview.is_last and count else "",
    )
    return Screen(text, keyboard(start, back_row(translate, SeePanel(record.id))))


def _moves(preview: EvacuationPreview, translate: Translator) -> Html:
    ranked = sorted(preview.moves.items(), key=lambda item: (-item[1], item[0]))
    others = sum(keys for _, keys in ranked[_LISTED:])
    return lines(
        "" if preview.is_all else translate("evacuation-first"),
        *(
            translate("evacuation-move", name=preview.names.get(panel_id, panel_id), keys=keys)
            for panel_id, keys in ranked[:_LISTED]
        ),
        translate("evacuation-others", keys=others) if others else "",
        translate("evacuation-stay", keys=preview.without_place) if preview.without_place else "",
        translate("evacuation-old", keys=preview.without_time) if preview.without_time else "",
    )
