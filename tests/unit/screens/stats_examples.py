"""Statistics for the tests of /stats."""

from datetime import UTC, datetime

from orbit_domain.ids import PanelId
from orbit_domain.money import RUB, rub
from orbit_domain.stats import (
    ChurnStats,
    KeyStats,
    PaymentStats,
    Revenue,
    Span,
    Stats,
    Trends,
    TrialStats,
    UserStats,
)
from orbit_domain.use_cases.show_stats import StatsView
from orbit_domain.use_cases.show_trends import TrendsView
from tests.unit.screens import view_examples

AT = datetime(2027, 2, 19, 9, 5, tzinfo=UTC)
NOTHING = Revenue(0, rub(0))
HOSTILE = "<b>pan\u202eel</b>\n" * 40


def _stats_view(language: str, users: UserStats, payments: PaymentStats, keys: KeyStats) -> StatsView:
    return StatsView(view_examples.user(language), Stats(AT, users, payments, keys))


def busy(language: str) -> StatsView:
    """Statistics of a busy shop."""
    payments = PaymentStats(
        today=Revenue(14, rub(203_650)), week=Revenue(98, rub(1_402_000)), month=Revenue(410, rub(6_012_300)),
        ever=Revenue(5_120, rub(71_230_450)), pending=7, expired=845,
        by_method={"ton": Revenue(1_120, rub(20_130_450)), "ton_usdt": Revenue(4_000, rub(51_100_000))},
    )  # fmt: skip
    keys = KeyStats(3_940, 2_880, 3, {PanelId("main"): 2_500, PanelId("spare"): 1_439, None: 1})
    return _stats_view(language, UserStats(12_345, 41, 260, 1_190, 2_790, 64, 312), payments, keys)


def empty(language: str) -> StatsView:
    """Statistics of a new shop with only its owner."""
    payments = PaymentStats(NOTHING, NOTHING, NOTHING, NOTHING, 0, 0, {})
    return _stats_view(language, UserStats(1, 1, 1, 1, 0, 0, 0), payments, KeyStats(0, 0, 0, {}))


def crowded(language: str) -> StatsView:
    """More methods and panels than a message holds, with hostile names and huge numbers."""
    huge = Revenue(10**15, rub(10**17 + 1))
    methods = {f"way_{HOSTILE}{number}": Revenue(number, rub(10**16 + number)) for number in range(60)}
    panels: dict[PanelId | None, int] = {PanelId(f"{number}{HOSTILE}"): 10**12 + number for number in range(60)}
    payments = PaymentStats(huge, huge, huge, huge, 10**12, 10**12, methods)
    return _stats_view(language, UserStats(*[10**15] * 7), payments, KeyStats(10**15, 10**15, 10**15, panels))


def trends(language: str, span: Span, *methods: str) -> TrendsView:
    """A shop that grows, with so many ways to pay."""
    begins = span.begins(AT)
    parts = range(len(begins))
    revenue = {
        method: tuple(
            Revenue(2 + (part + place) % 5, rub((40_000 + 7_919 * part % 30_000) // (place + 1))) for part in parts
        )
        for place, method in enumerate(methods)
    }
    people = tuple(3 + part * 7 % 11 for part in parts)
    fates = (TrialStats(64, 9, 21), ChurnStats(310, 12))
    return TrendsView(view_examples.user(language), Trends(AT, span, begins, RUB, revenue, people, *fates))


def no_trends(language: str) -> TrendsView:
    """A new shop."""
    begins = Span.MONTH.begins(AT)
    fates = (TrialStats(0, 0, 0), ChurnStats(0, 0))
    nothing = Trends(AT, Span.MONTH, begins, RUB, {}, (0,) * len(begins), *fates)
    return TrendsView(view_examples.user(language), nothing)


def crowded_trends(language: str) -> TrendsView:
    """More methods than a picture holds, with hostile names and huge numbers."""
    begins = Span.YEAR.begins(AT)
    revenue = {f"{HOSTILE}$x_{number}$": (Revenue(10**15, rub(10**16 + number)),) * len(begins) for number in range(60)}
    fates = (TrialStats(10**15, 10**14, 10**14), ChurnStats(10**15, 10**14))
    return TrendsView(
        view_examples.user(language), Trends(AT, Span.YEAR, begins, RUB, revenue, (10**15,) * len(begins), *fates)
    )
