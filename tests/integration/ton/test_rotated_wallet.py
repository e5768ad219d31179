"""T59: the owner changes the wallet in the settings while invoices are open."""

import httpx

from orbit_adapters.ton.address import Network
from orbit_adapters.ton.factory import older_ton_source, ton_source
from orbit_adapters.ton.settings import TonSettings
from orbit_domain.payment.memo import memo_from
from orbit_domain.payment.source import ReceiptSources
from orbit_domain.use_cases.read_receipts import ReadReceipts
from orbit_entry.wiring.registries import SourceRegistry
from orbit_testing import samples
from tests.integration.ton.conftest import COIN
from tests.integration.ton.wallet_history import Wallet, open_wallet
from tests.support.world import CountedIds


def sources(wallet: Wallet, address: str, http: httpx.AsyncClient) -> ReceiptSources:
    """What a shop opens whose settings name *address* alone: everything else comes from what was read before."""
    settings = TonSettings(address=address, network=Network.TESTNET, api_url="https://index.example/api/v3")
    current = ton_source(settings, http, wallet.clock)
    return SourceRegistry((current,), lambda name: older_ton_source(name, settings, http, wallet.clock))


async def read(wallet: Wallet, address: str) -> None:
    """The worker of a shop whose settings name *address*."""
    read_receipts = ReadReceipts(wallet.inner, wallet.clock, CountedIds(), sources(wallet, address, wallet.http), None)
    while (await read_receipts()).reads_on:
        pass


async def test_t59_money_at_the_old_wallet_counts_after_the_address_was_changed() -> None:
    """It is found by what was recorded, without a setting: customers' money is theirs, the shop's own move isn't."""
    async with open_wallet() as wallet:
        old, new = wallet.address, wallet.sim.wallet("successor")
        await read(wallet, old)
        payment = samples.payment(comment=memo_from(0))
        async with wallet.inner.transaction() as tx:
            await tx.users.add_if_absent(samples.new_user())
            await tx.payments.add(payment)
        await read(wallet, new)
        wallet.sim.pay(wallet.payer, old, COIN, payment.comment)
        wallet.sim.pay(wallet.payer, new, 2 * COIN, payment.comment)
        wallet.sim.pay(old, new, 50 * COIN, "to the new wallet")
        await read(wallet, new)
        async with wallet.inner.transaction() as tx:
            receipts = await tx.receipts.of_payment(payment.id)
            assert await tx.receipts.unmatched(10) == ()
        came = sorted((receipt.source.rpartition(":")[2], receipt.amount.units) for receipt in receipts)
        assert came == sorted([(old.partition(":")[2], COIN), (new.partition(":")[2], 2 * COIN)])
        accounts = await wallet.accounts()
        assert (accounts["own_accounts"], accounts["withdrawn"]) == (0, 0)
        held = (await wallet.held(old) or 0) + (await wallet.held(new) or 0)
        assert accounts["asset:ton:ton:native"] == -held
        assert await wallet.audit() == ()


async def test_t59_the_first_wallet_may_come_back() -> None:
    """Changed twice, the first one is current again and was read all the time; the other one stays watched."""
    async with open_wallet() as wallet:
        old, new = wallet.address, wallet.sim.wallet("successor")
        for address in (old, new, old):
            wallet.sim.pay(wallet.payer, new, COIN, "somebody")
            wallet.sim.pay(wallet.payer, old, COIN, "somebody")
            await read(wallet, address)
        async with wallet.inner.transaction() as tx:
            arrived = await tx.receipts.unmatched(10)
        # What came to each before it was read for the first time was the wallet's already.
        assert sorted(receipt.source.rpartition(":")[2] for receipt in arrived) == sorted(
            [old.partition(":")[2]] * 2 + [new.partition(":")[2]]
        )
        held = (await wallet.held(old) or 0) + (await wallet.held(new) or 0)
        assert (await wallet.accounts())["asset:ton:ton:native"] == -held
