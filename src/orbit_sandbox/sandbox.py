"""The simulators around one shop: Telegram, a chain, payment providers and a panel. They share a clock and faults."""

from random import Random

from orbit_sandbox.bank.app import FAULTS as BANK_FAULTS
from orbit_sandbox.bank.sim_bank import SimBank
from orbit_sandbox.chain.jettons import SimJetton
from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.tonapi import FAULTS as TONAPI_FAULTS
from orbit_sandbox.chain.toncenter import FAULTS as CHAIN_FAULTS
from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.cryptopay.app import FAULTS as CRYPTOPAY_FAULTS
from orbit_sandbox.cryptopay.sim_cryptopay import SimCryptoPay
from orbit_sandbox.faults import Faults
from orbit_sandbox.marzban.fault_injection import FAULTS as PANEL_FAULTS
from orbit_sandbox.marzban.sim_marzban import demo_panel
from orbit_sandbox.telegram.app import FAULTS as TELEGRAM_FAULTS
from orbit_sandbox.telegram.sim_telegram import SimTelegram
from orbit_sandbox.yookassa.app import FAULTS as YOOKASSA_FAULTS
from orbit_sandbox.yookassa.sim_yookassa import SimYooKassa

BOT_TOKEN = "424242:sandbox-bot-token-that-opens-nothing"
BOT_USERNAME = "orbit_sandbox_bot"
COIN = 1_000_000_000
INITIAL_BALANCE = 1_000 * COIN
INITIAL_USDT = 1_000 * 10**6


class Sandbox:
    """The simulators, not yet served over HTTP. The same seed gives the same addresses and hashes.

    The chain is a test network: real coins can't be sent to an address seen here.
    """

    def __init__(self, seed: int = 0, clock: SandboxClock | None = None) -> None:
        self.clock = clock or SandboxClock()
        chain_faults = CHAIN_FAULTS | TONAPI_FAULTS
        self.faults = Faults(
            TELEGRAM_FAULTS | chain_faults | BANK_FAULTS | CRYPTOPAY_FAULTS | YOOKASSA_FAULTS | PANEL_FAULTS
        )
        self.telegram = SimTelegram(self.clock, BOT_TOKEN, BOT_USERNAME, seed)
        self.chain = SimChain(self.clock, seed)
        self.usdt = SimJetton(self.chain)
        self.bank = SimBank(self.clock, seed)
        self.cryptopay = SimCryptoPay(self.clock, seed)
        self.yookassa = SimYooKassa(self.clock, seed)
        self.shop_wallet = self.chain.wallet("shop", 10 * COIN)
        self.panel = demo_panel(self.clock, Random(seed))

    @property
    def source(self) -> str:
        """The source name of the scanner's cursor for the shop's wallet."""
        return f"ton:{self.chain.network}:{self.shop_wallet}"

    @property
    def usdt_source(self) -> str:
        """The same for the shop's USDT."""
        return f"ton_usdt:{self.chain.network}:{self.shop_wallet}"

    def wallet_of(self, customer_id: int) -> str:
        """The raw address of a customer's wallet, created with a thousand coins and a thousand USDT."""
        address = self.chain.wallet(f"customer {customer_id}", INITIAL_BALANCE)
        if address not in self.usdt.balances:
            self.usdt.give(address, INITIAL_USDT)
        return address
