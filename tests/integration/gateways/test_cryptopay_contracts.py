"""The gateway and the source of Crypto Pay fulfil their contracts over the simulated provider."""

from collections.abc import AsyncIterator

import pytest

from orbit_domain.money import USDT
from orbit_testing.contracts.payment_gateway import PaymentGatewayContract
from orbit_testing.contracts.receipt_source import ReceiptSourceContract
from tests.integration.gateways.cryptopay_account import CryptoPayAccount, open_account


class TestCryptoPayGateway(PaymentGatewayContract):
    @pytest.fixture
    async def harness(self) -> AsyncIterator[CryptoPayAccount]:
        async with open_account() as account:
            yield account


class TestCryptoPayGatewayOverCoins(PaymentGatewayContract):
    @pytest.fixture
    async def harness(self) -> AsyncIterator[CryptoPayAccount]:
        async with open_account(coin=USDT) as account:
            yield account


class TestCryptoPaySource(ReceiptSourceContract):
    @pytest.fixture
    async def harness(self) -> AsyncIterator[CryptoPayAccount]:
        async with open_account() as account:
            yield account
