"""Money is shown exactly, time the way people say it."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_adapters.telegram.dates import day, left, minutes_left
from orbit_adapters.telegram.i18n import TextError, Translator
from orbit_adapters.telegram.money_format import asset_sum, decimal, method_name, signed_roubles, sum_text
from orbit_domain.money import TON, Money, rub

NOW = datetime(2027, 2, 19, 12, 0, tzinfo=UTC)
GAP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("kopecks", "ru", "en"),
    [
        (0, f"0{GAP}₽", "₽0"),
        (12_900, f"129{GAP}₽", "₽129"),
        (12_950, f"129,50{GAP}₽", "₽129.50"),
        (5, f"0,05{GAP}₽", "₽0.05"),
        (129_000, f"1290{GAP}₽", "₽1,290"),
        (10_000_000, f"100{GAP}000{GAP}₽", "₽100,000"),
    ],
)
def test_roubles_are_written_as_each_language_does(kopecks: int, ru: str, en: str) -> None:
    """No kopeck is lost, and none is shown that isn't there."""
    assert (sum_text(rub(kopecks), "ru"), sum_text(rub(kopecks), "en")) == (ru, en)


def test_movements_carry_a_sign() -> None:
    """What came and what went can be told apart."""
    assert (signed_roubles(5_000, "ru"), signed_roubles(-12_950, "ru")) == (f"+50{GAP}₽", f"\N{MINUS SIGN}129,50{GAP}₽")


@given(st.integers(0, 10**20), st.integers(0, 18))
def test_a_decimal_is_exact(units: int, decimals: int) -> None:
    """The written number means the same units, without a zero too many."""
    whole, _, part = decimal(units, decimals).partition(".")
    assert int(whole) * 10**decimals + int(part.ljust(decimals, "0") or 0) == units
    assert not part.endswith("0")


def test_coins_read_alike_in_every_language() -> None:
    """The amount people see is the one they copy into a wallet."""
    due = Money(1_433_000_000, TON)
    assert sum_text(due, "ru") == sum_text(due, "en") == f"1.433{GAP}TON"


def test_an_asset_nobody_has_named_is_shown_by_its_id() -> None:
    """A plug-in's coin is better shown raw than not at all."""
    assert asset_sum("ton:jetton:ab", 12, "ru") == f"12{GAP}ton:jetton:ab"
    assert method_name("some_bank") == "Some bank"


def test_days_have_their_names_in_each_language() -> None:
    """The year is said only where it isn't this one."""
    march = datetime(2027, 3, 3, 9, 0, tzinfo=UTC)
    assert (day(march, "ru", NOW), day(march, "en", NOW)) == ("3 марта", "March 3")
    assert (day(march, "ru"), day(march.replace(year=2028), "en", NOW)) == ("3 марта 2027", "March 3, 2028")


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
def test_what_remains_is_said_with_the_right_plural(remaining: timedelta, ru: str, en: str) -> None:
    """Days, hours or minutes, whichever people would count in."""
    assert (Translator("ru").left(NOW + remaining, NOW), Translator("en").left(NOW + remaining, NOW)) == (ru, en)


@given(st.timedeltas(timedelta(days=-5), timedelta(days=4_000)))
def test_remaining_time_is_always_at_least_one(remaining: timedelta) -> None:
    """Nobody reads that zero or minus three minutes are left."""
    assert left(NOW + remaining, NOW).count >= 1
    assert minutes_left(NOW + remaining, NOW) >= 1


def test_a_text_without_its_fact_is_a_fault() -> None:
    """Half a sentence is never shown: missing texts and missing facts are found by whoever renders them."""
    with pytest.raises(TextError):
        Translator("ru")("no-such-text")
    with pytest.raises(TextError):
        Translator("ru")("home-balance")


def test_facts_are_escaped_in_messages_and_plain_on_buttons() -> None:
    """HTML belongs into messages only."""
    assert Translator("en")("plan-line", title="A<b>", price=rub(100)) == "• <b>A&lt;b&gt;</b>: ₽1"
    assert Translator("en").label("b-method-plain", method="A<b>") == "A<b>"


def test_an_unknown_language_becomes_the_nearest() -> None:
    """Somebody whose stored language is gone still reads something."""
    assert (Translator("uk").language, Translator("tlh").language) == ("ru", "en")
