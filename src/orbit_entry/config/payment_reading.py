"""Reads the settings of the ways to pay."""

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from orbit_adapters.payment_plugin.plugin import PaymentPlugin
from orbit_entry.config.bad_settings import Problem
from orbit_entry.config.payment_methods import ConfiguredPlugin
from orbit_entry.config.plugins import plugin_variables
from orbit_entry.config.problems import installed_ways, problems_of, remedy_of
from orbit_entry.config.secret_files import read_secret_file

_SHOWN = "ORBIT_PAYMENT_METHODS"
_NAME = re.compile(r"[a-z0-9_]{1,40}", re.ASCII)


def with_secret_files(given: Mapping[str, str]) -> dict[str, str]:
    """*given*, with the secrets of ways to pay that files hold. A variable of the environment goes before its file."""
    found = dict(given)
    for plugin in installed_ways():
        for name in plugin_variables(plugin):
            path = given.get(f"{name}_FILE")
            secret = read_secret_file(Path(path)) if path and name not in os.environ else None
            if secret is not None:
                found[name] = secret
    return found


def read_plugins(given: Mapping[str, Any]) -> tuple[tuple[ConfiguredPlugin, ...], list[Problem]]:
    """Every way to pay of which a variable is given or that is to be shown, and what is wrong with them."""
    wanted = str(given.get(_SHOWN, "")).replace(" ", "").split(",")
    read: list[ConfiguredPlugin] = []
    problems = _not_installed(wanted)
    for plugin in installed_ways():
        values = {name: given[name] for name in plugin_variables(plugin) if name in given}
        if values or set(wanted).intersection(plugin.methods):
            try:
                one = ConfiguredPlugin(plugin, plugin.settings.model_validate(values))
            except ValidationError as error:
                problems += problems_of(error, plugin.settings)
            else:
                read.append(one)
                problems += _switched_off(one, wanted)
    if not read and not problems:
        problems.append(_nothing(installed_ways()[0]))
    return tuple(read), problems


def settings_of_other_packages(given: Mapping[str, str]) -> dict[str, str]:
    """The settings in *given* of ways to pay that aren't Orbit's own: they can be tried in the sandbox."""
    others = (one for one in installed_ways() if not one.settings.__module__.startswith("orbit_adapters."))
    names = {name for plugin in others for name in plugin_variables(plugin)}
    return {name: value for name, value in with_secret_files(given).items() if name in names}


def _not_installed(wanted: Iterable[str]) -> list[Problem]:
    """The names to be shown that no installed package has. What is no name at all is said of the list."""
    installed = [method for plugin in installed_ways() for method in plugin.methods]
    unknown = [name for name in wanted if name not in installed and _NAME.fullmatch(name)]
    if not unknown:
        return []
    return [Problem(_SHOWN, f"names what isn't installed: {', '.join(unknown)}", f"Installed: {', '.join(installed)}.")]


def _switched_off(one: ConfiguredPlugin, wanted: Iterable[str]) -> list[Problem]:
    """The names to be shown that this way to pay could have, and hasn't with these settings."""
    off = [method for method in one.plugin.methods if method in wanted and not one.plugin.is_on(one.settings, method)]
    return [Problem(_SHOWN, f"names {method}, which isn't switched on", "See .env.example.") for method in off]


def _nothing(plugin: PaymentPlugin[Any]) -> Problem:
    variable = next(name for name, field in plugin_variables(plugin).items() if field.is_required())
    return Problem(variable, "is missing: there is no other way to pay either", remedy_of(variable))
