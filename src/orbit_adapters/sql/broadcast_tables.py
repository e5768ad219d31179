"""The table of broadcasts."""

from sqlalchemy import BigInteger, Column, Table

from orbit_adapters.sql.columns import metadata, one_of, required
from orbit_adapters.sql.types import Identity, StorableText, UtcDateTime
from orbit_domain.broadcast.broadcast import BroadcastState, Segment

broadcasts = Table(
    "broadcasts",
    metadata,
    required("id", Identity, primary_key=True),
    required("author", BigInteger),
    required("html", StorableText),
    required("segment", StorableText),
    required("recipients", BigInteger),
    required("created_at", UtcDateTime),
    required("state", StorableText),
    required("queued", BigInteger),
    required("queued_up_to", BigInteger),
    Column("ended_at", UtcDateTime),
    one_of("segment", Segment),
    one_of("state", BroadcastState),
)
