"""Taking Stars from a customer."""

from datetime import timedelta

from orbit_sandbox.telegram.checkouts import Charge, StarSubscription
from orbit_sandbox.telegram.messages import Content, Invoice
from orbit_sandbox.telegram.people import Customer
from orbit_sandbox.telegram.state import TelegramState


def charge_invoice(state: TelegramState, payer: Customer, invoice: Invoice, *, is_first: bool = True) -> Charge:
    """Take what *invoice* asks for, begin the subscription that it offers, and tell the bot."""
    now = state.clock.now()
    until = None if invoice.period_s is None else now + timedelta(seconds=invoice.period_s)
    charge = Charge(f"stx{state.rng.getrandbits(160):040x}", payer, invoice, now, until=until, is_first=is_first)
    state.checkouts.charges[charge.id] = charge
    if until is not None and is_first:
        state.checkouts.subscriptions[charge.id] = StarSubscription(charge.id, payer, invoice, until)
    service = {"successful_payment": charge.success_wire()}
    message = state.put(state.chats[payer.id], Content(), payer.wire(), service=service)
    state.updates.add("message", state.message_wire(message))
    return charge
