"""Refusals in words, for the owner at a terminal. Customers read theirs in their own language from the texts."""

import re
from collections.abc import Callable
from typing import Any

from orbit_domain.errors import Refusal
from orbit_entry.commands.amounts import amount

_REFUND_PROBLEMS = {
    "not_paid": "isn't paid",
    "refunded": "was refunded already",
    "free": "has cost nothing",
    "plan_changed": "changed the plan, or the plan was changed since: its time can't be told from other time",
}
_DESTINATIONS = {
    "address": "that isn't an address of this shop's network",
    "own": "that address is the shop's own",
    "token": "that address is a contract of the token, nobody's wallet",
    "memo": "the memo is empty, longer than 100 characters, or has characters that can't be shown",
}
_PROMO_FAULTS = {
    "code": "a code has 3 to 32 of A-Z, 0-9, - and _, a letter or digit first",
    "value": "a code gives 1 to 100 percent, 1 to 3650 days, or a sum above zero",
    "uses": "--uses must be above zero",
    "day": "that isn't a day",
    "times": "it would end before it begins, or is over already",
    "plans": "one of the plans is unknown, or the code gives money, which is for no plan",
}
_SETTING_PROBLEMS = {
    "empty": "the text is empty",
    "too_long": "that is longer than {maximum} characters",
    "broken_html": "Telegram can't read that markup: close every tag, and write &amp; and &lt; for & and <",
    "account": "that isn't the name of a Telegram account, @my_shop_help for example",
    "link": "that isn't an https address",
    "methods": "name ways to pay that are set up, with commas between them, each once",
    "switch": "say on or off",
    "amount": "that isn't an amount from 0 to 10000",
    "last_method": "at least one way to pay stays on",
}
_PLAN_FAULTS = {
    "code": "a plan's code has 1 to 32 of A-Z, a-z, 0-9, - and _",
    "title": "a title has 1 to 40 characters and a language of the bot: --title en=Family",
    "price": "a plan costs more than zero; the trial alone is free",
    "days": "a plan gives 1 to 3650 days",
    "traffic": "traffic is 0 to 100000 gigabytes, 0 is without a limit",
    "keys": "a plan gives 1 to 20 keys",
    "position": "a place in the list is 0 to 999",
    "trial": "the trial is free",
}
_WORDS: dict[str, Callable[[Any], str]] = {
    "NoSuchUser": lambda one: f"user {one.tg_id} has never pressed /start",
    "ReceiptAlreadyAssigned": lambda one: f"there is no receipt {one.ref}, or it is assigned already",
    "NoSuchOrder": lambda one: f"there is no order {one.order_id}",
    "OrderNotRefundable": lambda one: f"order {one.order_id} {_REFUND_PROBLEMS[one.reason]}",
    "NoSuchPlan": lambda one: f"there is no plan {one.code}; orbit plan list shows those that are sold",
    "BadPlan": lambda one: _PLAN_FAULTS[one.fault],
    "NoSuchPayment": lambda one: f"there is no payment {one.payment_id}",
    "RefundUnsupported": lambda one: (
        f"{one.method} can't send money back by itself; coins and USDT go back by your own wallet: "
        "name the address with --to, or ask the customer with --ask"
    ),
    "NoSuchPanel": lambda one: f"the shop has no panel {one.panel_id}; orbit panel list shows those it has",
    "PanelExists": lambda one: f"there is a panel {one.panel_id} already; orbit panel set changes it",
    "PanelHasKeys": lambda one: f"keys live on the panel {one.panel_id}, {one.keys + one.leaving} of them",
    "PanelHasAccounts": lambda one: f"accounts are to be removed on the panel {one.panel_id}, {one.accounts} of them",
    "NoSuchPayout": lambda one: f"there is no payout {one.payout_id}",
    "PayoutClosed": lambda one: f"payout {one.payout_id} is {one.state} already",
    "PayoutExists": lambda one: f"the payment has payout {one.payout_id} already, which is {one.state}",
    "AddressNotTaken": lambda _: "the customer has changed the address just now; run it again",
    "BadDestination": lambda one: _DESTINATIONS[one.reason],
    "RefundRefused": lambda one: f"{one.method} doesn't send it back: {one.reason.replace('_', ' ')}",
    "InsufficientBalance": lambda one: f"there are only {amount(one.balance)} on the balance",
    "DayNotOver": lambda one: f"{one.day:%Y-%m-%d} isn't over: its figures may still change",
    "NoSuchAdjustment": lambda one: f"nobody has asked for {one.request_id}",
    "AdjustmentDecided": lambda one: f"{one.request_id} is confirmed or rejected already",
    "SecondAdminNeeded": lambda one: f"{one.actor} has asked for {one.request_id}; another admin confirms it",
    "AdjustmentNameTaken": lambda one: f"{one.request_id} stands for another user, amount or reason",
    "NoSuchRecord": lambda one: f"no source shows {one.ref}, or it is older than the shop",
    "AlreadyRecorded": lambda one: f"{one.ref} is recorded already",
    "NoSuchPromo": lambda _: "there is no such code; orbit promo list shows those there are",
    "PromoExists": lambda one: f"there is a code {one.code} already, and its uses are counted: choose another name",
    "BadPromo": lambda one: _PROMO_FAULTS[one.fault],
    "NoSuchSetting": lambda _: "there is no such setting; orbit setting list shows those there are",
    "SettingNotTaken": lambda one: _SETTING_PROBLEMS[one.problem].format(maximum=one.maximum),
    "AmountTooSmall": lambda one: f"receipt {one.ref} is worth too little to be credited",
}


def in_words(refusal: Refusal) -> str:
    """*refusal* as one line. One without words of its own is named by its type and its facts."""
    words = _WORDS.get(type(refusal).__name__)
    if words is not None:
        return words(refusal)
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(refusal).__name__).lower()
    # Every refusal is a dataclass.
    facts = ", ".join(f"{fact.replace('_', ' ')} {value}" for fact, value in vars(refusal).items())
    return f"{name} ({facts})" if facts else name
