"""A settings file is changed line by line, and every value is read back as it was written."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orbit_entry.config.env_example import env_example
from orbit_entry.config.env_text import Unwritable, edited, mentioned, only_examples
from orbit_entry.config.given import variables_in
from orbit_entry.config.problems import variables

_FILE = """# mine
export BOT_TOKEN = old # a remark
#ORBIT_SUPPORT=example
ORBIT_OWNER_ID=1
ORBIT_OWNER_ID=2
OTHER="kept as it is"
"""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("env") / ".env"


@given(
    value=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1) | st.text("'\"\\#$ {}=a\n", min_size=1)
)
def test_a_value_is_read_back_or_refused(file: Path, value: str) -> None:
    """Quotes, hashes, backslashes and spaces stay what they are; what no reader would give back is refused."""
    if "${" in value or "\n" in value:
        with pytest.raises(Unwritable, match="ORBIT_SUPPORT"):
            edited(_FILE, {"ORBIT_SUPPORT": value})
        return
    text = edited(_FILE, {"ORBIT_SUPPORT": value})
    file.write_text(text, encoding="utf-8", newline="")
    given_now = variables_in(file)
    assert given_now["ORBIT_SUPPORT"] == value
    assert (given_now["BOT_TOKEN"], given_now["OTHER"]) == ("old", "kept as it is")


def test_lines_that_nobody_asked_about_stay() -> None:
    """A value takes the place of its last line or of its example; one that is set no more becomes an example."""
    changes = {"BOT_TOKEN": "new", "ORBIT_SUPPORT": "shop", "ORBIT_OWNER_ID": "3", "ORBIT_TON_RATE": "5", "OTHER": None}
    assert edited(_FILE, changes) == (
        "# mine\nBOT_TOKEN=new\nORBIT_SUPPORT=shop\nORBIT_OWNER_ID=1\nORBIT_OWNER_ID=3\n#OTHER=\nORBIT_TON_RATE=5\n"
    )
    assert edited(_FILE, {}) == _FILE
    assert edited("", {"A": "1"}) == "A=1\n"


def test_a_new_file_shows_every_setting_and_sets_none() -> None:
    """It begins with the whole example, so that what a later version adds is seen by its absence."""
    text = only_examples(env_example())
    assert not [line for line in text.splitlines() if line and not line.startswith("#")]
    assert {name for name in variables() if f"#{name}=" in text} <= mentioned(text)
    assert mentioned("export a_b = 1\n# c=2\nwords d=3\n") == {"A_B", "C"}
