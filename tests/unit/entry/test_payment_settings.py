"""Ways to pay are set up by their own settings, through entry points. Every mistake is named, and no value."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from pydantic import BaseModel, Field

from orbit_adapters.payment_plugin.plugin import GatewayParts, PaymentPlugin
from orbit_adapters.sandbox_bank.settings import SandboxBankSettings
from orbit_adapters.ton.settings import TonSettings
from orbit_domain.payment.payment import Method
from orbit_entry.config import plugins
from orbit_entry.config.bad_settings import BadSettings, Problem
from orbit_entry.config.plugins import installed_plugins
from orbit_entry.config.reading import read_settings, shop_settings
from orbit_entry.config.settings import Settings

SHOP = {
    "BOT_TOKEN": "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
    "ORBIT_PANEL_URL": "https://panel.example.org:8000/",
    "ORBIT_PANEL_PASSWORD": "canary-panel-password",
}
TON = {"ORBIT_TON_ADDRESS": "UQCrq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq5jh"}
STARS = {"ORBIT_STARS_PRICE": "1.35"}
BANK = {
    "ORBIT_BANK_URL": "http://127.0.0.1:8090/bank",
    "ORBIT_BANK_KEY": "canary-key-of-the-shop",
    "ORBIT_BANK_WEBHOOK_SECRET": "canary-secret-of-the-shop",
}


class OtherSettings(BaseModel):
    """One setting of a way to pay that a stranger has written."""

    secret: str = Field(validation_alias="OTHERPAY_SECRET", min_length=16, description="A secret.", examples=["x" * 16])


OTHER = PaymentPlugin(methods=(Method("otherpay"),), settings=OtherSettings, open=lambda *_: GatewayParts((), ()))


def problems_with(**given: str) -> dict[str, Problem]:
    """What is wrong with a shop that has *given* besides its token and its panel, by the variable's name."""
    with pytest.raises(BadSettings) as caught:
        shop_settings({**SHOP, **given})
    assert "canary" not in "".join(f"{problem.what} {problem.remedy}" for problem in caught.value.problems)
    return {problem.variable: problem for problem in caught.value.problems}


def test_a_way_to_pay_is_on_when_it_is_set_up() -> None:
    """Any of them is enough, each in its own form, and none shows a secret; without a list all are shown."""
    assert shop_settings({**SHOP, **STARS}).shown_methods == ("stars",)
    monthly = shop_settings({**SHOP, **STARS, "ORBIT_STARS_SUBSCRIPTIONS": "on"})
    assert monthly.shown_methods == ("stars", "stars_monthly")
    settings = shop_settings({**SHOP, **STARS, **BANK, **TON})
    assert settings.shown_methods == ("ton", "bank", "stars")
    bank, ton = settings.of(SandboxBankSettings), settings.of(TonSettings)
    assert bank is not None
    assert ton is not None
    assert (bank.key.get_secret_value(), ton.address) == (BANK["ORBIT_BANK_KEY"], TON["ORBIT_TON_ADDRESS"])
    assert "canary" not in f"{settings!r} {settings.plugins!r}"


def test_the_owner_s_order_counts() -> None:
    """What isn't in the list isn't shown, and stays set up."""
    settings = shop_settings({**SHOP, **STARS, **TON, "ORBIT_PAYMENT_METHODS": "stars, ton"})
    assert settings.shown_methods == ("stars", "ton")
    settings = shop_settings({**SHOP, **STARS, **TON, "ORBIT_PAYMENT_METHODS": "ton"})
    assert (settings.shown_methods, len(settings.plugins)) == (("ton",), 2)


def test_a_shop_without_a_way_to_pay_says_what_to_set() -> None:
    """The first way is proposed, with an example, also beside other problems."""
    problem = problems_with(ORBIT_WEB_PORT="99999")["ORBIT_TON_ADDRESS"]
    assert problem.what == "is missing: there is no other way to pay either"
    assert "ORBIT_TON_ADDRESS=" in problem.remedy


def test_a_name_that_is_not_installed_stops_the_start() -> None:
    """The message names what is installed, beside whatever else is wrong."""
    problems = problems_with(**TON, ORBIT_PAYMENT_METHODS="ton,payball", ORBIT_WEB_PORT="99999")
    problem = problems["ORBIT_PAYMENT_METHODS"]
    assert set(problems) == {"ORBIT_PAYMENT_METHODS", "ORBIT_WEB_PORT"}
    assert problem.what == "names what isn't installed: payball"
    assert problem.remedy.startswith("Installed: ton, ")


def test_one_package_may_bring_several_ways_each_with_its_switch() -> None:
    """USDT shares the wallet of the coins: it is shown when it is switched on, and can't be shown otherwise."""
    assert shop_settings({**SHOP, **TON}).shown_methods == ("ton",)
    both = {**SHOP, **TON, "ORBIT_USDT_TON": "on"}
    assert shop_settings(both).shown_methods == ("ton", "ton_usdt")
    assert shop_settings({**both, "ORBIT_PAYMENT_METHODS": "ton_usdt"}).shown_methods == ("ton_usdt",)
    problem = problems_with(**TON, ORBIT_PAYMENT_METHODS="ton,ton_usdt")["ORBIT_PAYMENT_METHODS"]
    assert problem.what == "names ton_usdt, which isn't switched on"
    missing = problems_with(**TON, ORBIT_USDT_TON="on", ORBIT_TON_NETWORK="testnet")["ORBIT_USDT_TON_MASTER"]
    assert missing.remedy.startswith("On the testnet")


@pytest.mark.parametrize("given", ["", "ton,,stars", "ton,ton", "TON", "ton;stars", "canary " * 30])
def test_a_list_that_is_none_is_refused(given: str) -> None:
    """Each name once, commas between them; an empty value is no list and counts as not set."""
    if not given:
        assert shop_settings({**SHOP, **TON, "ORBIT_PAYMENT_METHODS": given}).shown_methods == ("ton",)
        return
    assert "ORBIT_PAYMENT_METHODS" in problems_with(**TON, ORBIT_PAYMENT_METHODS=given)


def test_what_is_shown_must_be_set_up() -> None:
    """A way in the list needs its settings."""
    assert problems_with(**TON, ORBIT_PAYMENT_METHODS="stars,ton")["ORBIT_STARS_PRICE"].what == "is missing"


@pytest.mark.parametrize("left_out", BANK)
def test_a_part_of_the_settings_is_refused_by_name(left_out: str) -> None:
    """Whichever is missing is named."""
    given = {name: value for name, value in BANK.items() if name != left_out}
    assert {name: problem.what for name, problem in problems_with(**given).items()} == {left_out: "is missing"}


@pytest.mark.parametrize(
    ("variable", "unsafe"),
    [
        ("ORBIT_BANK_URL", "http://bank.example.org"),
        ("ORBIT_BANK_URL", "https://user@bank.example.org"),
        ("ORBIT_BANK_KEY", "short"),
        ("ORBIT_BANK_WEBHOOK_SECRET", "short"),
        ("ORBIT_TON_ADDRESS", "EQcanary"),
        ("ORBIT_TON_NETWORK", "canarynet"),
        ("ORBIT_STARS_PRICE", "0.00"),
        ("ORBIT_STARS_PRICE", "1e3"),
    ],
)
def test_an_unsafe_setting_is_refused(variable: str, unsafe: str) -> None:
    """Money isn't read over plain http from another machine, a short secret can be guessed, a price is a price."""
    assert set(problems_with(**{**BANK, **TON, **STARS, variable: unsafe})) == {variable}


def test_secrets_of_ways_to_pay_may_come_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`ORBIT_BANK_KEY_FILE` stands for `ORBIT_BANK_KEY`, unless that is in the environment too."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "key").write_text("canary-key-in-a-file\n")
    for name, value in {**SHOP, **BANK, "ORBIT_BANK_KEY_FILE": str(tmp_path / "key")}.items():
        monkeypatch.setenv(name, value)
    bank = read_settings(Settings).of(SandboxBankSettings)
    monkeypatch.delenv("ORBIT_BANK_KEY")
    from_file = read_settings(Settings).of(SandboxBankSettings)
    assert bank is not None
    assert from_file is not None
    assert bank.key.get_secret_value() == BANK["ORBIT_BANK_KEY"]
    assert from_file.key.get_secret_value() == "canary-key-in-a-file"


def install(monkeypatch: pytest.MonkeyPatch, **found: object) -> None:
    """Put packages beside Orbit's own ones; an exception is what their import raises."""

    class Installed(EntryPoint):
        def load(self) -> object:
            if isinstance(loaded := found[self.name], Exception):
                raise loaded
            return loaded

    own = [EntryPoint("ton", "orbit_adapters.ton.plugin:PLUGIN", plugins.GROUP)]
    points = [*own, *(Installed(name, "elsewhere:PLUGIN", plugins.GROUP) for name in found)]
    monkeypatch.setattr(plugins, "entry_points", lambda group: [one for one in points if one.group == group])
    installed_plugins.cache_clear()


@pytest.fixture(autouse=True)
def clean_cache() -> object:
    """No test leaves its packages to the next one."""
    yield
    installed_plugins.cache_clear()


def test_a_stranger_s_way_to_pay_is_found_like_orbit_s_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its settings are read, and its mistakes are named, like Orbit's own."""
    install(monkeypatch, otherpay=OTHER)
    settings = shop_settings({**SHOP, "OTHERPAY_SECRET": "canary-of-the-other"})
    assert (settings.shown_methods, settings.of(OtherSettings)) == (
        ("otherpay",),
        OtherSettings(OTHERPAY_SECRET="canary-of-the-other"),
    )
    assert set(problems_with(OTHERPAY_SECRET="canary")) == {"OTHERPAY_SECRET"}


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (ImportError("canary"), "can't be loaded: ImportError"),
        (object(), "isn't a PaymentPlugin"),
        (
            PaymentPlugin(methods=(Method("ton"),), settings=OtherSettings, open=OTHER.open),
            "has ton, and so has 'otherpay'",
        ),
        (
            PaymentPlugin(methods=(Method("new"),), settings=TonSettings, open=OTHER.open),
            "has ORBIT_TON_NETWORK, and so has 'otherpay'",
        ),
    ],
    ids=["import", "type", "method", "variable"],
)
def test_a_package_that_can_not_be_used_is_named(monkeypatch: pytest.MonkeyPatch, broken: object, why: str) -> None:
    """The shop doesn't start with half of its ways to pay, and the owner is told which package it is."""
    install(monkeypatch, otherpay=broken)
    (problem,) = problems_with(**TON).values()
    assert problem.variable in ("payment gateway 'otherpay'", "payment gateway 'ton'")
    assert problem.what == why
