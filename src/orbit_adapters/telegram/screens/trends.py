"""How the shop went over a month or a year: a picture, and its figures in words."""

from fractions import Fraction

from orbit_adapters.telegram import dates
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.money_format import SIGNS
from orbit_adapters.telegram.sanitize import Html, sanitize
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.buttons import lines, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row
from orbit_adapters.telegram.staff_callbacks import SeeStats, SeeTrends
from orbit_domain.chart import Bars, Chart, Series, Tile
from orbit_domain.stats import ChurnStats, Span, Trends, TrialStats
from orbit_domain.use_cases.show_trends import TrendsView

_DRAWN_METHODS, _LISTED_METHODS, _NAME_CHARS = 7, 5, 26


def trends_screen(view: TrendsView, picture: bytes | None) -> Screen:
    """The figures under their *picture*; without one they are all there is."""
    translate, trends = Translator(view.user.language), view.trends
    text = paragraphs(
        translate("trends", span=trends.span, begin=trends.begins[0], end=trends.at),
        _revenue(trends, translate),
        lines(
            translate("trends-users", count=sum(trends.new_users)),
            _trials(trends.trials, translate),
            _churn(trends.churn, translate),
        ),
    )
    rows = keyboard(span_row(translate, trends.span), tap(translate.label("b-details"), SeeStats()))
    return Screen(text, (*rows, admin_row(translate)), picture)


def span_row(translate: Translator, shown: Span | None = None) -> Row:
    """The spans, the one that is *shown* marked."""
    return tuple(
        TapButton(translate.label("b-span", span=span, shown="yes" if span is shown else "no"), SeeTrends(span))
        for span in Span
    )


def trends_chart(view: TrendsView) -> Chart:
    """What is drawn."""
    translate, trends = Translator(view.user.language), view.trends
    of_part = dates.short_day if trends.span is Span.MONTH else dates.short_month
    labels = tuple(of_part(begin, translate.language) for begin in trends.begins)
    sign = SIGNS.get(trends.base.code, trends.base.code)
    return Chart(
        translate.label("chart-title", span=trends.span),
        _tiles(trends, translate),
        (
            Bars(
                translate.label("chart-revenue", currency=sign),
                labels,
                _series(trends, translate),
                translate.label("chart-revenue-none"),
                10**trends.base.decimals,
            ),
            Bars(
                translate.label("chart-users"),
                labels,
                (Series("", trends.new_users),),
                translate.label("chart-users-none"),
            ),
        ),
    )


def _tiles(trends: Trends, translate: Translator) -> tuple[Tile, ...]:
    trials, churn = trends.trials, trends.churn
    decided = trials.began - trials.running
    return (
        Tile(
            translate.label("tile-revenue"),
            translate.amount(trends.total.total),
            translate.label("tile-payments", count=trends.total.count),
        ),
        Tile(translate.label("tile-users"), translate.label("tile-count", count=sum(trends.new_users))),
        Tile(
            translate.label("tile-trials"),
            _percent(trials.conversion, translate),
            translate.label("tile-of", part=trials.paid, of=decided) if decided else "",
        ),
        Tile(
            translate.label("tile-churn"),
            _percent(churn.churn, translate),
            translate.label("tile-of", part=churn.lost, of=churn.customers) if churn.customers else "",
        ),
    )


def _series(trends: Trends, translate: Translator) -> tuple[Series, ...]:
    """The methods with the largest revenue, one by one, and the others together."""
    ranked = _ranked(trends)
    drawn = ranked if len(ranked) <= _DRAWN_METHODS + 1 else ranked[:_DRAWN_METHODS]
    series = [
        Series(_name(method, translate), tuple(part.total.units for part in trends.revenue[method])) for method in drawn
    ]
    others = [trends.revenue[method] for method in ranked[len(drawn) :]]
    if others:
        together = tuple(sum(part.total.units for part in parts) for parts in zip(*others, strict=True))
        series.append(Series(translate.label("chart-others"), together))
    return tuple(series)


def _ranked(trends: Trends) -> list[str]:
    return sorted(trends.revenue, key=lambda method: (-trends.of_method(method).total.units, method))


def _name(method: str, translate: Translator) -> str:
    return sanitize(translate.method(method), _NAME_CHARS)


def _revenue(trends: Trends, translate: Translator) -> Html:
    ranked, total = _ranked(trends), trends.total
    if not ranked:
        return translate("trends-no-revenue")
    listed = (
        translate("trends-method", method=_name(method, translate), amount=trends.of_method(method).total)
        for method in ranked[:_LISTED_METHODS]
    )
    more = len(ranked) - _LISTED_METHODS
    return lines(
        translate("trends-revenue", amount=total.total, count=total.count),
        *listed,
        translate("stats-more", count=more) if more > 0 else "",
    )


def _trials(trials: TrialStats, translate: Translator) -> Html:
    if not trials.began:
        return translate("trends-no-trials")
    share, decided = _percent(trials.conversion, translate), trials.began - trials.running
    return translate("trends-trials", share=share, paid=trials.paid, decided=decided, running=trials.running)


def _churn(churn: ChurnStats, translate: Translator) -> Html:
    if not churn.customers:
        return translate("trends-no-churn")
    share = _percent(churn.churn, translate)
    return translate("trends-churn", share=share, lost=churn.lost, customers=churn.customers)


def _percent(share: Fraction | None, translate: Translator) -> str:
    return "—" if share is None else translate.label("percent", percent=round(share * 100))
