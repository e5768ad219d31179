"""How the shop is: what /health shows to the owner and the admins."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import lines, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row
from orbit_adapters.telegram.staff_callbacks import SeeHealth
from orbit_domain.health import PartHealth, Status
from orbit_domain.use_cases.show_health import HealthView

_LISTED = 20
_NAME_CHARS = 40


def health_screen(view: HealthView) -> Screen:
    """The whole in one line, a line for each part, and what follows for customers from what isn't well."""
    translate, report = Translator(view.user.language), view.report
    ill = dict.fromkeys(one.part for one in report.parts if one.status is not Status.HEALTHY)
    rows = [_line(one, translate) for one in report.parts[:_LISTED]]
    if more := len(report.parts) - len(rows):
        rows.append(translate("health-more", count=more))
    return Screen(
        paragraphs(
            translate("health", status=report.status.value),
            lines(*rows),
            *(translate(f"health-means-{part}") for part in ill),
            *([translate("health-lost", count=view.lost)] if view.lost else []),
        ),
        keyboard(tap(translate.label("b-health-again"), SeeHealth()), admin_row(translate)),
    )


def _line(one: PartHealth, translate: Translator) -> Html:
    name = code(one.name, _NAME_CHARS) if one.name else ""
    return translate(
        "health-line",
        part=one.part.value,
        name=name,
        status=one.status.value,
        milliseconds=one.response_ms,
    )
