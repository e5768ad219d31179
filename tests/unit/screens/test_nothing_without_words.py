"""A refusal or notice that is added without words is found here, not by a customer."""

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from typing import get_args

import orbit_domain
from orbit_adapters.telegram.refusals import SHOWN
from orbit_domain.errors import Refusal
from orbit_domain.notice.notice import Notice
from tests.unit.screens.told import NOTICES, REFUSALS


def test_every_refusal_of_the_domain_has_words_of_its_own() -> None:
    """Whatever the shop may say no with, the customer reads why and where to go."""
    for module in pkgutil.walk_packages(orbit_domain.__path__, "orbit_domain."):
        importlib.import_module(module.name)
    speechless = {kind.__name__ for kind in _below(Refusal) if kind not in SHOWN}
    assert not speechless, (
        f"no words for {sorted(speechless)}. Remedy: add a title and a text to texts/*.ftl, a function to "
        "telegram/refusals.py, and an example to tests/unit/screens/told.py"
    )
    unseen = {kind.__name__ for kind in SHOWN} - {type(refusal).__name__ for refusal in REFUSALS.values()}
    assert not unseen, f"no example of {sorted(unseen)} in tests/unit/screens/told.py"


def test_every_notice_has_an_example() -> None:
    """Every kind of notice is rendered and reviewed in every language."""
    unseen = {kind.__name__ for kind in get_args(Notice)} - {type(notice).__name__ for notice in NOTICES.values()}
    assert not unseen, f"no example of {sorted(unseen)} in tests/unit/screens/told.py"


def test_screens_need_no_aiogram() -> None:
    """Screens are data: making one must not cost the seconds and the memory of the bot framework."""
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
