"""Why an account isn't deleted."""

from collections.abc import Callable
from typing import Any

from orbit_adapters.telegram.account_callbacks import SeeDeletion
from orbit_adapters.telegram.callbacks import SeeHelp, SeeSettings
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.refused import refused
from orbit_adapters.telegram.screen import Screen, tap
from orbit_adapters.telegram.screens.buttons import back_row, connect_row, home_row
from orbit_domain.steps.leaving import OrderUnderway, StaffStays
from orbit_domain.use_cases.show_deletion import DeletionOutdated


def _staff_stays(_: StaffStays, translate: Translator) -> Screen:
    return refused(translate, "staff-stays", back_row(translate, SeeSettings()))


def _order_underway(_: OrderUnderway, translate: Translator) -> Screen:
    help_row = tap(translate.label("b-help"), SeeHelp())
    return refused(translate, "order-underway", connect_row(translate), help_row, home_row(translate))


def _deletion_outdated(_: DeletionOutdated, translate: Translator) -> Screen:
    again = tap(translate.label("b-refresh"), SeeDeletion())
    return refused(translate, "deletion-outdated", again, home_row(translate))


ACCOUNT_REFUSALS: dict[type, Callable[[Any, Translator], Screen]] = {
    StaffStays: _staff_stays,
    OrderUnderway: _order_underway,
    DeletionOutdated: _deletion_outdated,
}
