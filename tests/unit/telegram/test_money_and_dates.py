"""Amounts are exact, and dates and times are natural in each language."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_adapters.telegram.dates import day, minutes_left, moment, time_left
from orbit_adapters.telegram.i18n import TextError, Translator
from orbit_adapters.telegram.money_format import (
    decimal,
    format_asset_amount,
    format_change,
    format_money,
    method_name,
)
from orbit_domain.money import EUR, RUB, TON, USD, Currency, Money, rub

NOW = datetime(2027, 2, 19, 12, 0, tzinfo=UTC)
GAP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("kopecks", "ru", "en"),
    [
        (0, f"0{GAP}₽", "₽0"),
        (12_900, f"129{GAP}₽", "₽129"),
        (12_950, f"129,50{GAP}₽", "₽129.50"),
        (5, f"0,05{GAP}₽", "₽0.05"),
        (129_000, f"1{GAP}290{GAP}₽", "₽1,290"),
        (10_000_000, f"100{GAP}000{GAP}₽", "₽100,000"),
    ],
)
def test_roubles_are_written_as_each_language_does(kopecks: int, ru: str, en: str) -> None:
    """Kopecks are shown exactly, and only when there are any."""
    assert (format_money(rub(kopecks), "ru"), format_money(rub(kopecks), "en")) == (ru, en)


@pytest.mark.parametrize(("base", "sign"), [(USD, "$"), (EUR, "€")])
@pytest.mark.parametrize(
    ("cents", "ru", "en"),
    [
        (0, "0", "0"),
        (5, "0,05", "0.05"),
        (199, "1,99", "1.99"),
        (200, "2", "2"),
        (123_450, f"1{GAP}234,50", "1,234.50"),
    ],
)
def test_dollars_and_euros_are_written_as_each_language_does(
    base: Currency, sign: str, cents: int, ru: str, en: str
) -> None:
    """Behind the number in Russian and before it in English, and cents like kopecks: exactly, when there are any."""
    amount = Money(cents, base)
    assert (format_money(amount, "ru"), format_money(amount, "en")) == (f"{ru}{GAP}{sign}", f"{sign}{en}")


def test_statement_amounts_have_a_sign() -> None:
    """Incoming and outgoing amounts differ by their sign, which stands before that of the currency."""
    assert (format_change(5_000, RUB, "ru"), format_change(-12_950, RUB, "ru")) == (
        f"+50{GAP}₽",
        f"\N{MINUS SIGN}129,50{GAP}₽",
    )
    assert (format_change(199, USD, "en"), format_change(-199, EUR, "en")) == ("+$1.99", "\N{MINUS SIGN}€1.99")


@given(st.integers(0, 10**20), st.integers(0, 18))
def test_a_decimal_is_exact(units: int, decimals: int) -> None:
    """The text means the same units and has no trailing zeros."""
    whole, _, part = decimal(units, decimals).partition(".")
    assert int(whole) * 10**decimals + int(part.ljust(decimals, "0") or 0) == units
    assert not part.endswith("0")


def test_coins_are_written_as_each_language_does() -> None:
    """Coins have the separators of roubles, exactly and without trailing zeros; the copied number has a point."""
    due = Money(1_234_567_800_000, TON)
    assert format_money(due, "ru") == f"1{GAP}234,5678{GAP}TON (GRAM)"
    assert format_money(due, "en") == f"1,234.5678{GAP}TON (GRAM)"
    assert decimal(due.units, TON.decimals) == "1234.5678"


def test_an_asset_without_a_name_is_shown_by_its_id() -> None:
    """The coin of a plug-in is shown even when it has no name."""
    assert format_asset_amount("ton:jetton:ab", 12, "ru") == f"12{GAP}ton:jetton:ab"
    assert method_name("some_bank") == "Some bank"


def test_days_have_their_names_in_each_language() -> None:
    """A date has one form in each language, and a moment adds the time."""
    march = datetime(2027, 3, 3, 9, 5, tzinfo=UTC)
    assert (day(march, "ru"), day(march, "en")) == ("3 марта 2027", "March 3, 2027")
    assert (moment(march, "ru"), moment(march, "en")) == ("3 марта 2027, 09:05", "March 3, 2027, 09:05")


@pytest.mark.parametrize(
    ("remaining", "ru", "en"),
    [
        (timedelta(days=30, seconds=-2), "осталось 30 дней", "30 days left"),
        (timedelta(days=21), "остался 21 день", "21 days left"),
        (timedelta(days=12), "осталось 12 дней", "12 days left"),
        (timedelta(days=2), "осталось 2 дня", "2 days left"),
        (timedelta(hours=25), "остался 1 день", "1 day left"),
        (timedelta(hours=23, minutes=40), "осталось 24 часа", "24 hours left"),
        (timedelta(hours=1), "остался 1 час", "1 hour left"),
        (timedelta(minutes=14, seconds=1), "осталось 15 минут", "15 minutes left"),
        (timedelta(seconds=1), "осталась 1 минута", "1 minute left"),
        (timedelta(seconds=-5), "осталась 1 минута", "1 minute left"),
    ],
)
def test_remaining_time_has_the_right_plural(remaining: timedelta, ru: str, en: str) -> None:
    """Days, hours or minutes, with the plural of the language."""
    assert (Translator("ru").time_left(NOW + remaining, NOW), Translator("en").time_left(NOW + remaining, NOW)) == (
        ru,
        en,
    )


@given(st.timedeltas(timedelta(days=-5), timedelta(days=4_000)))
def test_remaining_time_is_always_at_least_one(remaining: timedelta) -> None:
    """Remaining time is never zero or negative."""
    assert time_left(NOW + remaining, NOW).count >= 1
    assert minutes_left(NOW + remaining, NOW) >= 1


def test_a_missing_text_or_fact_is_an_error() -> None:
    """An incomplete text is never shown: rendering it raises."""
    with pytest.raises(TextError):
        Translator("ru")("no-such-text")
    with pytest.raises(TextError):
        Translator("ru")("home-balance")


def test_facts_are_escaped_in_messages_and_plain_on_buttons() -> None:
    """Only messages are HTML; button labels are plain text."""
    assert Translator("en")("plan-traffic", title="A<b>", gigabytes=1) == "A&lt;b&gt;: 1 GB per 30 days."
    assert Translator("en").label("b-method-plain", method="A<b>") == "A<b>"


def test_an_unknown_language_becomes_the_nearest() -> None:
    """A user whose stored language isn't supported any more gets the nearest one."""
    assert (Translator("uk").language, Translator("tlh").language) == ("ru", "en")
