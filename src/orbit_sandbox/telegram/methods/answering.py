"""Methods that answer customers' queries, and methods for Stars."""

from dataclasses import replace
from typing import Any

from orbit_sandbox.telegram.charging import charge_invoice
from orbit_sandbox.telegram.checkouts import Checkout
from orbit_sandbox.telegram.messages import Content
from orbit_sandbox.telegram.params import Params
from orbit_sandbox.telegram.refusals import bad_request
from orbit_sandbox.telegram.state import TelegramState
from orbit_sandbox.telegram.subscriptions import StarSubscriptions

MAX_TOAST = 200


def answer_callback(state: TelegramState, params: Params) -> bool:
    """Stop the spinner of a button, perhaps with a toast or an alert.

    Stricter than Telegram: a second answer to the same tap is refused, and counted in `Tap.answers`.
    """
    tap = state.taps.get(params.text("callback_query_id"))
    if tap is None:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    text = params.text("text")
    if len(text) > MAX_TOAST:
        raise bad_request("MESSAGE_TOO_LONG")
    tap.answers += 1
    if tap.answers > 1:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    if text:
        state.toast(tap.user_id, text, params.flag("show_alert"))
    state.signal.send()
    return True


def answer_pre_checkout(state: TelegramState, params: Params) -> bool:
    """Accept a payment, which takes the Stars at once, or refuse it with words for the customer."""
    accepted, error = params.flag("ok"), params.text("error_message")
    if not accepted and not error:
        raise bad_request("ERROR_TEXT_EMPTY")
    checkout = state.checkouts.take(params.text("pre_checkout_query_id"), state.clock.now())
    if accepted:
        _charge(state, checkout)
    else:
        state.toast(checkout.payer.id, error, alert=True)
    return True


def _charge(state: TelegramState, checkout: Checkout) -> None:
    charge = charge_invoice(state, checkout.payer, checkout.invoice)
    if checkout.chat_id is not None and checkout.message_id is not None:
        invoice = state.chats[checkout.chat_id].messages.get(checkout.message_id)
        if invoice is not None and checkout.chat_id == checkout.payer.id:
            state.keep(replace(invoice, charge_id=charge.id))


def refund_star_payment(state: TelegramState, params: Params) -> bool:
    """Give the Stars of a charge back; a second time is refused with CHARGE_ALREADY_REFUNDED."""
    user_id, charge_id = params.integer("user_id"), params.text("telegram_payment_charge_id")
    charge = state.checkouts.refund(user_id, charge_id, state.clock.now())
    service = {"refunded_payment": charge.payment_wire()}
    message = state.put(state.chats[charge.payer.id], Content(), state.bot_wire(), service=service)
    state.updates.add("message", state.message_wire(message))
    return True


def edit_user_star_subscription(state: TelegramState, params: Params) -> bool:
    """Cancel a subscription in Stars, or allow it again; the period that is paid stays paid."""
    user_id, charge_id = params.integer("user_id"), params.text("telegram_payment_charge_id")
    StarSubscriptions(state).edit(user_id, charge_id, is_canceled=params.flag("is_canceled"))
    return True


def get_star_transactions(state: TelegramState, params: Params) -> dict[str, Any]:
    """Payments and refunds in the order of time, at most 100 at once; a refund keeps the payment's id."""
    offset, limit = params.integer("offset", 0), params.integer("limit", 100)
    if offset < 0 or not 1 <= limit <= 100:
        raise bad_request("LIMIT_INVALID")
    return {"transactions": state.checkouts.transactions()[offset : offset + limit]}


def get_my_star_balance(state: TelegramState, params: Params) -> dict[str, int]:
    """Stars that the bot holds."""
    return {"amount": state.checkouts.balance()}
