"""The ways to pay that the owner has set up, and the order in which customers see them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self, TypeVar

from pydantic import BaseModel, Field, PrivateAttr, field_validator

from orbit_adapters.payment_plugin.plugin import PaymentPlugin
from orbit_domain.payment.payment import Method

S = TypeVar("S", bound=BaseModel)
_METHODS = re.compile(r"[a-z0-9_]{1,40}(,[a-z0-9_]{1,40})*", re.ASCII)


@dataclass(frozen=True, slots=True)
class ConfiguredPlugin:
    """A way to pay with the owner's settings of it."""

    plugin: PaymentPlugin[Any]
    settings: BaseModel


class PaymentFields(BaseModel):
    """Which ways to pay customers see. A way that has settings and isn't shown is read on: money may still arrive."""

    payment_methods: str | None = Field(
        None,
        validation_alias="ORBIT_PAYMENT_METHODS",
        description="The ways to pay that customers see, in this order. Without it: all that are set up below.",
        examples=["ton,stars"],
    )
    _plugins: tuple[ConfiguredPlugin, ...] = PrivateAttr(())

    @field_validator("payment_methods")
    @classmethod
    def _is_a_list(cls, methods: str | None) -> str | None:
        if not methods:
            return None
        plain = methods.replace(" ", "")
        if _METHODS.fullmatch(plain) is None or len(set(plain.split(","))) < len(plain.split(",")):
            raise ValueError("isn't a list of different names with commas between them")
        return plain

    def with_plugins(self, plugins: tuple[ConfiguredPlugin, ...]) -> Self:
        """The same settings with the ways to pay that are set up."""
        copy = self.model_copy()
        copy._plugins = plugins
        return copy

    @property
    def plugins(self) -> tuple[ConfiguredPlugin, ...]:
        """Every way to pay that is set up."""
        return self._plugins

    @property
    def shown_methods(self) -> tuple[Method, ...]:
        """The methods that customers see, in order."""
        if self.payment_methods is not None:
            return tuple(Method(name) for name in self.payment_methods.split(","))
        return tuple(
            method for one in self._plugins for method in one.plugin.methods if one.plugin.is_on(one.settings, method)
        )

    def of(self, kind: type[S]) -> S | None:
        """The settings of the way to pay whose settings are a *kind*; None: it isn't set up."""
        return next(self._of(kind), None)

    def _of(self, kind: type[S]) -> Iterator[S]:
        return (one.settings for one in self._plugins if isinstance(one.settings, kind))
