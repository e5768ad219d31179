"""What is taken for a setting, what is refused, and which value holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_domain.money import RUB, rub
from orbit_domain.payment.payment import STARS_METHOD, TON_METHOD
from orbit_domain.shop_setting.checks import MAX_REWARD_UNITS, MAX_TEXT, amount_text, checked
from orbit_domain.shop_setting.method_order import placed, switched
from orbit_domain.shop_setting.setting import (
    NoSuchSetting,
    Origin,
    SettingName,
    SettingNotTaken,
    SettingProblem,
    setting_named,
)
from orbit_domain.shop_setting.shop_settings import CurrentSettings, GivenSettings
from orbit_domain.user.user import LANGUAGES
from orbit_testing import samples

METHODS = (TON_METHOD, STARS_METHOD)
TEXT, REWARD = SettingName.WELCOME_EN, SettingName.REFERRAL_INVITER
ALL_TAGS = (
    '<b>b <i>i</i></b> <a href="https://example.org/?a=1&amp;b=2">&lt;link&gt;</a> <tg-spoiler>s</tg-spoiler> '
    '<code language="language-py">1 &amp; 2</code><pre>p</pre> <blockquote expandable>q</blockquote> '
    '<tg-emoji emoji-id="5368324170671202286">👋</tg-emoji> <tg-time unix="1647531900" format="wDT">now</tg-time>'
)


def read(name: SettingName, typed: str) -> str:
    return checked(name, typed, RUB, METHODS)


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        (TEXT, f"\n {ALL_TAGS} ", ALL_TAGS),
        (TEXT, "one\ntwo\x00\x1b", "one\ntwo"),
        (SettingName.SUPPORT, " @Vera_Helps ", "Vera_Helps"),
        (SettingName.SUPPORT, "https://t.me/vera_helps", "vera_helps"),
        (SettingName.TERMS, "https://example.org/условия?a=1#b", "https://example.org/условия?a=1#b"),
        (SettingName.PAYMENT_METHODS, "Stars, ton", "stars,ton"),
        (SettingName.REFERRALS, " ON ", "on"),
        (SettingName.REFERRALS, "no", "off"),
        (REWARD, "1 000", "1000"),
        (REWARD, "49,9", "49.90"),
        (REWARD, "0", "0"),
    ],
)
def test_what_is_meant_is_stored_in_one_form(name: SettingName, typed: str, stored: str) -> None:
    """And that form means itself, so a stored value is always readable."""
    assert read(name, typed) == stored
    assert read(name, stored) == stored


@pytest.mark.parametrize(
    ("name", "typed", "problem"),
    [
        (TEXT, " ", "empty"),
        (TEXT, "<b> </b>", "empty"),
        (TEXT, "x" * (MAX_TEXT + 1), "too_long"),
        (TEXT, "<b>" * (MAX_TEXT * 2) + "x", "too_long"),
        *((TEXT, broken, "broken_html") for broken in (
            "<b>open", "</b>closed", "<b><i>crossed</b></i>", "a < b", "AT&T", "a&nbsp;b", "<script>x</script>",
            '<a href="javascript:x">x</a>', "<a>x</a>", '<b class="x">x</b>', "<B>x</B>", "x<br/>y",
            '<a href="https://a.example" onclick="x">x</a>',
        )),
        *((SettingName.SUPPORT, typed, "account") for typed in (
            "", "vera", "@1vera", "вера_тут", "@" + "v" * 33, "a b",
        )),
        *((SettingName.TERMS, typed, "link") for typed in (
            "", "http://example.org", "https://localhost", "https://bank.example@evil.example/", "https://a b.example",
            "javascript:x", "https://example.org/\u202e", 'https://example.org/"x', "https://.example", "tg://user?id=1",
        )),
        (SettingName.TERMS, "https://example.org/" + "x" * 500, "too_long"),
        *((SettingName.PAYMENT_METHODS, typed, "methods") for typed in ("", ",", "ton,ton", "cash", "ton;stars")),
        *((SettingName.REFERRALS, typed, "switch") for typed in ("", "maybe")),
        *((REWARD, typed, "amount") for typed in ("", "-1", "ten", "10000.01", "1e3", "9" * 50, "٥")),
    ],
)  # fmt: skip
def test_what_can_t_be_meant_is_refused(name: SettingName, typed: str, problem: str) -> None:
    """By its reason, so that a screen can say what to type."""
    with pytest.raises(SettingNotTaken) as refused:
        read(name, typed)
    assert (refused.value.name, refused.value.problem) == (name, SettingProblem(problem))


@given(st.integers(0, MAX_REWARD_UNITS))
def test_an_amount_is_stored_exactly(units: int) -> None:
    """No unit is lost between the text and the money."""
    stored = samples.stored_setting(REWARD, amount_text(units))
    assert GivenSettings({}, RUB).all([stored]).referral.inviter == rub(units)


@given(st.text(alphabet='<>/&;ab"= tg-', max_size=30))
def test_nothing_typed_breaks_the_check(typed: str) -> None:
    """It is stored as a text that is read again, or refused."""
    try:
        stored = read(TEXT, typed)
    except SettingNotTaken:
        return
    assert read(TEXT, stored) == stored


def test_what_was_changed_holds_over_the_environment() -> None:
    """Without a row the environment's value holds, without that one the default; each knows where it comes from."""
    given = GivenSettings({SettingName.SUPPORT: "vera_helps", REWARD: "50"}, RUB, frozenset({SettingName.SUPPORT}))
    row = samples.stored_setting(SettingName.SUPPORT, "boris_helps")
    values = [given.value(name, rows) for name in (SettingName.SUPPORT, REWARD) for rows in ((), (row,))]
    assert [(one.value, one.origin) for one in values] == [
        ("vera_helps", Origin.ENVIRONMENT),
        ("boris_helps", Origin.STORED),
        ("50", Origin.DEFAULT),
        ("50", Origin.DEFAULT),
    ]
    assert (values[1].given, values[1].given_origin) == ("vera_helps", Origin.ENVIRONMENT)


@pytest.mark.parametrize(
    ("name", "value"),
    [(SettingName.SUPPORT, "??"), (REWARD, "-5"), (SettingName.TERMS, "http://x"), (TEXT, "<b>"), ("of_later", "1")],
)
def test_a_row_that_can_t_be_read_counts_as_none(name: str, value: str) -> None:
    """A hand in the database, or a newer version, takes no process down."""
    given = GivenSettings({SettingName.SUPPORT: "vera_helps"}, RUB)
    assert given.all([samples.stored_setting(name, value)]) == given.all()


def test_a_process_says_what_it_was_told_last() -> None:
    """Every language has a welcome, and a support account an address."""
    current = CurrentSettings(GivenSettings({}, RUB))
    assert (current.now.support_url, current.has_trial, current.now.referral.is_on) == ("", True, False)
    assert set(current.now.welcome) == set(LANGUAGES)
    current.renew([samples.stored_setting(SettingName.SUPPORT, "vera_helps")])
    assert current.now.support_url == "https://t.me/vera_helps"


def test_ways_to_pay_are_arranged() -> None:
    """The last one stays on; what is done twice is done once."""
    both = (TON_METHOD, STARS_METHOD)
    assert placed(both, STARS_METHOD, 0) == placed((STARS_METHOD, TON_METHOD), STARS_METHOD, 0) == both[::-1]
    assert placed((TON_METHOD,), STARS_METHOD, 0) == (TON_METHOD,)
    assert switched(both, TON_METHOD, is_on=False) == (STARS_METHOD,)
    assert switched((STARS_METHOD,), TON_METHOD, is_on=False) == (STARS_METHOD,)
    assert switched((STARS_METHOD,), TON_METHOD, is_on=True) == both[::-1]
    assert switched(both, TON_METHOD, is_on=True) == both
    with pytest.raises(SettingNotTaken):
        switched((TON_METHOD,), TON_METHOD, is_on=False)


def test_a_setting_is_known_by_its_name() -> None:
    """Anything else is refused."""
    assert setting_named("terms") is SettingName.TERMS
    with pytest.raises(NoSuchSetting):
        setting_named("colour")
