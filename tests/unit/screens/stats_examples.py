"""Statistics for the tests of /stats."""

from datetime import UTC, datetime

from orbit_domain.ids import PanelId
from orbit_domain.money import rub
from orbit_domain.stats import KeyStats, PaymentStats, Revenue, Stats, UserStats
from orbit_domain.use_cases.show_stats import StatsView
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
