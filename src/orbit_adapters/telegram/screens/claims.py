"""A transfer without a comment: asking which one it is, and what an admin decided."""

from orbit_adapters.telegram.callbacks import SeeHelp, SeePaySupport
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.people import full_name
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, home_row
from orbit_domain.use_cases.approve_claim import Assignment
from orbit_domain.use_cases.reject_claim import Rejection
from orbit_domain.use_cases.show_home import Home
from orbit_domain.user.user import User


def ask_transfer_screen(home: Home) -> Screen:
    """Ask for the link, the hash or the sender's address."""
    translate = Translator(home.user.language)
    return Screen(translate("claim-ask"), keyboard(back_row(translate, SeePaySupport())))


def claim_passed_on_screen(user: User) -> Screen:
    """The same answer to every claim, whatever was found."""
    translate = Translator(user.language)
    return Screen(
        translate("claim-passed-on"), keyboard(tap(translate.label("b-help"), SeeHelp()), home_row(translate))
    )


def assigned_screen(assignment: Assignment) -> Screen:
    """For the admin: who got how much."""
    translate = Translator(assignment.admin.language)
    who = full_name(assignment.customer.tg_id, assignment.customer.username)
    text = translate("claim-assigned", who=who, amount=assignment.credited)
    return Screen(text, keyboard(home_row(translate))).with_toast(translate.label("claim-assigned-toast"))


def rejected_screen(rejection: Rejection) -> Screen:
    """For the admin: whose claim was rejected."""
    translate = Translator(rejection.admin.language)
    text = translate("claim-rejected", who=str(rejection.claim.tg_id))
    return Screen(text, keyboard(home_row(translate))).with_toast(translate.label("claim-rejected-toast"))
