"""The ways to pay that are installed: what stands under the entry points `orbit.payment_gateways`."""

from functools import cache
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pydantic.fields import FieldInfo

from orbit_adapters.payment_plugin.plugin import GROUP, PaymentPlugin


class UnusablePlugin(Exception):
    """An installed package can't be used. `name` is that of its entry point; the message says why, and no value."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"the way to pay {name!r} {why}")
        self.name = name
        self.why = why


@cache
def installed_plugins() -> tuple[PaymentPlugin[Any], ...]:
    """Every installed way to pay, in the order shown unless the owner sets one. Raises UnusablePlugin."""
    found = {point.name: _load(point) for point in sorted(entry_points(group=GROUP), key=lambda one: one.name)}
    owners: dict[str, str] = {}
    for name, plugin in found.items():
        for taken in (*plugin.methods, *plugin_variables(plugin)):
            if owners.setdefault(str(taken), name) != name:
                raise UnusablePlugin(name, f"has {taken}, and so has {owners[str(taken)]!r}")
    return tuple(sorted(found.values(), key=lambda plugin: plugin.rank))


def plugin_variables(plugin: PaymentPlugin[Any]) -> dict[str, FieldInfo]:
    """Every variable of *plugin* that an owner can set, with its field."""
    fields = plugin.settings.model_fields.values()
    return {str(field.validation_alias): field for field in fields if field.validation_alias is not None}


def _load(point: EntryPoint) -> PaymentPlugin[Any]:
    try:
        plugin = point.load()
    except Exception as error:  # whatever a stranger's module raises, the owner must be told which one it was
        raise UnusablePlugin(point.name, f"can't be loaded: {type(error).__name__}") from error
    if not isinstance(plugin, PaymentPlugin):
        raise UnusablePlugin(point.name, "isn't a PaymentPlugin")
    return plugin
