"""A process crashes at any call of a purchase by any way to pay, or of its refunds: the next one finishes both."""

import pytest

from orbit_domain.payment.payment import STARS_METHOD, TON_METHOD, USDT_METHOD, Method
from tests.integration.all_gateways.crash_sweep import Swept, calls_of, crash_at
from tests.integration.all_gateways.walks import in_memory

METHODS = (TON_METHOD, USDT_METHOD, STARS_METHOD, Method("bank"), Method("cryptopay"), Method("yookassa"))
STRIDE = 127
"""One call of so many is crashed at here, each method's from another one on; `make walks N=600` takes them all."""


@pytest.mark.parametrize("method", METHODS)
async def test_dying_anywhere_in_a_purchase_or_its_refunds_changes_nothing(method: Method) -> None:
    """Bought, delivered, refunded and sent back once each, also when the next process dies as well."""
    swept = Swept()
    calls = await calls_of(method, in_memory)
    for fatal in range(1 + METHODS.index(method), calls + 1, STRIDE):
        again = 1 + fatal * 7 % calls
        await crash_at(method, (fatal, again) if fatal % 2 else (fatal,), in_memory, swept)
    assert swept.points[method] >= calls // STRIDE
