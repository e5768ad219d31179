"""What the bot's process has counted: what /metrics shows to the owner and the admins."""

from datetime import timedelta

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html
from orbit_adapters.telegram.screen import Screen, TapButton, keyboard
from orbit_adapters.telegram.screens.buttons import lines, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row
from orbit_adapters.telegram.staff_callbacks import SeeHealth, SeeMetrics
from orbit_domain.use_cases.show_metrics import MetricsView

_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


def metrics_screen(view: MetricsView) -> Screen:
    """The figures; what didn't happen isn't listed, but for failures."""
    translate, found = Translator(view.user.language), view.metrics
    unusual = {"limited": found.limited, "malformed": found.malformed, "postponed": found.postponed}
    requests = lines(
        translate("metrics-requests", count=found.requests, hourly=found.per_hour),
        translate("metrics-succeeded", count=found.succeeded, share=_percent(found.succeeded_permille, translate)),
        translate("metrics-failed", count=found.failed),
        *(translate(f"metrics-{name}", count=count) for name, count in unusual.items() if count),
    )
    return Screen(
        paragraphs(
            translate("metrics", uptime=_uptime(found.uptime, translate)),
            requests,
            _times(view, translate),
            translate("metrics-cache", share=_percent(found.hit_permille, translate)),
            translate("metrics-of"),
        ),
        keyboard(
            (
                TapButton(translate.label("b-reload"), SeeMetrics()),
                TapButton(translate.label("b-health"), SeeHealth()),
            ),
            admin_row(translate),
        ),
    )


def _times(view: MetricsView, translate: Translator) -> Html:
    found = view.metrics
    if not found.requests:
        return Html("")
    is_known = found.most_ms is not None
    return translate(
        "metrics-times", average=found.average_ms, known="yes" if is_known else "no", most=found.most_ms or 0
    )


def _percent(permille: int | None, translate: Translator) -> str:
    """`98.7%`, `98,7 %`; a dash for a share of nothing."""
    if permille is None:
        return "—"
    return translate.label("metrics-percent", whole=str(permille // 10), tenths=permille % 10)


def _uptime(uptime: timedelta, translate: Translator) -> str:
    days, rest = divmod(uptime, _DAY)
    hours, rest = divmod(rest, _HOUR)
    return translate.label("metrics-uptime", days=days, hours=hours, minutes=rest // _MINUTE)
