"""A process crashes at any call of a purchase by any way to pay, or of its refunds: the next one finishes both."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

import pytest

from orbit_domain.payment.payment import Method
from tests.integration.all_gateways.crash_sweep import SweepFailed, sweep
from tests.integration.all_gateways.mixed_shop import METHODS, MixedShop, open_mixed_shop
from tests.support.port_hooks import CallHook

BANK = Method("bank")

POINTS = 250
"""So many there are at least for each way to pay."""


@pytest.mark.parametrize("method", METHODS)
async def test_dying_anywhere_in_a_purchase_or_its_refunds_changes_nothing(method: Method) -> None:
    """At every call: bought, delivered, refunded and sent back once each, also when the next process dies as well."""
    swept = await sweep(method, lambda hook: open_mixed_shop(hook, methods=[method]))
    assert not swept.missed()
    assert swept.points >= POINTS


async def test_a_refund_under_another_name_each_time_is_found() -> None:
    """The sweep can fail: without the same key again, a process that died after the refund sends it twice."""
    numbers = count()

    @asynccontextmanager
    async def forgetful(hook: CallHook) -> AsyncIterator[MixedShop]:
        async with open_mixed_shop(hook, methods=[BANK]) as mixed:
            gateway = mixed.way(BANK).gateway
            refund = gateway.refund
            gateway.refund = lambda payment, amount, key: refund(payment, amount, f"{key}-{next(numbers)}")  # type: ignore[method-assign]
            yield mixed

    with pytest.raises(SweepFailed):
        await sweep(BANK, forgetful)
