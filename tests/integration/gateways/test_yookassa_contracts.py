"""YooKassa's gateway and its list of payments fulfil the contracts, over the simulated YooKassa."""

from collections.abc import AsyncIterator

import pytest

from orbit_testing.contracts.payment_gateway import PaymentGatewayContract
from orbit_testing.contracts.receipt_source import ReceiptSourceContract
from tests.integration.gateways.yookassa_account import YooKassaAccount, open_account


@pytest.fixture
async def harness() -> AsyncIterator[YooKassaAccount]:
    """An account without history, and the shop's adapter for it."""
    async with open_account() as opened:
        yield opened


class TestYooKassaGateway(PaymentGatewayContract):
    @pytest.fixture
    def harness(self, harness: YooKassaAccount) -> YooKassaAccount:
        return harness


class TestYooKassaSource(ReceiptSourceContract):
    @pytest.fixture
    def harness(self, harness: YooKassaAccount) -> YooKassaAccount:
        return harness
