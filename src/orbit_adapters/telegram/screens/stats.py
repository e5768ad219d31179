"""The shop in figures: what /stats shows to those who run it."""

from collections.abc import Iterable, Mapping

from orbit_adapters.telegram.clean import Html, code
from orbit_adapters.telegram.say import Say
from orbit_adapters.telegram.screen import Screen, keyboard
from orbit_adapters.telegram.screens.rows import home_row, lines, paragraphs
from orbit_adapters.telegram.sums import method_name
from orbit_domain.ids import PanelId
from orbit_domain.stats import KeyStats, PaymentStats, Takings, UserStats
from orbit_domain.use_cases.show_stats import ShopFigures

_LISTED = 12
_PANEL_CHARS = 40


def stats_screen(figures: ShopFigures) -> Screen:
    """People, money and keys, each with its parts, and when they were counted."""
    say, stats = Say(figures.user.language), figures.stats
    return Screen(
        paragraphs(
            say("stats", day=say.day(stats.at), time=f"{stats.at:%H:%M}"),
            _users(stats.users, say),
            _payments(stats.payments, say),
            _keys(stats.keys, say),
        ),
        keyboard(home_row(say)),
    )


def _users(users: UserStats, say: Say) -> Html:
    return lines(
        say("stats-users", count=users.total),
        say("stats-users-new", today=users.new_today, week=users.new_week, month=users.new_month),
        say("stats-users-subscribed", count=users.subscribed),
        say("stats-users-trial", count=users.on_trial),
        say("stats-users-unreachable", count=users.unreachable),
    )


def _payments(payments: PaymentStats, say: Say) -> Html:
    windows = {"today": payments.today, "week": payments.week, "month": payments.month}
    return lines(
        say("stats-payments", count=payments.ever.count, sum=payments.ever.total),
        *(say(f"stats-payments-{name}", count=one.count, sum=one.total) for name, one in windows.items()),
        say("stats-payments-unpaid", pending=payments.pending, expired=payments.expired),
        *_first(_methods(payments.by_method, say), say),
    )


def _keys(keys: KeyStats, say: Say) -> Html:
    return lines(
        say("stats-keys", count=keys.total),
        say("stats-keys-state", active=keys.active, unconfirmed=keys.unconfirmed),
        *_first(_panels(keys.by_panel, say), say),
    )


def _methods(by_method: Mapping[str, Takings], say: Say) -> list[Html]:
    ranked = sorted(by_method.items(), key=lambda item: (-item[1].total.units, item[0]))
    return [say("stats-method", method=method_name(name), count=one.count, sum=one.total) for name, one in ranked]


def _panels(by_panel: Mapping[PanelId | None, int], say: Say) -> list[Html]:
    ranked = sorted(by_panel.items(), key=lambda item: (item[0] is None, -item[1], item[0] or ""))
    return [
        say("stats-no-panel", count=count)
        if panel is None
        else say("stats-panel", panel=code(panel, _PANEL_CHARS), count=count)
        for panel, count in ranked
    ]


def _first(rows: list[Html], say: Say) -> Iterable[Html]:
    """The largest; the rest only as a number, so that Telegram takes the message however many there are."""
    if len(rows) <= _LISTED:
        return rows
    return [*rows[:_LISTED], say("stats-more", count=len(rows) - _LISTED)]
