"""A small world for one shop: Telegram, a chain and a panel that share a clock and a switchboard."""

from random import Random

from orbit_sandbox.chain.ledger import SimChain
from orbit_sandbox.chain.toncenter import FAULTS as CHAIN_FAULTS
from orbit_sandbox.clock import SandboxClock
from orbit_sandbox.faults import Faults
from orbit_sandbox.marzban.fault_injection import FAULTS as PANEL_FAULTS
from orbit_sandbox.marzban.seed import demo_world
from orbit_sandbox.telegram.app import FAULTS as TELEGRAM_FAULTS
from orbit_sandbox.telegram.world import BotApiWorld

BOT_TOKEN = "424242:sandbox-bot-token-that-opens-nothing"
BOT_USERNAME = "orbit_sandbox_bot"
COIN = 1_000_000_000
POCKET_MONEY = 1_000 * COIN


class Sandbox:
    """The worlds, before anybody serves them. The same seed gives the same addresses and hashes.

    The chain is a test network, so that nobody can send real coins to an address seen here.
    """

    def __init__(self, seed: int = 0, clock: SandboxClock | None = None) -> None:
        self.clock = clock or SandboxClock()
        self.faults = Faults(TELEGRAM_FAULTS | CHAIN_FAULTS | PANEL_FAULTS)
        self.telegram = BotApiWorld(self.clock, BOT_TOKEN, BOT_USERNAME, seed)
        self.chain = SimChain(self.clock, seed)
        self.shop_wallet = self.chain.wallet("shop", 10 * COIN)
        self.panel = demo_world(self.clock, Random(seed))

    @property
    def source(self) -> str:
        """The name under which the shop's scanner keeps its cursor for the shop's wallet."""
        return f"ton:{self.chain.network}:{self.shop_wallet}"

    def wallet_of(self, customer_id: int) -> str:
        """The raw address of a customer's wallet, which holds a thousand coins at first."""
        return self.chain.wallet(f"customer {customer_id}", POCKET_MONEY)
