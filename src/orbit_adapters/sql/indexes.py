"""The indexes, and the conditions of the partial ones.

A query that needs a partial index repeats its condition word for word, with literals instead of
parameters: neither planner uses the values of parameters.
"""

from sqlalchemy import ColumnElement, Index, and_, false, func, literal_column, or_, true

from orbit_adapters.sql import (  # noqa: F401 - their keys are their indexes
    broadcast_tables,
    gift_tables,
    link_tables,
    promo_tables,
    setting_tables,
)
from orbit_adapters.sql.columns import metadata
from orbit_adapters.sql.referral_tables import referrals
from orbit_adapters.sql.source_tables import payouts, receipt_claims, source_records
from orbit_adapters.sql.support_tables import support_cases, support_messages
from orbit_adapters.sql.tables import (
    audit,
    configs,
    grants,
    inbox,
    ledger_postings,
    orders,
    outbox,
    payments,
    payments_due,
    placements,
    receipts,
    users,
)


def _partial(
    name: str,
    *columns: ColumnElement[object],
    where: ColumnElement[bool],
    unique: bool = False,
    included: tuple[str, ...] = (),
) -> Index:
    """*included* columns are stored in PostgreSQL's index (INCLUDE); SQLite can't do that."""
    return Index(name, *columns, unique=unique, sqlite_where=where, postgresql_where=where, postgresql_include=included)


IS_CONFIRMED = payments.c.status == literal_column("'confirmed'")
HAS_EXTERNAL_ID = and_(payments.c.external_id.is_not(None), payments.c.source != literal_column("''"))
IS_PENDING = payments.c.status == literal_column("'pending'")
IS_UNFINISHED = orders.c.state.in_([literal_column("'open'"), literal_column("'paid'")])
IS_PAID = orders.c.state == literal_column("'paid'")
IS_BOUGHT = and_(
    orders.c.state.in_([literal_column("'paid'"), literal_column("'delivered'")]), orders.c.price > literal_column("0")
)
HAD_TRIAL = users.c.trial_used_at.is_not(None)
IS_TAKEN = orders.c.taken_by.is_not(None)
IS_ALIVE = configs.c.deleted == false()
IS_HOME = placements.c.state == literal_column("'home'")
IS_HELD = placements.c.state != literal_column("'gone'")
IS_UNCONFIRMED = placements.c.desired > placements.c.applied
IS_DUE_WORK = and_(IS_HELD, or_(IS_UNCONFIRMED, placements.c.state == literal_column("'removing'")))
IS_DUE_HOME = and_(IS_HOME, IS_UNCONFIRMED)
IS_UNDELIVERED = and_(outbox.c.done_at.is_(None), outbox.c.dead_at.is_(None))
IS_SENT = outbox.c.done_at.is_not(None)
IS_DEAD = outbox.c.dead_at.is_not(None)
HAS_RAW = source_records.c.raw != literal_column("''")
HAS_PAYLOAD = inbox.c.payload != literal_column("''")
HAS_LINKS_LEFT = and_(
    placements.c.state.in_([literal_column("'leaving'"), literal_column("'removing'")]),
    placements.c.subscription_url.is_not(None),
)
IS_UNASSIGNED = receipts.c.tg_id.is_(None)
IS_REVERSAL = source_records.c.reverses_id.is_not(None)
HAS_CARD = payments.c.card.is_not(None)
HAS_WISH = payments.c.recurrence_wish.is_not(None)
IS_CHARGE = payments.c.card.in_([literal_column("'charge'"), literal_column("'failed'")])
IS_LIVE_PAYOUT = payouts.c.state.in_([literal_column("'waiting'"), literal_column("'sent'")])
IS_DUE_REFERRAL = referrals.c.state.in_([literal_column("'due'"), literal_column("'return_due'")])
RENEWS = users.c.auto_renew == true()
IS_STAFF = users.c.role != literal_column("'customer'")
IS_OPEN_CLAIM = receipt_claims.c.state == literal_column("'open'")
IS_OPEN_CASE = support_cases.c.state == literal_column("'open'")
IS_LIVE_CASE = support_cases.c.state != literal_column("'closed'")

# A sender's comment may be of any length, and PostgreSQL refuses to index more than 2.7 kB: long comments
# aren't indexed, because no memo is that long.
_SHORT_COMMENT = func.length(source_records.c.comment) <= literal_column("64")

# The same names and meanings as in OrbitVPN.
_partial(
    "idx_users_subscription_end",
    users.c.subscription_end,
    where=users.c.subscription_end.is_not(None),
    included=("plan_code",),
)
_partial("idx_users_remind_at", users.c.remind_at, users.c.tg_id, where=users.c.remind_at.is_not(None))
_partial("idx_users_renewing", users.c.subscription_end, users.c.tg_id, where=RENEWS)
Index("idx_users_created_at", users.c.created_at)
_partial("idx_users_referrer", users.c.referrer_id, where=users.c.referrer_id.is_not(None))
Index("idx_payments_status_method", payments.c.status, payments.c.method)
_partial("idx_payments_confirmed_at", payments.c.confirmed_at, where=IS_CONFIRMED, included=("method", "amount"))
_partial("idx_payments_tx_hash", payments.c.tx_hash, where=payments.c.tx_hash.is_not(None))
_partial("idx_payments_comment", payments.c.comment, where=payments.c.comment.is_not(None), unique=True)
_partial("idx_payments_unique_pending", payments.c.tg_id, payments.c.method, where=IS_PENDING, unique=True)
# However many taps and replicas there are, a button makes one key.
_partial("idx_configs_nonce", configs.c.tg_id, configs.c.nonce, where=configs.c.nonce.is_not(None), unique=True)
# What a journal of requests asks for every few seconds.
Index("idx_configs_created_at", configs.c.created_at)
Index("idx_subscription_links_issued_at", link_tables.subscription_links.c.issued_at)
Index("idx_configs_tg_id_deleted", configs.c.tg_id, configs.c.deleted)
# OrbitVPN's unique index on (panel, username) of configs: the panel holds one account of a name.
_partial("idx_placements_username", placements.c.panel_id, placements.c.username, where=IS_HELD, unique=True)
_partial("idx_ton_tx_comment_amount", source_records.c.comment, source_records.c.units, where=_SHORT_COMMENT)

# Orbit's own.
_partial("idx_orders_open", orders.c.tg_id, where=IS_UNFINISHED)
_partial("idx_orders_waiting", orders.c.state, orders.c.paid_at, where=IS_PAID)
_partial("idx_orders_paid_at", orders.c.paid_at, where=orders.c.paid_at.is_not(None))
# In the order of the claims: what is to be done on a panel, homes by their panel, and homes that were refused.
_AGE = (placements.c.next_attempt_at, placements.c.key_id, placements.c.number)
_partial("idx_placements_due", placements.c.panel_id, *_AGE, where=IS_DUE_WORK)
_partial("idx_placements_due_homes", placements.c.panel_id, *_AGE, where=IS_DUE_HOME)
_partial("idx_placements_refused", *_AGE, where=and_(IS_DUE_HOME, placements.c.is_refused == true()))
_partial("idx_placements_confirmed_at", placements.c.confirmed_at, where=placements.c.confirmed_at.is_not(None))
_partial("idx_placements_rebalanced_at", placements.c.rebalanced_at, where=placements.c.rebalanced_at.is_not(None))
_partial("idx_placements_home", placements.c.key_id, where=IS_HOME, unique=True)
_partial("idx_outbox_due", outbox.c.priority, outbox.c.id, outbox.c.not_before, where=IS_UNDELIVERED)
_partial("idx_outbox_person", outbox.c.tg_id, outbox.c.priority, outbox.c.id, where=IS_UNDELIVERED)
Index("idx_postings_account", ledger_postings.c.account)
Index("idx_users_search", users.c.username_folded)
_partial("idx_users_staff", users.c.tg_id, where=IS_STAFF)

# For the lists of one user, one order, one payment, and for the periodic jobs.
Index("idx_orders_user", orders.c.tg_id)
_partial("idx_orders_taken", orders.c.taken_by, where=IS_TAKEN)
_partial("idx_orders_unfinished", orders.c.created_at, where=IS_UNFINISHED)
Index("idx_payments_user", payments.c.tg_id, payments.c.created_at)
Index("idx_payments_created_at", payments.c.created_at)
_partial("idx_payments_external_id", payments.c.method, payments.c.external_id, where=HAS_EXTERNAL_ID, unique=True)
_partial("idx_payments_overdue", payments.c.source, payments.c.expires_at, where=IS_PENDING)
_partial("idx_payments_order", payments.c.order_id, where=payments.c.order_id.is_not(None))
_partial("idx_payments_card", payments.c.card, payments.c.status, where=HAS_CARD)
_partial("idx_payments_card_user", payments.c.tg_id, payments.c.card, where=HAS_CARD)
_partial("idx_payments_wish", payments.c.created_at, payments.c.id, where=HAS_WISH)
# However many workers there are, an order is charged to a card once.
_partial("idx_payments_charge", payments.c.order_id, where=IS_CHARGE, unique=True)
_partial("idx_receipts_payment", receipts.c.payment_id, where=receipts.c.payment_id.is_not(None))
_partial("idx_receipts_user", receipts.c.tg_id, where=receipts.c.tg_id.is_not(None))
_partial("idx_receipts_nobodys", receipts.c.occurred_at, where=IS_UNASSIGNED)
_partial("idx_payouts_live", payouts.c.payment_id, where=IS_LIVE_PAYOUT, unique=True)
Index("idx_payouts_comment", payouts.c.comment)
_partial("idx_receipt_claims_open", receipt_claims.c.source, receipt_claims.c.name, where=IS_OPEN_CLAIM)
_partial("idx_receipt_claims_user", receipt_claims.c.tg_id, where=IS_OPEN_CLAIM)
_partial("idx_receipt_claims_receipt", receipt_claims.c.source, receipt_claims.c.external_id, where=IS_OPEN_CLAIM)
Index("idx_payments_due", payments_due.c.not_before)
Index("idx_inbox_received_at", inbox.c.received_at)
Index("idx_source_records_time", source_records.c.source, source_records.c.occurred_at, source_records.c.external_id)
_partial(
    "idx_source_records_reverses", source_records.c.reverses_source, source_records.c.reverses_id, where=IS_REVERSAL
)
_partial("idx_referrals_due", referrals.c.at, referrals.c.invited_id, where=IS_DUE_REFERRAL)
Index("idx_referrals_inviter", referrals.c.inviter_id)
Index("idx_grants_user", grants.c.tg_id)
Index("idx_outbox_user", outbox.c.tg_id)
Index("idx_audit_subject", audit.c.subject, audit.c.at)
Index("idx_audit_at", audit.c.at, audit.c.id)

# However often a customer taps, there is one live case of theirs.
_partial("idx_support_cases_live", support_cases.c.tg_id, where=IS_LIVE_CASE, unique=True)
Index("idx_support_cases_user", support_cases.c.tg_id, support_cases.c.opened_at)
_partial("idx_support_cases_open", support_cases.c.waiting_since, where=IS_OPEN_CASE)
Index("idx_support_messages_case", support_messages.c.case_id, support_messages.c.at)

# By age, what nothing needs any more: what is forgotten already isn't in them.
_partial("idx_outbox_done_at", outbox.c.done_at, outbox.c.id, where=IS_SENT)
_partial("idx_outbox_dead_at", outbox.c.dead_at, outbox.c.id, where=IS_DEAD)
_partial(
    "idx_source_records_raw",
    source_records.c.seen_at,
    source_records.c.source,
    source_records.c.external_id,
    where=HAS_RAW,
)
_partial("idx_inbox_payload", inbox.c.received_at, inbox.c.source, inbox.c.external_id, where=HAS_PAYLOAD)
_partial(
    "idx_placements_links_left",
    placements.c.confirmed_at,
    placements.c.key_id,
    placements.c.number,
    where=HAS_LINKS_LEFT,
)

# Statistics are answered from these indexes alone.
_partial("idx_users_unreachable", users.c.unreachable_at, where=users.c.unreachable_at.is_not(None))
_partial("idx_users_trial_used_at", users.c.trial_used_at, where=HAD_TRIAL)
_partial("idx_orders_bought", orders.c.tg_id, orders.c.paid_at, where=IS_BOUGHT)
_partial("idx_configs_alive", configs.c.id, configs.c.status, configs.c.expires_at, where=IS_ALIVE)
_partial(
    "idx_placements_panel",
    placements.c.panel_id,
    placements.c.key_id,
    placements.c.desired,
    placements.c.applied,
    where=IS_HOME,
)

schema = metadata
"""The tables with their indexes: import the metadata from here."""
