"""aiogram without the validators that no shop asks for (docs/decisions/0057).

When it is imported, aiogram builds a validator for each of its 300 types, most of them with all of `Message` inside:
two seconds of processor time and 110 MB. A shop uses about ten of them. pydantic builds one by itself when it is first
used, if it finds the names in the annotations, so they are put where it looks for them: into the module of each type.
"""

import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from pydantic import BaseModel

_TYPES = "aiogram.types"


def import_aiogram() -> None:
    """Import aiogram, unless somebody has. Its types are the same as ever; each is made ready when it is first used."""
    if "aiogram" in sys.modules:
        return
    names: dict[str, Any] = {}
    build = BaseModel.__dict__["model_rebuild"]

    def build_later(
        cls: type[BaseModel], /, *, _types_namespace: Mapping[str, Any] | None = None, **options: Any
    ) -> bool | None:
        if _types_namespace is None or not cls.__module__.startswith(f"{_TYPES}."):
            return build.__get__(None, cls)(_types_namespace=_types_namespace, **options)  # type: ignore[no-any-return]
        names.update(_types_namespace)
        return None

    BaseModel.model_rebuild = classmethod(build_later)  # type: ignore[assignment]
    try:
        import_module("aiogram")
    finally:
        BaseModel.model_rebuild = build  # type: ignore[method-assign]
    for name, module in list(sys.modules.items()):
        if name.startswith(f"{_TYPES}."):
            for word, meaning in names.items():
                vars(module).setdefault(word, meaning)
