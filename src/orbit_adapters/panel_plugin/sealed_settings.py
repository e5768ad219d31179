"""Settings of a panel as a document: every secret in it is sealed, everything else is plain.

A secret is bound to its panel, its field, and all that is plain: whoever writes another address into the database
gets no password sent there.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_core import to_jsonable_python

from orbit_domain.access.panel_connection import ConnectionDocument
from orbit_domain.ids import PanelId

_SEALED = "sealed"

S = TypeVar("S", bound=BaseModel)


class UnreadableConnection(Exception):
    """A stored connection doesn't fit its family any more. The message names fields and no value."""


class Seal(Protocol):
    """What seals and opens: `orbit_adapters.secret_box.secret_box.SecretBox`."""

    def seal(self, plain: bytes, purpose: str) -> str:
        """*plain*, sealed for *purpose*."""

    def open(self, sealed: str, purpose: str) -> bytes:
        """What was sealed for *purpose*."""


def document_of(settings: BaseModel, panel_id: PanelId, seal: Seal) -> dict[str, Any]:
    """What is stored of *settings*: what was given, without defaults, which may change with a version."""
    given = settings.model_dump(exclude_unset=True)
    plain = _walked(given, "", lambda secret, _: {_SEALED: ""} if isinstance(secret, SecretStr) else None)
    return _sealed(given, _purpose(plain, panel_id), seal)


def settings_of(model: type[S], document: ConnectionDocument, panel_id: PanelId, seal: Seal) -> S:
    """The settings that were stored. Raises UnreadableConnection, and what *seal* raises when it opens."""
    try:
        return model.model_validate(_opened(document, panel_id, seal, str))
    except ValidationError as error:
        fields = sorted({".".join(map(str, one["loc"])) for one in error.errors(include_input=False)})
    # Raised outside of `except`: the error quotes what was stored.
    raise UnreadableConnection(f"its connection doesn't fit: {', '.join(fields)}")


def sealed_anew(document: ConnectionDocument, panel_id: PanelId, seal: Seal) -> dict[str, Any]:
    """*document* with every secret sealed again. Raises what *seal* raises when it opens."""
    secrets = _opened(document, panel_id, seal, SecretStr)
    return _sealed(secrets, _purpose(document, panel_id), seal)


def shown_document(document: ConnectionDocument) -> dict[str, Any]:
    """*document* for people: of each secret, only that it is sealed."""
    shown: dict[str, Any] = _walked(document, "", lambda value, _: None if _text(value) is None else "(sealed)")
    return shown


def sealed_texts(document: object) -> Iterator[str]:
    """Every sealed text of *document*."""
    text = _text(document)
    if text is not None:
        yield text
    elif isinstance(document, Mapping):
        for value in document.values():
            yield from sealed_texts(value)
    elif isinstance(document, list | tuple):
        for value in document:
            yield from sealed_texts(value)


def _sealed(given: Mapping[str, Any], purpose: str, seal: Seal) -> dict[str, Any]:
    def change(value: object, path: str) -> object | None:
        if not isinstance(value, SecretStr):
            return None
        return {_SEALED: seal.seal(value.get_secret_value().encode(), purpose + path)}

    document: dict[str, Any] = _walked(given, "", change)
    return document


def _opened(document: ConnectionDocument, panel_id: PanelId, seal: Seal, kind: Callable[[str], Any]) -> dict[str, Any]:
    """*document* with each secret as a *kind*."""
    purpose = _purpose(document, panel_id)

    def change(value: object, path: str) -> object | None:
        text = _text(value)
        return None if text is None else kind(seal.open(text, purpose + path).decode())

    opened: dict[str, Any] = _walked(document, "", change)
    return opened


def _purpose(document: ConnectionDocument, panel_id: PanelId) -> str:
    """What the secrets of *document* are bound to; where one stands counts, what it is doesn't."""
    plain = _walked(document, "", lambda value, _: None if _text(value) is None else {_SEALED: ""})
    digest = hashlib.sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()
    return f"panel:{panel_id}:{digest}"


def _walked(value: Any, path: str, change: Callable[[object, str], object | None]) -> Any:
    """*value* as JSON, where *change* may put something else, by the value and its path; None leaves it."""
    changed = change(value, path)
    if changed is not None:
        return changed
    if isinstance(value, Mapping):
        return {str(name): _walked(one, f"{path}.{name}", change) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_walked(one, f"{path}.{index}", change) for index, one in enumerate(value)]
    return value if isinstance(value, SecretStr) else to_jsonable_python(value)


def _text(value: object) -> str | None:
    """The sealed text that *value* is; None for anything else."""
    if isinstance(value, Mapping) and value.keys() == {_SEALED} and isinstance(value[_SEALED], str):
        return str(value[_SEALED])
    return None
