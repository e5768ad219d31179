"""The tables of cases, and of the chats of the staff."""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Table

from orbit_adapters.sql.columns import metadata, one_of, required
from orbit_adapters.sql.types import Document, Identity, StorableText, UtcDateTime
from orbit_domain.shop_chat.shop_chat import Purpose
from orbit_domain.support.case import CaseState, CaseSubject

shop_chats = Table(
    "shop_chats",
    metadata,
    required("purpose", StorableText, primary_key=True),
    required("chat_id", BigInteger),
    Column("thread_id", BigInteger),
    required("title", StorableText),
    required("is_forum", Boolean(create_constraint=False)),
    required("set_by", BigInteger),
    required("set_at", UtcDateTime),
    required("told_until", UtcDateTime),
    Column("lost_at", UtcDateTime),
    required("muted", Document),
    one_of("purpose", Purpose),
)

support_cases = Table(
    "support_cases",
    metadata,
    required("id", Identity, primary_key=True),
    required("tg_id", BigInteger, ForeignKey("users.tg_id")),
    required("subject", StorableText),
    required("state", StorableText),
    required("opened_at", UtcDateTime),
    required("last_at", UtcDateTime),
    Column("waiting_since", UtcDateTime),
    Column("topic_chat_id", BigInteger),
    Column("topic_id", BigInteger),
    one_of("subject", CaseSubject),
    one_of("state", CaseState),
)

support_messages = Table(
    "support_messages",
    metadata,
    required("id", Identity, primary_key=True),
    required("case_id", Identity, ForeignKey("support_cases.id")),
    # Who of the staff wrote; NULL: the customer.
    Column("staff_id", BigInteger),
    required("text", StorableText),
    required("at", UtcDateTime),
)

support_posts = Table(
    "support_posts",
    metadata,
    required("chat_id", BigInteger, primary_key=True, autoincrement=False),
    required("message_id", BigInteger, primary_key=True, autoincrement=False),
    required("case_id", Identity, ForeignKey("support_cases.id")),
)
