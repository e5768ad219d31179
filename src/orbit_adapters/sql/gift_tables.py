"""The table of gifts. Who pays and who has taken one is in `orders`."""

from sqlalchemy import ForeignKey, Table, text

from orbit_adapters.sql.columns import metadata, required
from orbit_adapters.sql.types import Identity, StorableText, UtcDateTime

gifts = Table(
    "gifts",
    metadata,
    required("order_id", Identity, ForeignKey("orders.id"), primary_key=True),
    required("code_hash", StorableText, unique=True),
    required("sealed_code", StorableText),
    required("giver_name", StorableText),
    required("created_at", UtcDateTime),
    required("message", StorableText, server_default=text("''")),
    required("taker_name", StorableText, server_default=text("''")),
)
