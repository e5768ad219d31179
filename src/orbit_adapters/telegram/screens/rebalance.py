"""How keys would be spread over the panels, and how far that is."""

from collections import Counter
from fractions import Fraction

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.panel_callbacks import SeePanels, SeeRebalance, StartRebalance, StopRebalance
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Row, Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, lines, paragraphs
from orbit_domain.use_cases.run_rebalance import RebalancePage
from orbit_domain.use_cases.show_rebalance import RebalanceView

_LISTED = 12


def rebalance_screen(page: RebalancePage) -> Screen:
    """The moves that are left, and the button that starts or stops them."""
    translate, view = Translator(page.user.language), page.view
    text = paragraphs(
        translate("rebalance"),
        translate("rebalance-runs", moment=translate.moment(view.begun.at), moved=view.moved) if view.begun else "",
        _moves(view, translate),
        lines(*(translate("rebalance-waits", panel=code(panel)) for panel in view.waits_for[:_LISTED])),
    )
    return Screen(text, keyboard(*_rows(view, translate), back_row(translate, SeePanels())))


def _rows(view: RebalanceView, translate: Translator) -> list[Row]:
    if view.begun is not None:
        stop, refresh = translate.label("b-rebalance-stop"), translate.label("b-reload")
        return [tap(stop, StopRebalance()), tap(refresh, SeeRebalance())]
    return [tap(translate.label("b-rebalance-start"), StartRebalance())] if view.plan.moves else []


def _moves(view: RebalanceView, translate: Translator) -> Html:
    moves = view.plan.moves
    if not moves:
        return translate("rebalance-even", before=_percent(view.plan.before)) if not view.waits_for else Html("")
    ways = Counter((move.source.panel_id, move.target.panel_id) for move in moves)
    ranked = sorted(ways.items(), key=lambda item: (-item[1], item[0]))
    return lines(
        *(
            translate("rebalance-move", source=code(source), target=code(target), keys=keys)
            for (source, target), keys in ranked[:_LISTED]
        ),
        translate("stats-more", count=len(ranked) - _LISTED) if len(ranked) > _LISTED else "",
        translate("rebalance-pace", keys=len(moves), hours=-(-len(moves) // view.moves_per_hour)),
        translate("rebalance-spread", before=_percent(view.plan.before), after=_percent(view.plan.after)),
    )


def _percent(share: Fraction) -> int:
    return round(share * 100)
