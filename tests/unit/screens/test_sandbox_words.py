"""The sandbox page promises the switches that exist, and names each of them."""

import re
from pathlib import Path

import orbit_sandbox
from orbit_sandbox.sandbox import Sandbox

PAGE = Path(orbit_sandbox.__file__).parent / "page"
README = Path(__file__).parents[3] / "README.md"


def test_every_switch_has_words_and_every_word_a_switch() -> None:
    """A fault without words is shown by its technical name, and words without a fault promise what isn't there."""
    worded = re.findall(r'^  "([a-z]+\.[a-z0-9_]+)": \[', (PAGE / "words.js").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(worded) == Sandbox().faults.known


def test_the_readme_promises_no_switch_that_isn_t_there() -> None:
    """What the README says can be broken in the demo has a switch."""
    about = README.read_text(encoding="utf-8").partition("The demo is")[2].partition("\n\n")[0]
    assert "Redis" not in about
    for part in re.findall(r"break the (\w+) or the (\w+)", about)[0]:
        assert any(name.startswith(f"{part}.") for name in Sandbox().faults.known), part
