"""A handler whose use case isn't provided fails here and not at a customer's tap."""

import importlib
import inspect
import pkgutil
from typing import Annotated, get_args, get_origin, get_type_hints

from orbit_entry.bot import errors, handlers
from orbit_entry.wiring.use_cases import AREAS


def test_the_container_provides_every_use_case_of_the_handlers() -> None:
    """The container provides every `FromDishka[...]` of a handler."""
    modules = [
        importlib.import_module(f"{handlers.__name__}.{one.name}") for one in pkgutil.iter_modules(handlers.__path__)
    ]
    wanted = {
        get_args(hint)[0]
        for module in (*modules, errors)
        for _, function in inspect.getmembers(module, inspect.iscoroutinefunction)
        for hint in get_type_hints(function, include_extras=True).values()
        if get_origin(hint) is Annotated
    }
    provided = {factory.provides.type_hint for area in AREAS for factory in area().factories}
    assert wanted
    assert wanted <= provided, (
        f"not provided: {[one.__name__ for one in wanted - provided]}. "
        "Remedy: add it to the provider of its area in orbit_entry/wiring"
    )
