"""What a customer is asked about money that is to go back."""

from dataclasses import dataclass

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.money import Money
from orbit_domain.payment.payment import Method
from orbit_domain.payment.payout import BadDestination, PayoutGateway
from orbit_domain.payment.payout_address import AddressStep
from orbit_domain.payment.ports import Gateways, RefundUnsupported
from orbit_domain.steps.payout_question import OpenQuestion, open_question
from orbit_domain.steps.refundable_money import refundable_money
from orbit_domain.storage import Storage, Transaction
from orbit_domain.user.user import NoSuchUser, User


@dataclass(frozen=True, slots=True)
class PayoutQuestion:
    """How much is to go back, where it came from, and what the customer has said so far; addresses as people read them.

    `sender` is empty where several have sent, or none that money can go to. Whether it is the customer's own wallet or
    an exchange's, nobody but the customer knows.
    """

    user: User
    payment_id: PaymentId
    method: Method
    amount: Money
    sender: str = ""
    given: str = ""
    memo: str = ""


@dataclass(frozen=True, slots=True)
class ShowPayoutQuestion:
    """Read it.

    Raises NoSuchUser, NoSuchPayment, MethodUnavailable, RefundUnsupported, RefundRefused, AddressNotTaken.
    """

    storage: Storage
    gateways: Gateways

    async def __call__(self, tg_id: TelegramId, payment_id: PaymentId) -> PayoutQuestion:
        async with self.storage.transaction() as tx:
            user = await tx.users.get(tg_id)
            if user is None:
                raise NoSuchUser(tg_id)
            question = await open_question(tx, tg_id, payment_id)
            gateway = self.gateways.get(question.payment.method)
            if not isinstance(gateway, PayoutGateway):
                raise RefundUnsupported(question.payment.method)
            amount, _ = await refundable_money(tx, question.payment, gateway.asset, None)
            sender = await _sender(tx, question, gateway)
        newest = question.lines[-1]
        given = gateway.shown(newest.destination) if newest.step is AddressStep.GIVEN else ""
        return PayoutQuestion(user, payment_id, gateway.method, amount, sender, given, newest.memo)


async def _sender(tx: Transaction, question: OpenQuestion, gateway: PayoutGateway) -> str:
    """The one account that the payment came from, if money can go there."""
    receipts = await tx.receipts.of_payment(question.payment.id)
    sources = {receipt.source for receipt in receipts}
    records = [
        record
        for source in sorted(sources)
        for record in await tx.source_records.of_ids(
            source, [receipt.external_id for receipt in receipts if receipt.source == source]
        )
    ]
    senders = {record.sender for record in records}
    sender = senders.pop() if len(senders) == 1 else None
    if sender is None:
        return ""
    try:
        return gateway.shown(gateway.destination(sender))
    except BadDestination:
        return ""
