"""A customer types where money is to go back: it is checked, and shown in full to be confirmed."""

from dataclasses import dataclass

from orbit_domain.ids import PaymentId, TelegramId
from orbit_domain.money import Money
from orbit_domain.payment.payout import PayoutGateway
from orbit_domain.payment.payout_address import AddressStamp, address_stamp, typed_address
from orbit_domain.payment.ports import Gateways, RefundUnsupported
from orbit_domain.use_cases.show_payout_question import ShowPayoutQuestion
from orbit_domain.user.user import User


@dataclass(frozen=True, slots=True)
class CheckedAddress:
    """An address that money can go to, in full, with the memo that goes along.

    `destination` is the account as the source writes it, `is_sender` says that the payment came from there.
    """

    user: User
    payment_id: PaymentId
    amount: Money
    address: str
    memo: str
    destination: str
    is_sender: bool

    @property
    def stamp(self) -> AddressStamp:
        """What the button that confirms it says."""
        return address_stamp(self.destination, self.memo)


@dataclass(frozen=True, slots=True)
class CheckPayoutAddress:
    """Check what was typed; nothing is recorded. An empty text means where the payment came from.

    Raises BadDestination, and what `ShowPayoutQuestion` does.
    """

    show_question: ShowPayoutQuestion
    gateways: Gateways

    async def __call__(self, tg_id: TelegramId, payment_id: PaymentId, typed_text: str) -> CheckedAddress:
        question = await self.show_question(tg_id, payment_id)
        gateway = self.gateways.get(question.method)
        if not isinstance(gateway, PayoutGateway):
            raise RefundUnsupported(question.method)
        typed = typed_address(question.method, typed_text or question.sender)
        destination = gateway.destination(typed.address)
        shown = gateway.shown(destination)
        return CheckedAddress(
            question.user, payment_id, question.amount, shown, typed.memo, destination, shown == question.sender
        )
