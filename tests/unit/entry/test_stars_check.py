"""What the doctor says of the Stars that the bot holds."""

from collections.abc import Mapping

import httpx
import pytest

from orbit_adapters.payment_plugin.plugin import CheckTools
from orbit_adapters.stars.plugin import PLUGIN
from orbit_adapters.stars.settings import StarsSettings
from orbit_domain.money import RUB, BaseCurrency
from tests.support.clock import FakeClock


@pytest.mark.parametrize(
    ("answer", "ok", "is_warning"),
    [
        ({"amount": 500}, True, False),
        ({"amount": 0}, True, False),
        ({"amount": -350, "nanostar_amount": -1}, True, True),
        ({"amount": "500"}, False, False),
        ({}, False, False),
        (None, False, False),
    ],
)
async def test_s11_a_balance_below_zero_is_told(
    answer: Mapping[str, object] | None, ok: bool, is_warning: bool
) -> None:
    """Apple or Google took back what stands in no list: the owner is warned, and the shop goes on."""

    async def telegram(method: str) -> Mapping[str, object] | None:
        assert method == "getMyStarBalance"
        return answer

    async with httpx.AsyncClient() as http:
        tools = CheckTools(http, FakeClock(), BaseCurrency(RUB), telegram)
        (line,) = await PLUGIN.check(StarsSettings.model_validate({"price": "1.20"}), tools)
    assert (line.ok, line.is_warning, bool(line.remedy)) == (ok, is_warning, is_warning or not ok)
