"""A fresh account at the bank for each test."""

from collections.abc import AsyncIterator

import pytest

from tests.integration.gateways.bank_account import BankAccount, open_account


@pytest.fixture
async def account() -> AsyncIterator[BankAccount]:
    """An account without history, and the shop's adapter for it."""
    async with open_account() as opened:
        yield opened
