"""Every refusal and notice has a text and an example. Screens don't need aiogram."""

import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import get_args

import pytest

import orbit_domain
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.refusals import REFUSAL_SCREENS
from orbit_adapters.telegram.screens.admin_menu import action_name
from orbit_domain.errors import Refusal
from orbit_domain.notice.notice import InvoiceChanged, Notice
from orbit_domain.user.user import LANGUAGES
from tests.unit.screens.notice_examples import NOTICES
from tests.unit.screens.refusal_examples import REFUSALS

_LOGGED = re.compile(r'AdminAction\((?:[^"]|"")*?"([a-z_]+)"')
"""The word of an action where it is written out; the others are names of constants."""


def test_every_refusal_of_the_domain_has_its_own_text() -> None:
    """For every refusal the customer reads the reason and the next step."""
    for module in pkgutil.walk_packages(orbit_domain.__path__, "orbit_domain."):
        importlib.import_module(module.name)
    without_text = {kind.__name__ for kind in _below(Refusal) if kind not in REFUSAL_SCREENS}
    assert not without_text, (
        f"no text for {sorted(without_text)}. Remedy: add a title and a text to texts/*.ftl, a function to "
        "telegram/refusals.py, and an example to tests/unit/screens/refusal_examples.py"
    )
    missing = {kind.__name__ for kind in REFUSAL_SCREENS} - {type(refusal).__name__ for refusal in REFUSALS.values()}
    assert not missing, f"no example of {sorted(missing)} in tests/unit/screens/refusal_examples.py"


def test_every_notice_has_an_example() -> None:
    """Every kind of notice that is a message of its own is rendered and reviewed in every language."""
    missing = {kind.__name__ for kind in get_args(Notice) if kind is not InvoiceChanged} - {
        type(notice).__name__ for notice in NOTICES.values()
    }
    assert not missing, f"no example of {sorted(missing)} in tests/unit/screens/notice_examples.py"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notice_has_a_name_in_the_journal(language: str) -> None:
    """The staff reads what a customer was told by name. Remedy: a text `notice-kind-<kind>` in both texts/*.ftl."""
    for notice in get_args(Notice):
        kind = next(one.default for one in fields(notice) if one.name == "kind")
        assert Translator(language).label(f"notice-kind-{kind}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_logged_action_is_told_in_words(language: str) -> None:
    """Remedy: a text `action-<word>` in both texts/*.ftl, and the word in screens/admin_menu.py."""
    sources = [path.read_text(encoding="utf-8") for path in Path(orbit_domain.__path__[0]).rglob("*.py")]
    words = {word for source in sources for word in _LOGGED.findall(source)}
    assert {"delete_account", "book_record", "reset_chain", "add_plan"} <= words
    assert not [word for word in sorted(words) if "<code>" in action_name(word, Translator(language))]


def test_screens_need_no_aiogram() -> None:
    """Screens are data: making one doesn't load the bot framework, which takes seconds and much memory."""
    code = (
        "import sys, orbit_adapters.telegram.notices, orbit_adapters.telegram.refusals, "
        "orbit_adapters.telegram.screens.payment, orbit_adapters.telegram.screens.connect; "
        "sys.exit('aiogram' in sys.modules)"
    )
    finished = subprocess.run([sys.executable, "-c", code], check=False, env={"PYTHONPATH": ":".join(sys.path)})
    assert finished.returncode == 0


def _below(kind: type) -> Iterator[type]:
    for child in kind.__subclasses__():
        if child.__module__.startswith("orbit_domain"):
            yield child
        yield from _below(child)
