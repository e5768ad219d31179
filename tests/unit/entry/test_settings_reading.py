"""Settings are read as a whole. Every problem is reported with its remedy and without its value."""

from decimal import Decimal
from pathlib import Path

import pytest

from orbit_adapters.rates.bounds import RateBounds
from orbit_adapters.stars.settings import StarsSettings
from orbit_domain.money import BASE_CURRENCIES, RUB, Currency
from orbit_entry.config.bad_settings import BadSettings
from orbit_entry.config.database import DatabaseSettings
from orbit_entry.config.env_example import env_example
from orbit_entry.config.problems import variables
from orbit_entry.config.reading import read_settings
from orbit_entry.config.settings import Settings

GOOD = {
    "BOT_TOKEN": "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
    "ORBIT_PANEL_URL": "https://panel.example.org:8000/",
    "ORBIT_PANEL_PASSWORD": "canary-panel-password",
    "ORBIT_TON_ADDRESS": "UQCrq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq5jh",
}
BOUNDS = {"ORBIT_TON_RATE_MINIMUM": "100.505", "ORBIT_TON_RATE_MAXIMUM": "900"}
OLDER = {
    "ORBIT_TON_RATE_RUB": "250.5",
    "ORBIT_TON_RATE_RUB_MINIMUM": "100",
    "ORBIT_TON_RATE_RUB_MAXIMUM": "900",
}


@pytest.fixture(autouse=True)
def only_these(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No settings from the machine's environment or `.env`."""
    for name in variables():
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    monkeypatch.chdir(tmp_path)


def _set(monkeypatch: pytest.MonkeyPatch, given: dict[str, str]) -> None:
    for name, value in given.items():
        monkeypatch.setenv(name, value)


def test_four_settings_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """Token, panel, its password and a wallet are enough, with the embedded database."""
    _set(monkeypatch, GOOD)
    settings = read_settings(Settings)
    assert settings.first_panel is not None
    assert settings.first_panel.connection.base_url == "https://panel.example.org:8000"
    assert settings.database == "sqlite+aiosqlite:///data/orbit.db"
    assert settings.owner is None


def test_all_problems_are_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each bad setting is in the report, with a remedy, however many there are."""
    bad = {
        "BOT_TOKEN": "canary-token",
        "ORBIT_OWNER_ID": "@canary",
        "DATABASE_URL": "mysql://canary",
        "ORBIT_PANEL_URL": "panel.example.org",
        "ORBIT_PANEL_NODES": "{canary",
        "ORBIT_TON_ADDRESS": "EQcanary",
        "ORBIT_TON_NETWORK": "canarynet",
        "ORBIT_CURRENCY": "canary",
        "ORBIT_TON_RATE": "NaN",
        "ORBIT_TON_RATE_MINIMUM": "0",
        "ORBIT_TON_RATE_MAXIMUM": "1e3",
        "ORBIT_STARS_PRICE": "0.00",
        "ORBIT_WEBHOOK_URL": "http://canary.example.org",
        "ORBIT_WEBHOOK_SECRET": "canary",
        "ORBIT_WEB_PORT": "99999",
        "ORBIT_METRICS_PORT": "canary",
        "ORBIT_LOG_LEVEL": "canary",
        "ORBIT_PANEL_CA_FILE": "/no/such/canary.pem",
        "ORBIT_OWNERID": "1",
    }
    _set(monkeypatch, bad)
    with pytest.raises(BadSettings) as found:
        read_settings(Settings)
    problems = {problem.variable: problem for problem in found.value.problems}
    assert set(problems) == {*bad, "ORBIT_PANEL_PASSWORD"}
    assert all(problem.remedy for problem in problems.values())
    assert "ORBIT_OWNER_ID" in problems["ORBIT_OWNERID"].remedy
    assert not any("canary" in f"{problem.what} {problem.remedy}" for problem in problems.values())


@pytest.mark.parametrize(
    ("typo", "meant"),
    [
        ("ORBIT_OWNERID", "ORBIT_OWNER_ID"),
        ("orbit_suport", "ORBIT_SUPPORT"),
        ("BOT_TOKN", "BOT_TOKEN"),
        ("RATE_LIMIT_REQUESTS", "RATE_LIMIT_MAX_REQUESTS"),
        ("REDIS_ULR", "REDIS_URL"),
        ("REDIS_FSM_TTL", "REDIS_FSM_DATA_TTL"),
        ("DATABASE_URI", "DATABASE_URL"),
        ("ORBIT_PANEL_PASSWORD_FIEL", "ORBIT_PANEL_PASSWORD_FILE"),
    ],
)
@pytest.mark.parametrize("in_file", [True, False], ids=[".env", "environment"])
def test_a_typo_is_named_wherever_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typo: str, meant: str, in_file: bool
) -> None:
    """A misspelt name is refused in `.env` as in the environment, with the name that was meant, without its value."""
    given = {name: value for name, value in GOOD.items() if name != meant}
    if in_file:
        (tmp_path / ".env").write_text(
            "".join(f"{name}={value}\n" for name, value in {**given, typo: "canary"}.items())
        )
    else:
        _set(monkeypatch, {**given, typo: "canary"})
    with pytest.raises(BadSettings) as found:
        read_settings(Settings)
    problems = {problem.variable: problem for problem in found.value.problems}
    assert problems[typo.upper()].remedy == f"Did you mean {meant}?"
    assert "canary" not in f"{found.value.problems}".replace("canary-panel-password", "")


def test_variables_of_others_are_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What other programs have in the same environment or file, like ours or not, stops nothing."""
    (tmp_path / ".env").write_text(
        "POSTGRES_PASSWORD=x\nREDIS_PORT=6379\nBOT_TOKEN2=spare\nREDIS_PASSWORD=x\nCOMPOSE_PROJECT_NAME=x\n"
    )
    others = {"REDIS_PORT_6379_TCP": "tcp://10.0.0.1", "TOKEN": "x", "DATABASE_HOST": "x", "ORBITVPN_URL": "x"}
    _set(monkeypatch, {**GOOD, **others})
    assert read_settings(Settings).panel_username == "admin"


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    """`.env` in another encoding is one problem, not a traceback."""
    (tmp_path / ".env").write_bytes("ORBIT_SUPPORT=помощь".encode("cp1251"))
    with pytest.raises(BadSettings) as found:
        read_settings(Settings)
    assert [problem.variable for problem in found.value.problems] == [".env"]


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://u:p@h/d",
        "postgres://u:p@h:5432/d?sslmode=require",
        "postgresql+asyncpg://u@h/d",
        "sqlite:////x/o.db",
    ],
)
def test_the_address_of_the_database_is_taken_as_hosts_give_it(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """DATABASE_URL needs no driver in it."""
    monkeypatch.setenv("DATABASE_URL", address)
    settings = read_settings(DatabaseSettings)
    assert settings.database == address
    assert settings.is_alone is address.startswith("sqlite")


@pytest.mark.parametrize("base", BASE_CURRENCIES.values(), ids=BASE_CURRENCIES)
def test_rates_and_bounds_are_in_the_shop_s_currency(monkeypatch: pytest.MonkeyPatch, base: Currency) -> None:
    """Each price reaches the adapter as it was written, with the currency; one bound alone is fine."""
    _set(monkeypatch, {**GOOD, "ORBIT_CURRENCY": base.code, "ORBIT_TON_RATE": "250.505", **BOUNDS})
    settings = read_settings(Settings)
    assert (settings.base, settings.rates.base, settings.rates.price) == (base, base, "250.505")
    assert settings.rates.bounds == RateBounds(base, Decimal("100.505"), Decimal(900))
    monkeypatch.delenv("ORBIT_TON_RATE_MINIMUM")
    assert read_settings(Settings).rates.bounds == RateBounds(base, None, Decimal(900))


def test_stars_are_taken_when_they_have_a_price(monkeypatch: pytest.MonkeyPatch) -> None:
    """The price reaches the adapter as it was written; without it the shop takes no Stars."""
    _set(monkeypatch, {**GOOD, "ORBIT_CURRENCY": "USD"})
    assert read_settings(Settings).of(StarsSettings) is None
    monkeypatch.setenv("ORBIT_STARS_PRICE", "0.013")
    assert read_settings(Settings).of(StarsSettings) == StarsSettings(price="0.013")


def test_a_shop_is_in_roubles_unless_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop from before the setting goes on as it was; a currency that no shop can have is named."""
    _set(monkeypatch, GOOD)
    assert read_settings(DatabaseSettings).base == read_settings(Settings).base == RUB
    for unknown in ("GBP", "usd", "$", "XTR"):
        monkeypatch.setenv("ORBIT_CURRENCY", unknown)
        with pytest.raises(BadSettings) as found:
            read_settings(DatabaseSettings)
        (problem,) = found.value.problems
        assert (problem.variable, problem.what) == ("ORBIT_CURRENCY", "must be one of RUB, USD, EUR")


def test_older_names_of_rates_go_on_working(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop in roubles that has never heard of the newer names has its rate and its bounds."""
    _set(monkeypatch, {**GOOD, **OLDER})
    rates = read_settings(Settings).rates
    assert (rates.price, rates.bounds) == ("250.5", RateBounds(RUB, Decimal(100), Decimal(900)))
    monkeypatch.setenv("ORBIT_TON_RATE_RUB_MINIMUM", "901")
    with pytest.raises(BadSettings) as found:
        read_settings(Settings)
    (problem,) = found.value.problems
    assert problem.what == "must not be less than ORBIT_TON_RATE_RUB_MINIMUM"


def test_both_names_of_a_rate_are_one_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither is obeyed, even when they agree: the older one is named, with the newer one to keep."""
    _set(monkeypatch, {**GOOD, **OLDER, "ORBIT_TON_RATE": "250.5", **BOUNDS})
    with pytest.raises(BadSettings) as found:
        read_settings(Settings)
    assert {problem.variable: problem.what for problem in found.value.problems} == {
        older: f"is the older name of {older.replace('_RUB', '')}, which is set too; remove it" for older in OLDER
    }


def test_an_older_name_is_a_price_in_roubles(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop in dollars that has one is told which name to use: 250 roubles aren't 250 dollars."""
    _set(monkeypatch, {**GOOD, **OLDER, "ORBIT_CURRENCY": "USD"})
    with pytest.raises(BadSettings) as found:
        read_settings(Settings)
    problems = {problem.variable: problem.what for problem in found.value.problems}
    assert set(problems) == set(OLDER)
    assert problems["ORBIT_TON_RATE_RUB"] == "is a price in RUB, and ORBIT_CURRENCY is USD; set ORBIT_TON_RATE instead"


def test_a_maximum_below_the_minimum_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds that no price meets would close the shop without a word; equal ones fix the price."""
    _set(monkeypatch, {**GOOD, "ORBIT_TON_RATE_MINIMUM": "250", "ORBIT_TON_RATE_MAXIMUM": "249.99"})
    with pytest.raises(BadSettings) as found:
        read_settings(Settings)
    (problem,) = found.value.problems
    assert problem.variable == "ORBIT_TON_RATE_MAXIMUM"
    assert problem.what == "must not be less than ORBIT_TON_RATE_MINIMUM"
    monkeypatch.setenv("ORBIT_TON_RATE_MAXIMUM", "250")
    assert read_settings(Settings).rates.bounds.maximum == 250


def test_webhook_needs_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """A webhook without a secret is refused."""
    _set(monkeypatch, {**GOOD, "ORBIT_WEBHOOK_URL": "https://shop.example.org"})
    with pytest.raises(BadSettings) as found:
        read_settings(Settings)
    assert [problem.variable for problem in found.value.problems] == ["ORBIT_WEBHOOK_SECRET"]


def test_secrets_may_come_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`BOT_TOKEN_FILE` stands for `BOT_TOKEN`, without the line break editors leave."""
    secret = tmp_path / "token"
    secret.write_text(GOOD["BOT_TOKEN"] + "\n")
    _set(monkeypatch, {**GOOD, "BOT_TOKEN_FILE": str(secret)})
    monkeypatch.delenv("BOT_TOKEN")
    assert read_settings(Settings).bot_token.get_secret_value() == GOOD["BOT_TOKEN"]


def test_secret_files_may_be_named_in_the_env_file(tmp_path: Path) -> None:
    """`.env` may name them too, as its example says."""
    secret = tmp_path / "token"
    secret.write_text(GOOD["BOT_TOKEN"])
    given = {**GOOD, "BOT_TOKEN_FILE": str(secret)}
    del given["BOT_TOKEN"]
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in given.items()))
    assert read_settings(Settings).bot_token.get_secret_value() == GOOD["BOT_TOKEN"]


def test_a_secret_file_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong path isn't taken for a missing setting."""
    _set(monkeypatch, {**GOOD, "ORBIT_TON_API_KEY_FILE": "/no/such/file"})
    with pytest.raises(BadSettings) as found:
        read_settings(Settings)
    assert [problem.variable for problem in found.value.problems] == ["ORBIT_TON_API_KEY_FILE"]


def test_database_settings_need_no_token() -> None:
    """Commands that only read the database work before the bot is set up."""
    assert read_settings(DatabaseSettings).database.endswith("orbit.db")


def test_settings_show_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing the settings prints no secret."""
    _set(monkeypatch, {**GOOD, "ORBIT_TON_API_KEY": "canary-key", "DATABASE_URL": "postgresql+asyncpg://u:canary@h/d"})
    settings = read_settings(Settings)
    shown = f"{settings!r} {settings} {settings.first_panel!r} {settings.plugins!r}"
    assert "canary" not in shown
    assert GOOD["BOT_TOKEN"] not in shown


def test_env_example_is_up_to_date() -> None:
    """`.env.example` is what the settings say. Next: python -m orbit_entry.config.env_example > .env.example"""
    root = Path(__file__).parents[3]
    assert (root / ".env.example").read_text(encoding="utf-8") == env_example()


@pytest.mark.parametrize(
    "address",
    [
        "http://index.example.org/api/v3",
        "http://10.0.0.5:8081",
        "http://127.0.0.1.example.org",
        "http://localhost:80@example.org/",
        "http://127.0.0.1\\@example.org",
        "HTTP://127.0.0.1/",
        "ftp://127.0.0.1",
    ],
)
def test_an_index_over_plain_http_is_refused(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Whoever can change the index's answers on their way decides what was paid: http is for this machine only."""
    _set(monkeypatch, {**GOOD, "ORBIT_TON_API_URL": address})
    with pytest.raises(BadSettings) as found:
        read_settings(Settings)
    (problem,) = found.value.problems
    assert (problem.variable, "https://" in problem.remedy) == ("ORBIT_TON_API_URL", True)


@pytest.mark.parametrize(
    ("given", "units"), [("200,500,1000", (20000, 50000, 100000)), (" 700, 300.50 ,700", (30050, 70000))]
)
def test_the_amounts_of_the_balance_screen(monkeypatch: pytest.MonkeyPatch, given: str, units: tuple[int, ...]) -> None:
    """Each once, smallest first, in smallest units; without the setting the shop has its own."""
    _set(monkeypatch, GOOD)
    assert read_settings(Settings).top_up_preset_units is None
    _set(monkeypatch, {"ORBIT_TOP_UP_PRESETS": given})
    assert read_settings(Settings).top_up_preset_units == units


@pytest.mark.parametrize("given", ["-5", "1,2,3,4,5", "0", "1e9", "NaN", "200;500", "10.005", "٢٠٠"])
def test_what_is_no_list_of_amounts_is_refused(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    """The report names the setting."""
    _set(monkeypatch, {**GOOD, "ORBIT_TOP_UP_PRESETS": given})
    with pytest.raises(BadSettings) as found:
        read_settings(Settings)
    assert [problem.variable for problem in found.value.problems] == ["ORBIT_TOP_UP_PRESETS"]


def test_refused_settings_of_sentry_and_collectors_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by its variable, with an example, and without the key that stands in it."""
    bad = {
        "SENTRY_DSN": "sentry.example.org/canary",
        "SENTRY_TRACES_SAMPLE_RATE": "5",
        "OTEL_EXPORTER_OTLP_ENDPOINT": "http://user:canary@collector:4318",
        "OTEL_EXPORTER_OTLP_HEADERS": "canary",
        "ORBIT_LOG_FORMAT": "canary",
    }
    _set(monkeypatch, {**GOOD, **bad})
    with pytest.raises(BadSettings) as refused:
        read_settings(Settings)
    assert {problem.variable for problem in refused.value.problems} == set(bad)
    assert all(problem.variable in problem.remedy for problem in refused.value.problems)
    assert "canary" not in str(refused.value.problems)
