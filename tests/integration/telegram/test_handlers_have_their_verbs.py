"""A handler whose verb nobody provides would fail at a customer's tap; it fails here instead."""

import importlib
import inspect
import pkgutil
from typing import Annotated, get_args, get_origin, get_type_hints

from orbit_entry.bot import errors, handlers
from orbit_entry.wiring.container import UseCasesProvider


def test_every_verb_that_a_handler_asks_for_is_in_the_container() -> None:
    """Whatever `FromDishka[...]` names in a handler, the running shop provides."""
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
    provided = {factory.provides.type_hint for factory in UseCasesProvider().factories}
    assert wanted
    assert wanted <= provided, (
        f"add to orbit_entry.wiring.container.Verbs: {[one.__name__ for one in wanted - provided]}"
    )
