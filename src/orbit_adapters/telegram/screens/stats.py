"""Statistics: what /stats shows to the owner and the admins."""

from collections.abc import Iterable, Mapping

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.sanitize import Html, code
from orbit_adapters.telegram.screen import Screen, keyboard
from orbit_adapters.telegram.screens.buttons import lines, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row
from orbit_adapters.telegram.screens.trends import span_row
from orbit_domain.ids import PanelId
from orbit_domain.stats import KeyStats, PaymentStats, Revenue, UserStats
from orbit_domain.use_cases.show_stats import StatsView

_LISTED = 12
_PANEL_CHARS = 40


def stats_screen(view: StatsView) -> Screen:
    """Users, payments and keys, each with details, and the time of the count."""
    translate, stats = Translator(view.user.language), view.stats
    return Screen(
        paragraphs(
            translate("stats", moment=translate.moment(stats.at)),
            _users(stats.users, translate),
            _payments(stats.payments, translate),
            _keys(stats.keys, translate),
        ),
        keyboard(span_row(translate), admin_row(translate)),
    )


def _users(users: UserStats, translate: Translator) -> Html:
    return lines(
        translate("stats-users", count=users.total),
        translate("stats-users-new", today=users.new_today, week=users.new_week, month=users.new_month),
        translate("stats-users-subscribed", count=users.subscribed),
        translate("stats-users-trial", count=users.on_trial),
        translate("stats-users-unreachable", count=users.unreachable),
    )


def _payments(payments: PaymentStats, translate: Translator) -> Html:
    windows = {"today": payments.today, "week": payments.week, "month": payments.month}
    return lines(
        translate("stats-payments", count=payments.ever.count, amount=payments.ever.total),
        *(translate(f"stats-payments-{name}", count=one.count, amount=one.total) for name, one in windows.items()),
        translate("stats-payments-unpaid", pending=payments.pending, expired=payments.expired),
        *_first(_methods(payments.by_method, translate), translate),
    )


def _keys(keys: KeyStats, translate: Translator) -> Html:
    return lines(
        translate("stats-keys", count=keys.total),
        translate("stats-keys-state", active=keys.active, unconfirmed=keys.unconfirmed),
        *_first(_panels(keys.by_panel, translate), translate),
    )


def _methods(by_method: Mapping[str, Revenue], translate: Translator) -> list[Html]:
    ranked = sorted(by_method.items(), key=lambda item: (-item[1].total.units, item[0]))
    return [
        translate("stats-method", method=translate.method(name), count=one.count, amount=one.total)
        for name, one in ranked
    ]


def _panels(by_panel: Mapping[PanelId | None, int], translate: Translator) -> list[Html]:
    ranked = sorted(by_panel.items(), key=lambda item: (item[0] is None, -item[1], item[0] or ""))
    return [
        translate("stats-no-panel", count=count)
        if panel is None
        else translate("stats-panel", panel=code(panel, _PANEL_CHARS), count=count)
        for panel, count in ranked
    ]


def _first(rows: list[Html], translate: Translator) -> Iterable[Html]:
    """The largest rows and the number of the others, so the message never exceeds Telegram's limit."""
    if len(rows) <= _LISTED:
        return rows
    return [*rows[:_LISTED], translate("stats-more", count=len(rows) - _LISTED)]
