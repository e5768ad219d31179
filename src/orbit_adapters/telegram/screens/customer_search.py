"""The one search field of the staff."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.people import full_name
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.paging import admin_row
from orbit_adapters.telegram.staff_callbacks import AskSearch, AssignTo, SeeCustomer, SeeNameless
from orbit_domain.payment.receipt import Receipt, ReceiptCode, receipt_code
from orbit_domain.use_cases.find_customers import FoundCustomers
from orbit_domain.user.user import User


def ask_search_screen(user: User) -> Screen:
    """Ask for anything that names a customer."""
    translate = Translator(user.language)
    return Screen(translate("search-ask"), keyboard(admin_row(translate)))


def found_screen(found: FoundCustomers) -> Screen:
    """Whom the typed text names, a button each."""
    translate = Translator(found.user.language)
    rows = [tap(full_name(one.tg_id, one.username), SeeCustomer(one.tg_id)) for one in found.hits]
    text = translate("search-found", count=len(rows)) if rows else translate("search-none")
    return Screen(text, keyboard(*rows, tap(translate.label("b-find-again"), AskSearch()), admin_row(translate)))


def ask_whose_screen(user: User, receipt: Receipt) -> Screen:
    """Ask whose an unmatched receipt is."""
    translate = Translator(user.language)
    text = translate("whose-ask", amount=receipt.amount, moment=translate.moment(receipt.occurred_at))
    return Screen(text, keyboard(tap(translate.label("b-nameless"), SeeNameless(0)), admin_row(translate)))


def whose_screen(found: FoundCustomers, receipt: Receipt) -> Screen:
    """The customers that were meant: a tap gives the money, which the text says."""
    translate = Translator(found.user.language)
    given: ReceiptCode = receipt_code(receipt.ref)
    rows = [
        tap(translate.label("b-give-to", name=full_name(one.tg_id, one.username)), AssignTo(given, one.tg_id))
        for one in found.hits
    ]
    key = "whose-found" if rows else "whose-none"
    text = translate(key, amount=receipt.amount, moment=translate.moment(receipt.occurred_at))
    return Screen(text, keyboard(*rows, tap(translate.label("b-nameless"), SeeNameless(0)), admin_row(translate)))
