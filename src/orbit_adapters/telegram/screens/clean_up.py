"""Old data: what would be forgotten now, and the button that has it done."""

from collections.abc import Mapping

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Row, Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import lines, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row
from orbit_adapters.telegram.setting_callbacks import SeeCleanUp, StartCleanUp
from orbit_domain.old_data.old_data import OldData
from orbit_domain.use_cases.clean_up_when_asked import MOST_COUNTED, CleanUpPage


def clean_up_screen(page: CleanUpPage) -> Screen:
    """How it stands."""
    translate = Translator(page.user.language)
    runs = translate("clean-up-runs", moment=translate.moment(page.runs.at)) if page.runs is not None else ""
    return Screen(
        paragraphs(translate("clean-up"), _old(page, translate), runs, _last(page, translate)),
        keyboard(*_rows(page, translate), admin_row(translate)),
    )


def _old(page: CleanUpPage, translate: Translator) -> Html:
    found = _counted(page.old, translate)
    return lines(translate("clean-up-would"), *found) if found else translate("clean-up-nothing")


def _last(page: CleanUpPage, translate: Translator) -> Html:
    if page.last is None or page.runs is not None:
        return Html("")
    found = _counted(page.cleaned, translate) or [translate("clean-up-last-nothing")]
    return lines(translate("clean-up-last", moment=translate.moment(page.last.at)), *found)


def _counted(rows: Mapping[OldData, int], translate: Translator) -> list[Html]:
    return [
        translate(
            f"clean-up-{kind.replace('_', '-')}", count=rows[kind], more="yes" if rows[kind] == MOST_COUNTED else "no"
        )
        for kind in OldData
        if rows.get(kind)
    ]


def _rows(page: CleanUpPage, translate: Translator) -> list[Row]:
    if page.runs is not None:
        return [tap(translate.label("b-reload"), SeeCleanUp())]
    return [tap(translate.label("b-clean-up-start"), StartCleanUp())] if any(page.old.values()) else []
