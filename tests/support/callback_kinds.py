"""Every kind of button that the shop has, whichever module it is in."""

import pkgutil
from importlib import import_module
from types import ModuleType

from orbit_adapters import telegram
from orbit_adapters.telegram.callback_data import Callback


def _modules() -> list[ModuleType]:
    names = (found.name for found in pkgutil.iter_modules(telegram.__path__) if found.name.endswith("callbacks"))
    return [import_module(f"{telegram.__name__}.{name}") for name in sorted(names)]


CALLBACK_KINDS: tuple[type[Callback], ...] = tuple(
    kind
    for module in _modules()
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Callback) and kind.__module__ == module.__name__
)
