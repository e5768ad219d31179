"""The screen of old data."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from orbit_adapters.telegram.screen import Screen
from orbit_adapters.telegram.screens.clean_up import clean_up_screen
from orbit_domain.old_data.clean_up import ASKED, CLEAN_UP, ENDED
from orbit_domain.old_data.old_data import OldData
from orbit_domain.storage import AdminAction
from orbit_domain.use_cases.clean_up_when_asked import MOST_COUNTED, CleanUpPage
from orbit_domain.user.user import Role
from tests.unit.screens import view_examples
from tests.unit.screens.view_examples import NOW, ORDER_ID

_FOUND = {kind: 1_234 * number for number, kind in enumerate(OldData)} | {OldData.NOTICES: MOST_COUNTED}
_EVERYTHING = dict.fromkeys(OldData, 7)
_NOTHING = dict.fromkeys(OldData, 0)


def _page(
    language: str, old: Mapping[OldData, int], *, runs: bool = False, cleaned: Mapping[OldData, int] | None = None
) -> CleanUpPage:
    asked = AdminAction(ORDER_ID, "telegram:1", ASKED, CLEAN_UP, "", NOW)
    last = replace(asked, actor="worker", action=ENDED) if cleaned is not None else None
    owner = replace(view_examples.user(language), role=Role.OWNER)
    return CleanUpPage(owner, old, asked if runs else None, last, cleaned or {})


CLEAN_UP_SCREENS: Mapping[str, Callable[[str], Screen]] = {
    "clean_up": lambda language: clean_up_screen(_page(language, _FOUND)),
    "clean_up_all": lambda language: clean_up_screen(_page(language, _EVERYTHING, cleaned=_NOTHING)),
    "clean_up_nothing": lambda language: clean_up_screen(_page(language, _NOTHING, cleaned=_FOUND)),
    "clean_up_runs": lambda language: clean_up_screen(_page(language, _FOUND, runs=True, cleaned=_FOUND)),
}
