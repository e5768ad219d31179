"""What a payment brought goes back through its provider once, whatever stops it halfway."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest

from orbit_adapters.memory.chain import MemorySources
from orbit_adapters.memory.storage import MemoryStorage
from orbit_domain.ids import OrderId, PaymentId
from orbit_domain.ledger.ledger import REFUND_PAYABLE, InsufficientBalance, Line, user_account
from orbit_domain.money import RUB
from orbit_domain.payment.payment import NoSuchPayment, Payment
from orbit_domain.payment.ports import GatewayUnavailable, RefundRefused, RefundUnsupported
from orbit_domain.payment.second_word import SecondWords
from orbit_domain.payment.source import Cursor
from orbit_domain.steps.book_receipt import UnmatchedAlert, book_records
from orbit_domain.steps.settle_payment import SettlementContext, settle_payment
from orbit_domain.use_cases.book_reversals import BookReversals
from orbit_domain.use_cases.refund_payment import RefundPayment
from orbit_domain.user.user import NewUser
from orbit_entry.wiring.registries import GatewayRegistry
from orbit_testing.contracts.payment_gateway import opened_payment
from orbit_testing.contracts.receipt_source import read_on
from tests.integration.gateways.bank_account import BankAccount, open_account
from tests.integration.gateways.stars_account import StarsAccount
from tests.support.shop import OWNER
from tests.support.world import CountedIds

WHY = "the customer asked"
LISTED = pytest.mark.parametrize("paid", ["stars"], indirect=True)
"""The sandbox's bank lists no refunds."""
PRICE = 12_900


@dataclass
class PaidTopUp:
    """A customer's paid top-up at a provider, and what the owner can do about it."""

    account: BankAccount | StarsAccount
    storage: MemoryStorage
    payment: Payment
    ids: CountedIds

    @property
    def refund(self) -> RefundPayment:
        """The use case over this provider."""
        gateways = GatewayRegistry((self.account.gateway,))
        return RefundPayment(self.storage, self.account.clock, self.ids, gateways)

    async def read(self) -> None:
        """Record and settle all that the provider shows."""
        records, _ = await read_on(self.account.source, Cursor.start(self.account.source.name))
        now = self.account.clock.now()
        async with self.storage.transaction() as tx:
            await book_records(tx, records, self.payment.method, UnmatchedAlert(self.ids, OWNER, 1), now)
            await settle_payment(tx, self.payment.id, SettlementContext(now, self.ids, SecondWords(MemorySources())))
        await BookReversals(self.storage, self.account.clock, self.ids, OWNER, MemorySources())()

    async def told(self) -> list[str]:
        """The kinds of what the owner was told."""
        async with self.storage.transaction() as tx:
            return [message.notice.kind for message in await tx.outbox.of_user(OWNER, 20)]

    async def balance(self) -> int:
        """Kopecks on the customer's balance; the ledger is proved on the way."""
        async with self.storage.transaction() as tx:
            user = await tx.users.get(self.payment.tg_id)
            audit = await tx.ledger.check()
        assert user is not None
        assert (audit.unbalanced, audit.wrong_balances, audit.overcredited) == ((), (), ())
        return user.balance.units

    async def owed(self) -> int:
        """Units that are off the balance and not sent yet."""
        async with self.storage.transaction() as tx:
            lines = [line for entry in await tx.ledger.newest(100) for line in entry.lines]
        return sum(line.units for line in lines if line.account == REFUND_PAYABLE)

    async def spend(self, units: int) -> None:
        """Take *units* from the balance, as an order does."""
        async with self.storage.transaction() as tx:
            order = OrderId(self.ids.uuid())
            debit = (Line(user_account(self.payment.tg_id), -units, RUB), Line("revenue", units, RUB))
            newest, *_ = await tx.ledger.newest(1)
            await tx.ledger.post(replace(newest, ref=f"spent:{order}", lines=debit))


@pytest.fixture(params=["bank", "stars"])
async def paid(request: pytest.FixtureRequest) -> AsyncIterator[PaidTopUp]:
    """A top-up that is paid and credited, with the bank, which sends parts back, and with Stars, which doesn't."""
    async with open_account() as bank:
        account = bank if request.param == "bank" else StarsAccount()
        storage, ids = MemoryStorage(base=RUB), CountedIds()
        payment = await opened_payment(account)
        async with storage.transaction() as tx:
            for tg_id in (payment.tg_id, OWNER):
                await tx.users.add_if_absent(NewUser(tg_id, "anna", "ru", None, account.clock.now()))
            await tx.payments.add(replace(payment, address="", external_id=None))
            await tx.payments.open(payment.id, payment.address, payment.external_id)
        account.pay(payment, payment.quote.due.units)
        paid = PaidTopUp(account, storage, payment, ids)
        await paid.read()
        yield paid


async def test_the_whole_payment_goes_back_once(paid: PaidTopUp) -> None:
    """The balance falls by what it brought, the provider sends exactly that, and a second command sends nothing."""
    assert await paid.balance() == PRICE
    sent = await paid.refund(paid.payment.id, "cli:owner", WHY)
    again = await paid.refund(paid.payment.id, "cli:owner", WHY)
    assert (sent.tg_id, sent.amount) == (paid.payment.tg_id, paid.payment.quote.due)
    assert (bool(sent.refund_id), again.refund_id, again.amount) == (True, None, sent.amount)
    assert paid.account.refunded() == paid.payment.quote.due.units
    assert (await paid.balance(), await paid.owed()) == (0, 0)
    async with paid.storage.transaction() as tx:
        actions = await tx.admin_log.of_subject(f"user:{paid.payment.tg_id}", 10)
    assert [(one.action, one.reason) for one in actions] == [("refund_payment", WHY)]


async def test_a_lost_answer_sends_nothing_twice(paid: PaidTopUp) -> None:
    """Nobody knows the outcome, so the money stays off the balance and is owed until the same command ends it."""
    paid.account.lose_answers()
    with pytest.raises(GatewayUnavailable):
        await paid.refund(paid.payment.id, "cli:owner", WHY)
    assert (await paid.balance(), await paid.owed()) == (0, paid.payment.quote.due.units)
    paid.account.heal()
    await paid.refund(paid.payment.id, "cli:owner", WHY)
    assert paid.account.refunded() == paid.payment.quote.due.units
    assert (await paid.balance(), await paid.owed()) == (0, 0)


async def test_what_was_spent_does_not_go_back(paid: PaidTopUp) -> None:
    """The order has to be refunded first: the provider isn't asked, and nothing changes."""
    await paid.spend(1)
    with pytest.raises(InsufficientBalance):
        await paid.refund(paid.payment.id, "cli:owner", WHY)
    assert (await paid.balance(), paid.account.refunded()) == (PRICE - 1, 0)


async def test_the_owner_s_own_refund_is_booked_once(paid: PaidTopUp) -> None:
    """The provider's list shows it later: it is the refund that is booked already, and nobody is alarmed."""
    await paid.refund(paid.payment.id, "cli:owner", WHY)
    await paid.read()
    assert (await paid.balance(), await paid.owed(), await paid.told()) == (0, 0, [])


@LISTED
async def test_the_list_ends_what_a_lost_answer_left_open(paid: PaidTopUp) -> None:
    """The provider has sent it and its answer was lost: its list says so, and the command finds it done."""
    paid.account.lose_answers()
    with pytest.raises(GatewayUnavailable):
        await paid.refund(paid.payment.id, "cli:owner", WHY)
    paid.account.heal()
    await paid.read()
    assert (await paid.balance(), await paid.owed(), await paid.told()) == (0, 0, [])
    assert (await paid.refund(paid.payment.id, "cli:owner", WHY)).refund_id is None


@LISTED
async def test_what_has_gone_back_already_is_not_sent(paid: PaidTopUp) -> None:
    """After a chargeback there is nothing left to send, and other money of the customer stays where it is."""
    await paid.account.gateway.refund(paid.payment, paid.payment.quote.due, "by hand")
    await paid.read()
    assert (await paid.balance(), await paid.told()) == (0, ["money_reversed"])
    with pytest.raises(RefundRefused):
        await paid.refund(paid.payment.id, "cli:owner", WHY)
    assert (await paid.balance(), await paid.owed()) == (0, 0)


async def test_a_refusal_gives_the_balance_back(paid: PaidTopUp, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the provider says no, the money is the customer's again, and it isn't asked a second time."""

    async def refuse(*_: object) -> object:
        raise RefundRefused(paid.payment.method, "too_old")

    monkeypatch.setattr(paid.account.gateway, "refund", refuse)
    for reason in ("too_old", "refused_before"):
        with pytest.raises(RefundRefused) as refusal:
            await paid.refund(paid.payment.id, "cli:owner", WHY)
        assert refusal.value.reason == reason
        assert (await paid.balance(), await paid.owed(), paid.account.refunded()) == (PRICE, 0, 0)


async def test_what_can_not_go_back_is_refused(paid: PaidTopUp, monkeypatch: pytest.MonkeyPatch) -> None:
    """A payment that isn't there, one that brought nothing, and a way to pay that sends nothing back."""
    with pytest.raises(NoSuchPayment):
        await paid.refund(PaymentId(paid.ids.uuid()), "cli:owner", WHY)
    unpaid = replace(paid.payment, id=PaymentId(paid.ids.uuid()), comment="ORB00000000077")
    async with paid.storage.transaction() as tx:
        await tx.payments.add(replace(unpaid, address="", external_id=None))
    with pytest.raises(RefundRefused):
        await paid.refund(unpaid.id, "cli:owner", WHY)
    terms = replace(paid.account.gateway.terms, is_refundable=False)
    monkeypatch.setattr(paid.account.gateway, "terms", terms)
    with pytest.raises(RefundUnsupported):
        await paid.refund(paid.payment.id, "cli:owner", WHY)
    assert await paid.balance() == PRICE
