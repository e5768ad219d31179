"""What is wrong with the settings: each problem with its remedy and without the value."""

from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from orbit_adapters.payment_plugin.plugin import PaymentPlugin
from orbit_entry.config.bad_settings import BadSettings, Problem
from orbit_entry.config.older_names import is_older
from orbit_entry.config.plugins import UnusablePlugin, installed_plugins, plugin_variables
from orbit_entry.config.settings import Settings


def variables() -> dict[str, FieldInfo]:
    """Return every variable the shop knows, with its field. Raises BadSettings for a package that can't be used."""
    known = {str(field.validation_alias): field for field in Settings.model_fields.values()}
    for plugin in installed_ways():
        known |= plugin_variables(plugin)
    return known


def installed_ways() -> tuple[PaymentPlugin[Any], ...]:
    """Every installed way to pay. Raises BadSettings for a package that can't be used."""
    try:
        return installed_plugins()
    except UnusablePlugin as error:
        remedy = "Reinstall its package for this version of Orbit, or remove it."
        raise BadSettings((Problem(f"payment gateway {error.name!r}", error.why, remedy),)) from error


def problems_of(error: ValidationError, model: type[BaseModel] = Settings) -> list[Problem]:
    """One problem for each setting of *model* that *error* names."""
    return [_problem(detail, model) for detail in error.errors(include_input=False)]


def _problem(detail: ErrorDetails, model: type[BaseModel]) -> Problem:
    if not detail["loc"]:
        variable, _, what = detail["msg"].removeprefix("Value error, ").partition(": ")
    else:
        variable = _variable(str(detail["loc"][0]), model)
        what = "is missing" if detail["type"] == "missing" else detail["msg"].removeprefix("Value error, ")
    return Problem(variable, what, remedy_of(variable))


def _variable(name: str, model: type[BaseModel]) -> str:
    """Return the variable behind *name*: an invalid default is reported under the field's own name."""
    field = model.model_fields.get(name)
    return str(field.validation_alias) if field else name


def remedy_of(variable: str) -> str:
    """What to do about *variable*."""
    field = variables().get(variable)
    if field is not None and is_older(field):
        return f"{field.description} See .env.example."
    if field is None or not field.examples:
        return "See .env.example."
    return f"{field.description} Example: {variable}={field.examples[0]}"
