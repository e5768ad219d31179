"""The fields of a panel's connection, as the owner types them, and its secrets, which nobody types into a command."""

import json
import sys
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

import typer
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo

from orbit_entry.config.secret_files import read_secret_file
from orbit_entry.runtime.failures import CannotStart

_STANDARD_INPUT = "-"


def typed_fields(model: type[BaseModel], typed: Iterable[str]) -> dict[str, Any]:
    """The values of `FIELD=VALUE`; an empty one is None. Raises BadParameter for unknown fields and for secrets."""
    found: dict[str, Any] = {}
    for one in typed:
        name, equals, value = one.partition("=")
        if not equals or name not in model.model_fields:
            known = ", ".join(model.model_fields)
            raise typer.BadParameter(f"{_shown(name)} isn't a field: {known}, each as FIELD=VALUE", param_hint="FIELD")
        if is_secret(model.model_fields[name]):
            # Every user of this machine may read the arguments of a command while it runs, and a shell remembers them.
            raise typer.BadParameter(f"{name} is secret: leave it out, or use --secret {name}=FILE", param_hint="FIELD")
        if not value.isprintable():
            raise typer.BadParameter(f"{name} has characters that can't be shown", param_hint="FIELD")
        found[name] = _parsed(name, value)
    return found


def given_secrets(model: type[BaseModel], typed: Iterable[str]) -> dict[str, str]:
    """The secrets of `FIELD=FILE`, `FIELD=-` (the standard input) and `FIELD` (asked for). Raises BadParameter."""
    found = {}
    for one in typed:
        name, equals, file = one.partition("=")
        field = model.model_fields.get(name)
        if field is None or not is_secret(field):
            secrets = ", ".join(secret_fields(model)) or "there is none"
            raise typer.BadParameter(f"{_shown(name)} isn't a secret field: {secrets}", param_hint="--secret")
        found[name] = _from_file(name, file) if equals else asked(name)
    return found


def asked(name: str) -> str:
    """A secret that is typed at the terminal, unseen. Raises CannotStart when nobody is there."""
    if not sys.stdin.isatty():
        raise CannotStart(f"The secret {name} is missing.", f"name a file that holds it: --secret {name}=FILE")
    return str(typer.prompt(name, hide_input=True, err=True))


def secret_fields(model: type[BaseModel]) -> tuple[str, ...]:
    """The names of the secret fields of *model*."""
    return tuple(name for name, field in model.model_fields.items() if is_secret(field))


def is_secret(field: FieldInfo) -> bool:
    """Whether the field holds a secret, or may."""
    return SecretStr in (field.annotation, *get_args(field.annotation))


def missing_secrets(model: type[BaseModel], values: Mapping[str, Any]) -> tuple[str, ...]:
    """The secrets that still have to be asked for. Raises BadParameter when anything else is wrong or missing."""
    missing = tuple(name for name in secret_fields(model) if model.model_fields[name].is_required())
    missing = tuple(name for name in missing if name not in values)
    _validated(model, values, missing)
    return missing


def connection_of(model: type[BaseModel], values: Mapping[str, Any]) -> BaseModel:
    """*values* as a connection. Raises BadParameter, which names each field that is wrong, and no value."""
    connection = _validated(model, values)
    if connection is None:
        raise RuntimeError("nothing was left out, so nothing can be missing")
    return connection


def _validated(model: type[BaseModel], values: Mapping[str, Any], left_out: Collection[str] = ()) -> BaseModel | None:
    """*values* as a connection; None when nothing is wrong but what was *left_out*. Raises BadParameter."""
    try:
        return model.model_validate({name: value for name, value in values.items() if value is not None})
    except ValidationError as error:
        errors = error.errors(include_input=False, include_context=False)
    wrong = [
        f"{'.'.join(map(str, one['loc']))} {_what(one['type'], one['msg'])}{_about(model, one['loc'])}"
        for one in errors
        if one["loc"][:1] not in [(name,) for name in left_out]
    ]
    if wrong:
        raise typer.BadParameter("; ".join(wrong), param_hint="FIELD=VALUE")
    return None


def _what(kind: str, message: str) -> str:
    return "is missing" if kind == "missing" else f"isn't right: {message.removeprefix('Value error, ')}"


def _about(model: type[BaseModel], place: tuple[int | str, ...]) -> str:
    field = model.model_fields.get(str(place[0])) if place else None
    if field is None or not field.description:
        return ""
    example = f", for example {field.examples[0]}" if field.examples else ""
    return f" ({field.description.rstrip('.')}{example})"


def _parsed(name: str, value: str) -> Any:
    if not value.startswith(("{", "[")):
        return value or None
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise typer.BadParameter(f"{name} isn't JSON", param_hint="FIELD") from None


def _from_file(name: str, file: str) -> str:
    if file == _STANDARD_INPUT:
        secret: str | None = sys.stdin.readline().rstrip("\r\n")
    else:
        secret = read_secret_file(Path(file))
    if not secret:
        raise typer.BadParameter(f"the file of {name} can't be read, or is empty", param_hint="--secret")
    return secret


def _shown(name: str) -> str:
    """A name that isn't one may be a secret that was typed at the wrong place."""
    return repr(name) if name.isidentifier() and len(name) <= 32 else "what was given"
