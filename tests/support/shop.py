"""Every verb of the shop, wired once; making another one over the same ports is a restarted process."""

from contextlib import suppress

from orbit_adapters.ton.gateway import TonGateway
from orbit_adapters.ton.settings import TonSettings
from orbit_domain.ids import TelegramId
from orbit_domain.payment.payment import TON_METHOD, PaymentPolicy
from orbit_domain.payment.ports import ChainUnavailable
from orbit_domain.steps.method_availability import MethodAvailability
from orbit_domain.steps.open_payment import Opening
from orbit_domain.steps.pay_order import Paying
from orbit_domain.steps.settle_payment import Settling
from orbit_domain.use_cases.alert_delayed_orders import AlertDelayedOrders
from orbit_domain.use_cases.assign_receipt import AssignReceipt
from orbit_domain.use_cases.audit_ledger import AuditLedger
from orbit_domain.use_cases.cancel_payment import CancelPayment
from orbit_domain.use_cases.check_payment import CheckPayment
from orbit_domain.use_cases.deliver_notices import DeliverNotices
from orbit_domain.use_cases.expire_payments import ExpirePayments
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer
from orbit_domain.use_cases.list_plans import ListPlans
from orbit_domain.use_cases.list_unmatched import ListUnmatched
from orbit_domain.use_cases.open_checkout import OpenCheckout
from orbit_domain.use_cases.pay_from_balance import PayFromBalance
from orbit_domain.use_cases.provision_keys import ProvisionKeys
from orbit_domain.use_cases.read_fleet import ReadFleet
from orbit_domain.use_cases.register_user import RegisterUser
from orbit_domain.use_cases.remind_expiring import RemindExpiring
from orbit_domain.use_cases.request_payment import RequestPayment
from orbit_domain.use_cases.scan_transfers import ScanTransfers
from orbit_domain.use_cases.seed_shop import SeedShop
from orbit_domain.use_cases.set_language import SetLanguage
from orbit_domain.use_cases.settle_receipts import SettleReceipts
from orbit_domain.use_cases.show_checkout import ShowCheckout
from orbit_domain.use_cases.show_home import ShowHome
from orbit_domain.use_cases.show_keys import ShowKeys
from orbit_domain.use_cases.show_payment import ShowPayment
from orbit_domain.use_cases.show_statement import ShowStatement
from orbit_domain.use_cases.show_timeline import ShowTimeline
from orbit_domain.use_cases.start_trial import StartTrial
from orbit_domain.use_cases.top_up import TopUp
from orbit_entry.wiring.gateway_registry import GatewayRegistry
from tests.support.world import Ports

OWNER = TelegramId(1)
POLICY = PaymentPolicy()
TON_SETTINGS = TonSettings(address="0:" + "A" * 64)


class Shop:
    """The verbs, and the turns that the background loops take with them."""

    def __init__(self, ports: Ports) -> None:
        storage, clock, ids = ports.storage, ports.clock, ports.ids
        gateways = GatewayRegistry((TonGateway(TON_SETTINGS, ports.rates, clock),))
        sources = {TON_METHOD: ports.chain.source}
        watching = MethodAvailability(sources)
        paying = Paying(ids)
        settling = Settling(ids, POLICY, paying)
        opening = Opening(storage, clock, ids, gateways, POLICY, watching, settling)
        # People's taps.
        self.register_user = RegisterUser(storage, clock)
        self.set_language = SetLanguage(storage)
        get_cached_customer = GetCachedCustomer(storage, ports.cache)
        self.show_home = ShowHome(get_cached_customer, clock)
        self.list_plans = ListPlans(storage, clock, ids, get_cached_customer)
        self.open_checkout = OpenCheckout(storage, clock, ids, gateways, watching)
        self.show_checkout = ShowCheckout(storage, self.open_checkout)
        self.show_payment = ShowPayment(storage, clock, gateways, POLICY)
        self.request_payment = RequestPayment(storage, opening, self.show_payment)
        self.top_up = TopUp(opening, self.show_payment, POLICY)
        self.cancel_payment = CancelPayment(storage, clock, settling)
        self.pay_from_balance = PayFromBalance(storage, clock, paying)
        self.start_trial = StartTrial(storage, clock, ids, paying)
        self.show_keys = ShowKeys(storage, clock, get_cached_customer)
        self.show_statement = ShowStatement(storage, gateways, POLICY, get_cached_customer)
        # The loops.
        self.seed_shop = SeedShop(storage, ports.records)
        self.scan_transfers = ScanTransfers(storage, clock, ids, ports.chain, TON_METHOD, OWNER)
        self.settle_receipts = SettleReceipts(storage, clock, ports.rates, POLICY, settling, ports.chain.source)
        self.check_payment = CheckPayment(self.scan_transfers, self.settle_receipts, self.show_payment)
        self.expire_payments = ExpirePayments(storage, clock, settling, sources)
        self.read_fleet = ReadFleet(storage, clock, ports.panels)
        self.provision_keys = ProvisionKeys(storage, clock, ids, ports.panels, self.read_fleet)
        self.deliver_notices = DeliverNotices(storage, clock, ports.notifier)
        self.remind_expiring = RemindExpiring(storage, clock, ids)
        self.alert_delayed_orders = AlertDelayedOrders(storage, clock, ids, OWNER)
        # The owner's.
        self.list_unmatched = ListUnmatched(storage, clock)
        self.assign_receipt = AssignReceipt(storage, clock, ids, ports.rates)
        self.audit_ledger = AuditLedger(storage)
        self.explain = ShowTimeline(storage)

    async def open_doors(self) -> None:
        """What a shop does when it starts: seed, know its owner, and read the chain to its end."""
        await self.seed_shop()
        await self.register_user(OWNER, "owner", "en")
        await self.take_money()

    async def take_money(self) -> None:
        """Read the chain as far as it lets itself be read, then settle."""
        with suppress(ChainUnavailable):
            report = await self.scan_transfers()
            while not report.complete and report.alarm is None:
                report = await self.scan_transfers()
        await self.settle_receipts()

    async def work(self, turns: int = 2) -> None:
        """So many turns of every loop. Two are enough for a calm world: what one makes owed, the next tells."""
        for _ in range(turns):
            await self.take_money()
            await self.expire_payments()
            await self.provision_keys()
            await self.remind_expiring()
            await self.alert_delayed_orders()
            while await self.deliver_notices():
                pass
