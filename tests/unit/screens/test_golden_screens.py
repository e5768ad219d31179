"""Every screen, notice and refusal in every language, as reviewed text."""

import pytest

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.notices import notice_screen
from orbit_adapters.telegram.refusals import refusal_screen
from orbit_domain.money import RUB
from orbit_domain.user.user import LANGUAGES
from tests.unit.screens.golden_files import FOLDER, golden
from tests.unit.screens.notice_examples import NOTICES
from tests.unit.screens.refusal_examples import REFUSALS
from tests.unit.screens.screen_examples import SCREENS

REMEDY = (
    "Read the new screen as a customer would; if it is right, run again with ORBIT_GOLDEN=write and commit the file."
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCREENS)
def test_screen_is_as_reviewed(language: str, name: str) -> None:
    """No word or button of a screen changes without a review."""
    written, now = golden(language, name, SCREENS[name](language))
    assert now == written, REMEDY


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NOTICES)
def test_notice_is_as_reviewed(language: str, name: str) -> None:
    """No word or button of a notice changes without a review."""
    written, now = golden(language, f"notice_{name}", notice_screen(NOTICES[name], Translator(language), RUB))
    assert now == written, REMEDY


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", REFUSALS)
def test_refusal_is_as_reviewed(language: str, name: str) -> None:
    """No word or button of a refusal changes without a review."""
    written, now = golden(language, f"refusal_{name}", refusal_screen(REFUSALS[name], Translator(language)))
    assert now == written, REMEDY


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_golden_file_has_a_screen(language: str) -> None:
    """The golden file of a removed screen is removed too."""
    wanted = {*SCREENS, *(f"notice_{name}" for name in NOTICES), *(f"refusal_{name}" for name in REFUSALS)}
    assert {path.stem for path in (FOLDER / language).glob("*.txt")} == wanted
