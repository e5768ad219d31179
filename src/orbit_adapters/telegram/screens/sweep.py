"""Whether the panels hold what the keys say: what the last look has found, and the button for another one."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.panel_callbacks import AgreeSweep, SeePanels, SeeSweep, StartSweep
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Row, Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, lines, paragraphs
from orbit_domain.use_cases.sweep_panels import SweepPage


def sweep_screen(page: SweepPage) -> Screen:
    """How it stands."""
    translate = Translator(page.user.language)
    runs = translate("sweep-runs", moment=translate.moment(page.runs.at)) if page.runs is not None else ""
    return Screen(
        paragraphs(translate("sweep"), runs, _last(page, translate)),
        keyboard(*_rows(page, translate), back_row(translate, SeePanels())),
    )


def _last(page: SweepPage, translate: Translator) -> Html:
    if page.last is None or page.figures is None:
        return Html("")
    figures = page.figures
    parts = {"mended": figures.mended, "ownerless": figures.ownerless, "unread": figures.unread}
    found = [translate(f"sweep-{name}", count=count) for name, count in parts.items() if count]
    if figures.waiting:
        found.append(translate("sweep-waiting", count=figures.waiting))
    return lines(
        translate("sweep-last", moment=translate.moment(page.last.at), accounts=figures.accounts),
        *(found or [translate("sweep-clean")]),
    )


def _rows(page: SweepPage, translate: Translator) -> list[Row]:
    if page.runs is not None:
        return [tap(translate.label("b-reload"), SeeSweep())]
    rows = [tap(translate.label("b-sweep-start"), StartSweep())]
    if page.figures is not None and page.figures.waiting:
        rows.append(tap(translate.label("b-sweep-agree", count=page.figures.waiting), AgreeSweep(page.figures.waiting)))
    return rows
