"""Settings under a name that was replaced. They go on working, and `.env.example` doesn't list them."""

from typing import Any

from pydantic import Field
from pydantic.fields import FieldInfo

_OLDER = "older name of"


def older_name(variable: str, *, of: str) -> Any:
    """A field for *variable*, the older name of the setting *of*."""
    return Field(
        None,
        validation_alias=variable,
        description=f"The older name of {of}.",
        json_schema_extra={_OLDER: of},
    )


def is_older(field: FieldInfo) -> bool:
    """Whether *field* was made by `older_name`."""
    return isinstance(field.json_schema_extra, dict) and _OLDER in field.json_schema_extra


def newer_name(field: FieldInfo) -> str | None:
    """The name that replaced that of *field*; None: it wasn't made by `older_name`."""
    return (
        str(field.json_schema_extra[_OLDER]) if isinstance(field.json_schema_extra, dict) and is_older(field) else None
    )
