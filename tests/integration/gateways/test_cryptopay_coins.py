"""Invoices of Crypto Pay over a coin: the shop's own rate is locked, and the coin stays the same under another name."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from orbit_adapters.cryptopay.gateway import CryptoPayGateway
from orbit_adapters.memory.storage import MemoryStorage
from orbit_adapters.rates.fixed import FixedRates
from orbit_domain.ledger.ledger import asset_account
from orbit_domain.money import RUB, TON, USDT, Currency, Money, rub
from orbit_domain.payment.payment import PaymentStatus
from orbit_domain.payment.ports import MethodUnavailable
from tests.integration.gateways.cryptopay_account import CryptoPayAccount, coin_quotes, open_account
from tests.integration.gateways.test_cryptopay_scenarios import Shop
from tests.support.world import CountedIds


@pytest.fixture
async def account(request: pytest.FixtureRequest) -> AsyncIterator[CryptoPayAccount]:
    async with open_account(coin=request.param) as opened:
        yield opened


in_each_coin = pytest.mark.parametrize(
    ("account", "due"), [(TON, Money(1_613_000_000, TON)), (USDT, Money(1_620_000, USDT))], indirect=["account"]
)


async def shop_of(account: CryptoPayAccount) -> Shop:
    """A shop that has begun to read."""
    shop = Shop(account, MemoryStorage(base=RUB), CountedIds())
    await shop.read()
    return shop


async def held(shop: Shop, currency: Currency) -> int:
    """What the ledger says that the shop holds at Crypto Pay."""
    account = asset_account(shop.account.gateway.method, currency)
    async with shop.storage.transaction() as tx:
        entries = await tx.ledger.newest(100)
    return -sum(line.units for entry in entries for line in entry.lines if line.account == account)


@in_each_coin
async def test_a_coin_is_asked_for_paid_and_booked(account: CryptoPayAccount, due: Money) -> None:
    """129 roubles are an invoice over so much of the coin; paid, they are 129 roubles, and the ledger has coins."""
    shop = await shop_of(account)
    payment = await shop.open()
    invoice = account.invoice_of(payment)
    assert (payment.quote.due, invoice.fiat, invoice.asset) == (due, None, "TON" if due.currency == TON else "USDT")
    assert invoice.expires_at == payment.expires_at == payment.quote.expires_at
    account.sim.pay(invoice)
    assert [(await shop.read()).recorded for _ in range(2)] == [1, 0]
    assert await shop.state(payment) == (PaymentStatus.CONFIRMED, 12_900)
    assert await held(shop, due.currency) == due.units


@pytest.mark.parametrize("account", [TON], indirect=True)
async def test_a_renamed_coin_is_asked_for_by_its_new_name(account: CryptoPayAccount) -> None:
    """The provider knows no TON any more: one invoice is made over GRAM, and it pays what was quoted in TON."""
    shop = await shop_of(account)
    account.faults.turn_on("cryptopay.renamed")
    payment = await shop.open()
    account.sim.pay(account.invoice_of(payment))
    await shop.read()
    assert len(account.sim.invoices) == 1
    assert (await shop.raw(account.invoice_of(payment).id))["asset"] == "GRAM"
    assert await shop.state(payment) == (PaymentStatus.CONFIRMED, 12_900)


@pytest.mark.parametrize("account", [TON], indirect=True)
async def test_the_owner_changes_the_setting_meanwhile(account: CryptoPayAccount) -> None:
    """An invoice over a coin that is paid after the shop has gone back to its currency pays what it promised."""
    shop = await shop_of(account)
    payment = await shop.open()
    account.gateway = CryptoPayGateway(account.api, account.gateway.paid, account.source.base, account.clock)
    account.sim.pay(account.invoice_of(payment))
    await shop.read()
    assert await shop.state(payment) == (PaymentStatus.CONFIRMED, 12_900)
    assert [record.amount for record in await account.gateway.look_up(payment)] == [payment.quote.due]


@pytest.mark.parametrize("account", [TON], indirect=True)
async def test_another_coin_than_was_quoted_is_worth_its_own_rate(account: CryptoPayAccount) -> None:
    """What another invoice of ours brings in an asset that nobody has quoted is never counted as the one that was."""
    shop = await shop_of(account)
    payment = await shop.open()
    account.paid(Money(1_613_000_000, USDT), f"orbit:{payment.id.hex}:{payment.comment}")
    await shop.read()
    assert await shop.state(payment) == (PaymentStatus.PENDING, 0)
    assert await held(shop, USDT) == 1_613_000_000


@pytest.mark.parametrize("account", [USDT], indirect=True)
async def test_without_a_rate_nothing_is_quoted(account: CryptoPayAccount) -> None:
    """Without a rate of the coin there is no quote, so the method isn't offered."""
    quotes = replace(coin_quotes(USDT, account.clock), rates=FixedRates("80", RUB, account.clock, asset=TON))
    gateway = CryptoPayGateway(account.api, account.gateway.paid, account.source.base, account.clock, quotes)
    with pytest.raises(MethodUnavailable):
        await gateway.quote(rub(12_900))
