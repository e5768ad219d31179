"""Everyone with a role: who they are, and how a role is given and taken away."""

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.people import full_name, short_name
from orbit_adapters.telegram.screen import Screen, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, lines, paragraphs
from orbit_adapters.telegram.screens.paging import admin_row
from orbit_adapters.telegram.staff_callbacks import AskPerson, GiveRole, SeePerson, SeeStaff
from orbit_domain.use_cases.change_role import RoleChoice, StaffView
from orbit_domain.use_cases.find_customers import FoundCustomers
from orbit_domain.user.user import User

_SHOWN = 20


def staff_screen(view: StaffView) -> Screen:
    """Each with the role; a tap changes it. The owner by the settings has no button."""
    translate = Translator(view.user.language)
    shown = view.staff[:_SHOWN]
    people = [
        translate("staff-line", who=full_name(one.tg_id, one.username), role=translate.label(f"role-{one.role}"))
        for one in shown
    ]
    rows = [tap(short_name(one.tg_id, one.username), SeePerson(one.tg_id)) for one in shown if one.tg_id != view.owner]
    return Screen(
        paragraphs(translate("staff"), lines(*people), translate("staff-owner")),
        keyboard(*rows, tap(translate.label("b-hire"), AskPerson()), admin_row(translate)),
    )


def ask_person_screen(user: User) -> Screen:
    """Ask who is to get a role."""
    translate = Translator(user.language)
    return Screen(translate("person-ask"), keyboard(back_row(translate, SeeStaff())))


def people_screen(found: FoundCustomers) -> Screen:
    """Whom the typed text names."""
    translate = Translator(found.user.language)
    rows = [tap(full_name(one.tg_id, one.username), SeePerson(one.tg_id)) for one in found.hits]
    text = translate("people-found") if rows else translate("people-none")
    retry = tap(translate.label("b-hire"), AskPerson())
    return Screen(text, keyboard(*rows, retry, back_row(translate, SeeStaff())))


def person_screen(choice: RoleChoice) -> Screen:
    """What the person may be made, and what each role may do: that is the question before the tap."""
    translate, person = Translator(choice.user.language), choice.person
    text = translate(
        "person", who=full_name(person.tg_id, person.username), role=translate.label(f"role-{person.role}")
    )
    rows = [tap(translate.label(f"b-role-{role}"), GiveRole(person.tg_id, role)) for role in choice.roles]
    return Screen(paragraphs(text, translate("roles-explained")), keyboard(*rows, back_row(translate, SeeStaff())))


def role_given_screen(view: StaffView) -> Screen:
    """The staff after a change, which a toast confirms."""
    return staff_screen(view).with_toast(Translator(view.user.language).label("role-given"))
