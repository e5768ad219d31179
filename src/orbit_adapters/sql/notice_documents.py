"""Notices as JSON documents, and back."""

from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from orbit_domain.notice.notice import Notice

_notices: TypeAdapter[Notice] = TypeAdapter(Annotated[Notice, Field(discriminator="kind")])


class UnknownNotice(ValueError):
    """A stored notice that this version can't read: a newer one wrote it, or somebody edited it."""


def notice_document(notice: Notice) -> dict[str, Any]:
    """*notice* as JSON values."""
    document: dict[str, Any] = _notices.dump_python(notice, mode="json")
    return document


def notice_from(document: object) -> Notice:
    """What `notice_document` made. Raises UnknownNotice, which names no value of the document."""
    try:
        return _notices.validate_python(document)
    except ValidationError as error:
        kinds = sorted({detail["type"] for detail in error.errors(include_input=False, include_url=False)})
        raise UnknownNotice(f"this version can't read the notice: {', '.join(kinds)}") from None
