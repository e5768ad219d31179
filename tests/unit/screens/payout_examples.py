"""Examples of where money is to go back, by the name of their golden files."""

from collections.abc import Callable, Mapping

from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.payout_address import (
    address_given_screen,
    ask_address_screen,
    confirm_address_screen,
    payout_link_screen,
)
from orbit_domain.money import TON, Money
from orbit_domain.payment.payment import TON_METHOD
from orbit_domain.payment.payout_address import AddressLine, AddressStep
from orbit_domain.payment.ports import Transfer
from orbit_domain.use_cases.check_payout_address import CheckedAddress
from orbit_domain.use_cases.request_payout import AskedPayout
from orbit_domain.use_cases.show_payout_question import PayoutQuestion
from orbit_domain.use_cases.take_payout_link import PayoutLink
from orbit_testing import samples
from tests.unit.screens.view_examples import ADDRESS, NOW, PAYMENT_ID, TG_ID, user

AMOUNT = Money(1_433_000_000, TON)
GIVEN = AddressLine(PAYMENT_ID, 2, TG_ID, AddressStep.GIVEN, f"telegram:{TG_ID}", NOW, "0:" + "C" * 64)


def question(language: str, sender: str = "", given: str = "") -> PayoutQuestion:
    """The question about a payment of 1.433 coins."""
    return PayoutQuestion(user(language), PAYMENT_ID, TON_METHOD, AMOUNT, sender, given)


def checked(language: str, memo: str = "", *, is_sender: bool = False) -> CheckedAddress:
    """An address that was typed."""
    return CheckedAddress(user(language), PAYMENT_ID, AMOUNT, ADDRESS, memo, GIVEN.destination, is_sender)


def payout_link(language: str, given: AddressLine | None) -> PayoutLink:
    """What the owner has to send."""
    query = f"{ADDRESS}?amount={AMOUNT.units}&text=REF7K3M9P2QXW5"
    wallet, uri = f"https://wallet.example.org/transfer/{query}", f"ton://transfer/{query}"
    transfer = Transfer(AMOUNT, ADDRESS, "REF7K3M9P2QXW5", wallet, uri)
    return PayoutLink(user(language), AskedPayout(samples.payout(1, TG_ID), transfer), given)


EXAMPLES: Mapping[str, Callable[[str], Screen]] = {
    "payout_address_ask": lambda language: ask_address_screen(question(language)),
    "payout_address_ask_sender": lambda language: ask_address_screen(question(language, ADDRESS, ADDRESS)),
    "payout_address_confirm": lambda language: confirm_address_screen(checked(language, "<b>17")),
    "payout_address_confirm_sender": lambda language: confirm_address_screen(checked(language, is_sender=True)),
    "payout_address_given": lambda language: address_given_screen(checked(language, "17")),
    "payout_link": lambda language: payout_link_screen(payout_link(language, GIVEN)),
    "payout_link_typed": lambda language: payout_link_screen(payout_link(language, None)),
}
