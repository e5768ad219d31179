"""Every screen, notice and refusal in every language, as reviewed text."""

import pytest

from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.notices import notice_screen
from orbit_adapters.telegram.refusals import refusal_screen
from orbit_domain.user.user import LANGUAGES
from tests.unit.screens.golden_files import FOLDER, golden
from tests.unit.screens.states import STATES
from tests.unit.screens.told import NOTICES, REFUSALS

REMEDY = (
    "Read the new screen as a customer would; if it is right, run again with ORBIT_GOLDEN=write and commit the file."
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STATES)
def test_a_screen_says_what_was_reviewed(language: str, name: str) -> None:
    """No word or button of a screen changes without somebody having read it."""
    written, now = golden(language, name, STATES[name](language))
    assert now == written, REMEDY


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_says_what_was_reviewed(language: str, name: str) -> None:
    """No word or button of a notice changes without somebody having read it."""
    written, now = golden(language, f"notice_{name}", notice_screen(NOTICES[name], Translator(language)))
    assert now == written, REMEDY


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_says_what_was_reviewed(language: str, name: str) -> None:
    """No word or button of a refusal changes without somebody having read it."""
    written, now = golden(language, f"refusal_{name}", refusal_screen(REFUSALS[name], Translator(language)))
    assert now == written, REMEDY


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_golden_file_outlives_its_screen(language: str) -> None:
    """A file whose screen is gone would be reviewed for nothing."""
    wanted = {*STATES, *(f"notice_{name}" for name in NOTICES), *(f"refusal_{name}" for name in REFUSALS)}
    assert {path.stem for path in (FOLDER / language).glob("*.txt")} == wanted
