"""The buttons of customers' screens."""

from dataclasses import dataclass
from typing import ClassVar

from orbit_adapters.telegram.callback_data import Callback
from orbit_domain.ids import (
    ClaimId,
    KeyId,
    Nonce,
    OrderId,
    PaymentId,
    PlanCode,
    PromoCode,
)
from orbit_domain.payment.payment import Method
from orbit_domain.payment.payout_address import AddressStamp
from orbit_domain.payment.receipt import ReceiptCode
from orbit_domain.subscription_link.device import DeviceStamp
from orbit_domain.subscription_link.link import LinkStamp


@dataclass(frozen=True, slots=True)
class SeeHome(Callback):
    """Show the home screen."""

    word: ClassVar[str] = "home"


@dataclass(frozen=True, slots=True)
class SeePlans(Callback):
    """Show the plans."""

    word: ClassVar[str] = "plans"


@dataclass(frozen=True, slots=True)
class BuyPlan(Callback):
    """Buy this plan. The nonce is that of the plan list: one list makes one order."""

    plan: PlanCode
    nonce: Nonce
    word: ClassVar[str] = "buy"


@dataclass(frozen=True, slots=True)
class AskPromo(Callback):
    """Ask for a promo code, which the customer then types."""

    word: ClassVar[str] = "promo"


@dataclass(frozen=True, slots=True)
class UsePromo(Callback):
    """Enter this promo code."""

    code: PromoCode
    word: ClassVar[str] = "code"


@dataclass(frozen=True, slots=True)
class SeeCheckout(Callback):
    """Show this order."""

    order: OrderId
    word: ClassVar[str] = "order"


@dataclass(frozen=True, slots=True)
class PayBy(Callback):
    """Pay the missing amount of the order by this method."""

    order: OrderId
    method: Method
    word: ClassVar[str] = "pay"


@dataclass(frozen=True, slots=True)
class PayKeepingCard(Callback):
    """Pay by this method, and let it keep the card: the subscription renews by itself from then on."""

    order: OrderId
    method: Method
    word: ClassVar[str] = "keep"


@dataclass(frozen=True, slots=True)
class SeeCard(Callback):
    """Show the card that renews the subscription."""

    word: ClassVar[str] = "card"


@dataclass(frozen=True, slots=True)
class ForgetCard(Callback):
    """Let the subscription renew by itself no more."""

    word: ClassVar[str] = "uncard"


@dataclass(frozen=True, slots=True)
class PayBalance(Callback):
    """Pay the order from the balance."""

    order: OrderId
    word: ClassVar[str] = "bal"


@dataclass(frozen=True, slots=True)
class Renew(Callback):
    """Renew by this plan from the balance. The nonce is that of the reminder: one offer makes one order."""

    plan: PlanCode
    nonce: Nonce
    word: ClassVar[str] = "renew"


@dataclass(frozen=True, slots=True)
class SeePayment(Callback):
    """Check this payment: "I have paid"."""

    payment: PaymentId
    word: ClassVar[str] = "check"


@dataclass(frozen=True, slots=True)
class CancelPayment(Callback):
    """Cancel this payment."""

    payment: PaymentId
    word: ClassVar[str] = "drop"


@dataclass(frozen=True, slots=True)
class StartTrial(Callback):
    """Start the free trial."""

    word: ClassVar[str] = "trial"


@dataclass(frozen=True, slots=True)
class SeeConnect(Callback):
    """Show how to connect with the first key."""

    word: ClassVar[str] = "connect"


@dataclass(frozen=True, slots=True)
class SeeKey(Callback):
    """Show how to connect with this key."""

    key: KeyId
    word: ClassVar[str] = "key"


@dataclass(frozen=True, slots=True)
class SeePlatform(Callback):
    """Show how to connect with this key on one kind of device."""

    key: KeyId
    platform: str
    word: ClassVar[str] = "on"


@dataclass(frozen=True, slots=True)
class SeeKeys(Callback):
    """Show all keys."""

    word: ClassVar[str] = "keys"


@dataclass(frozen=True, slots=True)
class SeeNewLink(Callback):
    """Ask whether the subscription link is to be replaced."""

    word: ClassVar[str] = "newlink"


@dataclass(frozen=True, slots=True)
class ReplaceLink(Callback):
    """Replace this subscription link by a new one."""

    stamp: LinkStamp
    word: ClassVar[str] = "relink"


@dataclass(frozen=True, slots=True)
class SeeDevices(Callback):
    """Show the devices that use the subscription link."""

    word: ClassVar[str] = "devices"


@dataclass(frozen=True, slots=True)
class RemoveDevice(Callback):
    """Free the place of this device."""

    stamp: DeviceStamp
    word: ClassVar[str] = "undevice"


@dataclass(frozen=True, slots=True)
class SeeBalance(Callback):
    """Show the balance and its statement."""

    word: ClassVar[str] = "balance"


@dataclass(frozen=True, slots=True)
class AskAmount(Callback):
    """Ask for a custom amount, which the user then types."""

    word: ClassVar[str] = "sum"


@dataclass(frozen=True, slots=True)
class TopUpAmount(Callback):
    """Top up by this many smallest units of the base currency. The method is chosen next."""

    units: int
    word: ClassVar[str] = "add"


@dataclass(frozen=True, slots=True)
class TopUpBy(Callback):
    """Top up by this many smallest units of the base currency by this method."""

    units: int
    method: Method
    word: ClassVar[str] = "addby"


@dataclass(frozen=True, slots=True)
class SeeSettings(Callback):
    """Show the settings: the language."""

    word: ClassVar[str] = "settings"


@dataclass(frozen=True, slots=True)
class ChooseLanguage(Callback):
    """Use this language from now on."""

    language: str
    word: ClassVar[str] = "lang"


@dataclass(frozen=True, slots=True)
class SeeHelp(Callback):
    """Show the help."""

    word: ClassVar[str] = "help"


@dataclass(frozen=True, slots=True)
class SeePaySupport(Callback):
    """Show the help about a payment that isn't visible."""

    word: ClassVar[str] = "paid"


@dataclass(frozen=True, slots=True)
class SeeInvite(Callback):
    """Show the invitation link."""

    word: ClassVar[str] = "invite"


@dataclass(frozen=True, slots=True)
class ClaimTransfer(Callback):
    """Ask which transfer without a comment is the customer's, who then types it."""

    word: ClassVar[str] = "claim"


@dataclass(frozen=True, slots=True)
class ApproveClaim(Callback):
    """For admins: give the claimed money to the claimant."""

    claim: ClaimId
    word: ClassVar[str] = "approve"


@dataclass(frozen=True, slots=True)
class RejectClaim(Callback):
    """For admins: reject the claim."""

    claim: ClaimId
    word: ClassVar[str] = "reject"


@dataclass(frozen=True, slots=True)
class AssignSuggested(Callback):
    """For admins: give this unmatched receipt to the customer of this payment."""

    payment: PaymentId
    receipt: ReceiptCode
    word: ClassVar[str] = "give"


@dataclass(frozen=True, slots=True)
class AskPayoutAddress(Callback):
    """Ask where this payment's money is to go back, which the customer then types."""

    payment: PaymentId
    word: ClassVar[str] = "where"


@dataclass(frozen=True, slots=True)
class UseSenderAddress(Callback):
    """Let this payment's money go back to where it came from."""

    payment: PaymentId
    word: ClassVar[str] = "sender"


@dataclass(frozen=True, slots=True)
class ConfirmPayoutAddress(Callback):
    """The address that was shown is right."""

    payment: PaymentId
    stamp: AddressStamp
    word: ClassVar[str] = "there"


@dataclass(frozen=True, slots=True)
class TakePayoutLink(Callback):
    """For admins: show what to send for this payment."""

    payment: PaymentId
    word: ClassVar[str] = "payout"


@dataclass(frozen=True, slots=True)
class WriteToOwner(Callback):
    """Ask what the customer wants to write to the owner, who then gets it."""

    word: ClassVar[str] = "write"
