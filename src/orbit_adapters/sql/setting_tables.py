"""The table of settings that were changed at run time."""

from sqlalchemy import Table

from orbit_adapters.sql.columns import metadata, required
from orbit_adapters.sql.types import StorableText, UtcDateTime

settings = Table(
    "settings",
    metadata,
    required("name", StorableText, primary_key=True),
    required("value", StorableText),
    required("changed_at", UtcDateTime),
    required("changed_by", StorableText),
)
