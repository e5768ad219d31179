"""The table of broadcasts."""

from sqlalchemy import BigInteger, Boolean, Column, Table, text

from orbit_adapters.sql.columns import metadata, one_of, required
from orbit_adapters.sql.types import Document, Identity, StorableText, UtcDateTime
from orbit_domain.broadcast.audience import Segment
from orbit_domain.broadcast.broadcast import BroadcastState

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
    Column("language", StorableText),
    Column("plan_code", StorableText),
    required("ended_days", BigInteger, server_default=text("0")),
    required("picture", StorableText, server_default=text("''")),
    required("buttons", Document, server_default=text("'[]'")),
    required("is_previewed", Boolean, server_default=text("true")),
    Column("started_at", UtcDateTime),
    # What became of those of its messages that aren't in the outbox any more.
    required("sent", BigInteger, server_default=text("0")),
    required("lost", BigInteger, server_default=text("0")),
    one_of("segment", Segment),
    one_of("state", BroadcastState),
)
