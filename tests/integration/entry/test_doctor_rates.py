"""The doctor shows the rate with the owner's bounds, and which bound was crossed."""

import httpx
import pytest

from orbit_adapters.rates.median import MedianRates
from orbit_adapters.system.clock import SystemClock
from orbit_domain.payment.ports import RateUnavailable
from orbit_entry.config.reading import shop_settings
from orbit_entry.doctor.check_result import CheckResult
from orbit_entry.doctor.outside import OutsideChecks
from orbit_sandbox.cryptopay.sim_cryptopay import TOKEN
from tests.integration.entry.command import UNREACHABLE

CRYPTO_PAY_ALONE = {
    **{name: "" for name in UNREACHABLE if name.startswith("ORBIT_TON_") and name != "ORBIT_TON_RATE"},
    "ORBIT_USDT_TON": "",
    "ORBIT_CRYPTOPAY_TOKEN": TOKEN,
}


async def rates_row(**settings: str) -> CheckResult:
    """What the doctor says about a fixed rate of 250 with *settings*."""
    async with httpx.AsyncClient() as http:
        checks = OutsideChecks(shop_settings({**UNREACHABLE, **settings}), SystemClock(), http)
        (row,) = await checks.rates()
    return row


async def test_a_rate_within_the_bounds_is_shown_with_them() -> None:
    """The row says the rate and what the owner believes."""
    row = await rates_row(ORBIT_TON_RATE_MINIMUM="100", ORBIT_TON_RATE_MAXIMUM="900")
    bounds = "at least 100 RUB a coin and at most 900 RUB a coin"
    assert row == CheckResult("rates", True, f"fixed: 250 RUB a coin; yours: {bounds}")
    assert (await rates_row(ORBIT_CURRENCY="USD")).seen == "fixed: 250 USD a coin"


@pytest.mark.parametrize(("setting", "bound"), [("ORBIT_TON_RATE_MINIMUM", "300"), ("ORBIT_TON_RATE_MAXIMUM", "200")])
async def test_a_rate_outside_is_bad_and_names_the_setting(setting: str, bound: str) -> None:
    """What was seen names the bound; the remedy names the setting to change."""
    row = await rates_row(**{setting: bound})
    assert not row.ok
    assert f"the {bound} RUB a coin of {setting}" in row.seen
    assert f"change {setting}" in row.remedy


async def test_usdt_has_a_line_of_its_own_unless_its_rate_is_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rate comes from the market whatever the coin's does; the remedy names the setting that fixes it."""

    async def silent(_self: object, _asset: object, _base: object) -> None:
        raise RateUnavailable("nobody answers")

    monkeypatch.setattr(MedianRates, "rate", silent)
    async with httpx.AsyncClient() as http:

        async def lines(**settings: str) -> list[tuple[str, bool, str]]:
            asked = {**UNREACHABLE, "ORBIT_USDT_TON": "on", **settings}
            given = shop_settings({name: value for name, value in asked.items() if value})
            rows = await OutsideChecks(given, SystemClock(), http).rates()
            return [(row.about, row.ok, row.remedy) for row in rows]

        remedy = "set ORBIT_USDT_TON_RATE until the sources answer"
        assert await lines() == [("rates", True, ""), ("USDT rate", False, remedy)]
        assert await lines(ORBIT_USDT_TON_RATE="92.50") == [("rates", True, "")]
        assert await lines(**CRYPTO_PAY_ALONE, ORBIT_CRYPTOPAY_COIN="USDT") == [
            ("USDT rate", False, "leave ORBIT_CRYPTOPAY_COIN out until the sources answer")
        ]
        assert await lines(**CRYPTO_PAY_ALONE, ORBIT_CRYPTOPAY_COIN="TON") == [("rates", True, "")]
        assert await lines(**CRYPTO_PAY_ALONE) == []
