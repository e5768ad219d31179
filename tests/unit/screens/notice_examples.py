"""Every notice, with its values."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from orbit_domain.access.ports import (
    OutcomeUnknown,
    PanelAuthFailed,
    PanelRejected,
    PanelUnavailable,
    PlacementGone,
)
from orbit_domain.backup.backup import BackupProblem
from orbit_domain.backup.copies import CopyProblem
from orbit_domain.ids import ClaimId, PanelId, PayoutId
from orbit_domain.money import USDT
from orbit_domain.notice.adjustment_asked import AdjustmentAsked
from orbit_domain.notice.announcement import Announcement, BroadcastOver
from orbit_domain.notice.backup_notices import ReplayEnded
from orbit_domain.notice.backup_overdue import BackupCopyOverdue, BackupOverdue
from orbit_domain.notice.balance_adjusted import BalanceAdjusted
from orbit_domain.notice.claim_notices import ClaimRejected
from orbit_domain.notice.days_granted import DaysGranted
from orbit_domain.notice.gift_notices import GiftAccepted, GiftTakenBack
from orbit_domain.notice.notice import (
    ArrivedTransfer,
    DeliveryDelayed,
    KeyDelayed,
    KeyReady,
    MoneyCredited,
    MoneyUpdateReceived,
    Notice,
    OrderPaid,
    OrderRefunded,
    PaymentShort,
    PeriodEnding,
    ReceiptClaimed,
    Renewal,
    ScanStopped,
    SettlementFailing,
    UnmatchedMoney,
)
from orbit_domain.notice.payout_notices import (
    PayoutAddressGiven,
    PayoutAddressWanted,
    PayoutProblem,
    PayoutReturned,
    PayoutSent,
)
from orbit_domain.notice.promo_notices import PromoWithdrawn
from orbit_domain.notice.questions import CustomerWrote, MoneySeen, OwnerAnswered, PaymentFacts, PaymentSeen
from orbit_domain.notice.reader_notices import MoneyUnconfirmed, ReaderChanged
from orbit_domain.notice.referral_notices import ReferralReward
from orbit_domain.notice.renewal_notices import (
    CardKept,
    CardNotCharged,
    NotRenewed,
    RecurrenceChanged,
    RenewalAnswered,
)
from orbit_domain.notice.reversal_notices import MoneyReversed, MoneyTakenBack
from orbit_domain.notice.shop_notices import DaySummary, MethodTotal, OrderHappened, ShopChatLost, StaffActed
from orbit_domain.notice.suspicious_transfer import SuspiciousTransfer
from orbit_domain.shop_chat.shop_chat import Purpose
from orbit_domain.subscription.reminders import ReminderKind
from orbit_testing.samples import SEEDED_PLANS
from tests.unit.screens.view_examples import COMMENT, DAY, KEY_ID, NOW, ORDER_ID, PAYMENT_ID, TG_ID, URL

TITLES = dict(SEEDED_PLANS[1].terms.titles)
END = NOW + 30 * DAY
RENEWAL = Renewal("sub_1m", TITLES, 12_900, "5d41402abc4b2a76")
SOURCE = "ton:mainnet:0:455ea72a"
CLAIM_ID = ClaimId(UUID(int=0xD4))
PAYOUT_ID = PayoutId(UUID(int=0xD5))
HASH = "5f" * 32
ARRIVED = ArrivedTransfer(
    f"{SOURCE}|47000001", "ton:native", 1_433_000_000, NOW, "0:" + "AB" * 32, "", 0, 12_900, "sub_1m", TITLES
)

FACTS = PaymentFacts(
    (
        PaymentSeen("ton", "ton:native", 1_433_000_000, "pending", COMMENT, NOW),
        PaymentSeen("yookassa", "RUB", 12_900, "new_state", "", NOW),
    ),
    (MoneySeen("ton:native", 1_430_000_000, "<b>hi</b>", NOW), MoneySeen("ton:native", 1_440_000_000, " ", NOW)),
)
NOTICES: Mapping[str, Notice] = {
    "order_paid": OrderPaid(ORDER_ID, "sub_1m", TITLES, 12_900, 7_150, "ton", END, 12_900),
    "order_paid_in_two_parts": OrderPaid(ORDER_ID, "sub_1m", TITLES, 12_900, 0, "ton", END, 7_900),
    "order_paid_of_an_older_version": OrderPaid(ORDER_ID, "sub_1m", TITLES, 12_900, 7_150, "ton", END),
    "order_paid_from_balance": OrderPaid(ORDER_ID, "sub_1m", TITLES, 12_900, 0, "balance", END, 0),
    "order_paid_that_repeats": OrderPaid(ORDER_ID, "sub_1m", TITLES, 12_900, 0, "stars_monthly", END, 12_900),
    "order_refunded": OrderRefunded(ORDER_ID, "sub_1m", TITLES, 12_900, 20_050, END, is_over=False),
    "order_refunded_whole": OrderRefunded(ORDER_ID, "sub_1m", TITLES, 12_900, 12_900, NOW, is_over=True),
    "balance_adjusted": BalanceAdjusted(CLAIM_ID, 20_050, 27_200, "№ <b>17</b>"),
    "days_granted": DaysGranted(CLAIM_ID, 7, NOW + 19 * DAY, "№ <b>19</b>"),
    "adjustment_asked": AdjustmentAsked(CLAIM_ID, TG_ID, "vera", -150_000, "@vera", "№ <b>17</b>"),
    "balance_adjusted_down": BalanceAdjusted(CLAIM_ID, -5_000, 0, "№ 18"),
    "key_ready": KeyReady(KEY_ID, "Orbit", URL, END, is_new=True),
    "key_ready_linkless": KeyReady(KEY_ID, "Orbit", "", END, is_new=True),
    "key_ready_renewed": KeyReady(KEY_ID, "Orbit", URL, END, is_new=False),
    "settlement_failing": SettlementFailing(PAYMENT_ID, 42, "OverflowError"),
    "settlement_failing_no_rate": SettlementFailing(PAYMENT_ID, 42, "no acceptable rate"),
    **{
        f"backup_overdue_{problem}": BackupOverdue(NOW, problem, "2026-11-22")
        for problem in (*BackupProblem, "new_kind")
    },
    "backup_none": BackupOverdue(None, "", "2026-11-22"),
    "replay_ended": ReplayEnded(NOW, "backup of 2026-11-21T12:00:00+00:00", 0),
    "replay_ended_nameless": ReplayEnded(NOW, "backup of 2026-11-21T12:00:00+00:00", 1, "stars:77"),
    "replay_ended_nameless_many": ReplayEnded(NOW, "backup of 2026-11-21T12:00:00+00:00", 12),
    **{
        f"backup_copy_overdue_{problem}": BackupCopyOverdue("s3", NOW, problem, "2026-11-22")
        for problem in (*CopyProblem, "new_kind")
    },
    "backup_copy_none": BackupCopyOverdue("telegram", None, "no_chat", "2026-11-22"),
    "backup_copy_elsewhere": BackupCopyOverdue("mars", None, "", "2026-11-22"),
    "money_unconfirmed": MoneyUnconfirmed(ARRIVED.ref, 42, "ton:native", 10**14, "differs", "tonapi.io", 10**11),
    "money_unconfirmed_nothing": MoneyUnconfirmed(ARRIVED.ref, 42, "ton:native", 10**11, "differs", "tonapi.io"),
    "money_unconfirmed_same": MoneyUnconfirmed(ARRIVED.ref, 42, "ton:native", 10**11, "differs", "tonapi.io", 10**11),
    "money_unconfirmed_silent": MoneyUnconfirmed(ARRIVED.ref, 42, "ton:native", 10**11, "silent", "tonapi.io"),
    "reader_down": ReaderChanged(SOURCE, "toncenter.com", NOW, is_back=False),
    "reader_back": ReaderChanged(SOURCE, "toncenter.com", NOW, is_back=True),
    "payment_short": PaymentShort(PAYMENT_ID, "ton:native", 700_000_000, 733_000_000, COMMENT, NOW),
    "money_credited": MoneyCredited(20_050, 27_200, None, 0),
    "money_credited_covered": MoneyCredited(12_900, 12_900, ORDER_ID, 0),
    "money_credited_missing": MoneyCredited(5_000, 5_000, ORDER_ID, 7_900),
    **{f"period_{kind}": PeriodEnding(kind, END, "sub_1m", 45_000, RENEWAL) for kind in ReminderKind},
    "period_short": PeriodEnding(ReminderKind.ONE_DAY, END, "sub_1m", 5_000, RENEWAL),
    "period_auto_renewing": PeriodEnding(ReminderKind.THREE_DAYS, END, "sub_1m", 45_000, RENEWAL, auto_renews=True),
    "period_with_card": PeriodEnding(ReminderKind.THREE_DAYS, END, "sub_1m", 5_000, RENEWAL, "*4444"),
    "period_without_renewal": PeriodEnding(ReminderKind.ONE_DAY, END, "trial", 45_000),
    "period_of_an_older_version": PeriodEnding(ReminderKind.ONE_DAY, END, "sub_1m"),
    **{
        f"money_update_{event}": MoneyUpdateReceived("telegram:42", "paid:stxABC", event, TG_ID, "XTR", 96)
        for event in ("paid", "refunded", "gift")
    },
    **{
        f"recurrence_{state}": RecurrenceChanged(PAYMENT_ID, "0f" * 32, state, END if state != "failed" else None)
        for state in ("active", "canceled", "failed")
    },
    **{
        f"renewal_{wish}_{'done' if done else 'refused'}": RenewalAnswered(PAYMENT_ID, CLAIM_ID, wish, done, END)
        for wish in ("stop", "allow")
        for done in (True, False)
    },
    "money_update_odd": MoneyUpdateReceived("telegram:42", "0f" * 32, "new_kind", None, "<b>", 0),
    "money_update_other_asset": MoneyUpdateReceived("telegram:42", "paid:stxABC", "paid", TG_ID, "<b>", 12_345),
    "money_returned": MoneyUpdateReceived("yookassa:123456:refunds", "2e9f4b2c", "refunded", TG_ID, "RUB", 2_900),
    "money_reversed": MoneyReversed(
        "stars:42", "stxABC:out", "stars", "XTR", 96, TG_ID, "vera", 12_900, 4_300, stopped=1, shortened=1
    ),
    "money_reversed_unmatched": MoneyReversed(
        "yookassa:123456:refunds", "2e9f<b>", "yookassa", "RUB", 2_900, None, None, 0, 0, stopped=0, shortened=0
    ),
    "money_taken_back": MoneyTakenBack("stars:42", "stxABC:out", "stars", 12_900, 4_300, 0, 1, NOW, is_over=True),
    "money_taken_back_in_part": MoneyTakenBack(
        "stars:42", "stxABC:out", "stars", 2_900, 0, 1_000, 1, END, is_over=False
    ),
    "money_taken_from_balance": MoneyTakenBack("stars:42", "stxABC:out", "stars", 50, 0, 50, 0, None, is_over=True),
    "unmatched_missing": UnmatchedMoney(f"{SOURCE}|47000001", "ton:native", 1_433_000_000, "", "missing", None),
    "unmatched_unknown": UnmatchedMoney(
        f"{SOURCE}|47000001", "ton:native", 1_433_000_000, "ORB7K3M9P2QXW5", "unknown", COMMENT
    ),
    "unmatched_unknown_asset": UnmatchedMoney(f"{SOURCE}|47000001", "ton:jetton:ab", 12, "<b>hi</b>", "odd", None),
    "unmatched_suggested": UnmatchedMoney(
        f"{SOURCE}|47000001",
        "ton:native",
        1_433_000_000,
        "ORB7K3M9P2QXW5",
        "unknown",
        COMMENT,
        PAYMENT_ID,
        TG_ID,
        "vera",
    ),
    "receipt_claimed": ReceiptClaimed(CLAIM_ID, TG_ID, "vera", f"https://tonviewer.com/transaction/{HASH}", ARRIVED),
    "receipt_claimed_by_many": ReceiptClaimed(
        CLAIM_ID, TG_ID, None, HASH, replace(ARRIVED, others=2, fits_kopecks=None, sender=None, comment="<b>hi</b>")
    ),
    "receipt_claimed_topup": ReceiptClaimed(
        CLAIM_ID, TG_ID, "vera", HASH, replace(ARRIVED, others=1, plan_code="", titles={})
    ),
    "receipt_claimed_early": ReceiptClaimed(CLAIM_ID, TG_ID, "vera", HASH, None),
    "payout_sent": PayoutSent(CLAIM_ID, "ton:native", 1_433_000_000, "REF7K3M9P2QXW5"),
    "payout_address_wanted": PayoutAddressWanted(PAYMENT_ID, 1, "ton:native", 1_433_000_000),
    "payout_address_given": PayoutAddressGiven(
        PAYMENT_ID, 2, TG_ID, "ton:native", 1_433_000_000, "UQ" + "A" * 46, "<b>17"
    ),
    "payout_returned": PayoutReturned(CLAIM_ID, 12_900),
    **{
        f"payout_problem_{name}": PayoutProblem(
            CLAIM_ID, problem, f"{SOURCE}|47000001", "ton:native", 1_000_000_000, 1_433_000_000, TG_ID, "REF7K3M9P2QXW5"
        )
        for name, problem in {"amount": "amount", "came_back": "came_back", "odd": "<b>"}.items()
    },
    "announcement": Announcement(ORDER_ID, "<b>−20 %</b> <i>🎁</i>"),
    "announcement_picture": Announcement(
        ORDER_ID,
        "<b>−20 %</b>",
        "AgACAgIAAxkBAAIB",
        (
            ("🎁", "promo:SPRING20"),
            ("📦", "plans"),
            ("🔌", "connect"),
            ("👥", "invite"),
            ("💰", "balance"),
            ("📣", "https://example.org/?a=1&b=2"),
        ),
    ),
    "broadcast_over": BroadcastOver(ORDER_ID, 1_234, 17),
    "not_renewed": NotRenewed(NOW, ORDER_ID, 12_900, 5_750),
    "not_renewed_plan_gone": NotRenewed(NOW, None, 0, 0),
    "card_kept": CardKept(PAYMENT_ID, "*4444", 12_900),
    **{
        f"card_not_charged_{reason}": CardNotCharged(PAYMENT_ID, ORDER_ID, "*4444", 12_900, reason)
        for reason in ("declined", "revoked", "unknown")
    },
    "card_not_charged_price": CardNotCharged(PAYMENT_ID, None, "<b>*4444</b>", 14_900, "price"),
    "claim_rejected": ClaimRejected(CLAIM_ID, HASH),
    "customer_wrote": CustomerWrote(TG_ID, "vera", "<b>¿?</b>", NOW, 0),
    "customer_misses_money": CustomerWrote(TG_ID, "vera", "№ <b>1</b>", NOW, 0, CLAIM_ID, is_payment=True, facts=FACTS),
    "customer_misses_money_unknown": CustomerWrote(TG_ID, "vera", "", NOW, 0, CLAIM_ID, is_payment=True),
    "customer_wrote_in_a_case": CustomerWrote(TG_ID, "vera", "<b>¿?</b>", NOW, 0, CLAIM_ID),
    "owner_answered_in_a_case": OwnerAnswered(CLAIM_ID, "<b>✓</b>", CLAIM_ID),
    "sale_happened": OrderHappened(ORDER_ID, TG_ID, "vera", "sub_1m", TITLES, 12_900, False, NOW),
    "trial_happened": OrderHappened(ORDER_ID, TG_ID, None, "trial", TITLES, 0, True, NOW),
    "staff_acted": StaffActed(ORDER_ID, "telegram:7", "vera", "ban_customer", f"user:{TG_ID}", TG_ID, "<№ 1>", NOW),
    "staff_acted_from_the_server": StaffActed(ORDER_ID, "cli:owner", None, "new_kind", "panel:main", None, "", NOW),
    "day_summary": DaySummary(
        NOW, 17, 9, 12, 5, 154_800, (MethodTotal("ton", "ton:native", 4, 5_732_000_000),), 1, 2, 3
    ),
    "day_summary_quiet": DaySummary(NOW, 0, 0, 0, 0, 0, (), 0, 0, 0),
    **{f"shop_chat_lost_{purpose}": ShopChatLost(purpose, "<b>№ 1</b>", NOW) for purpose in (*Purpose, "new_kind")},
    "customer_wrote_nameless": CustomerWrote(TG_ID, None, "…", NOW, 0),
    "owner_answered": OwnerAnswered(CLAIM_ID, "<b>✓</b>"),
    "key_delayed": KeyDelayed(ORDER_ID, "sub_1m", TITLES, is_renewal=False),
    "key_delayed_renewal": KeyDelayed(ORDER_ID, "sub_1m", TITLES, is_renewal=True),
    "key_delayed_trial": KeyDelayed(ORDER_ID, "trial", dict(SEEDED_PLANS[0].terms.titles), is_renewal=False),
    **{
        f"delivery_delayed_{name}": DeliveryDelayed(ORDER_ID, TG_ID, NOW, recorded, "sub_1m", TITLES, "vera")
        for name, recorded in {
            "unavailable": repr(PanelUnavailable(PanelId("main"), "timeout")),
            "unknown": repr(OutcomeUnknown(PanelId("main"), "no answer in time")),
            "login": repr(PanelAuthFailed(PanelId("main"), "the API token has expired")),
            "refused": repr(PanelRejected(PanelId("main"), "it says 'no'")),
            "placement": repr(PlacementGone(PanelId("main"), "no inbound VLESS")),
            "no_node": "no node can take this key now",
            "too_slow": "the panel didn't answer within this turn",
            "new_kind": "SomethingNew(42)",
            "silent": "",
        }.items()
    },
    "delivery_delayed_of_an_older_version": DeliveryDelayed(
        ORDER_ID, TG_ID, NOW, repr(PanelUnavailable(PanelId("main"), "timeout"))
    ),
    **{
        f"referral_{change}_{who}": ReferralReward(7, who == "inviter", units, 12_150)
        for change, units in (("earned", 5_000), ("returned", -5_000))
        for who in ("inviter", "invited")
    },
    "gift_paid": OrderPaid(ORDER_ID, "sub_3m", TITLES, 34_900, 5_100, "ton", NOW, payment_kopecks=20_000, is_gift=True),
    "gift_refunded": OrderRefunded(ORDER_ID, "sub_3m", TITLES, 34_900, 40_000, NOW, is_over=False, is_gift=True),
    "gift_accepted": GiftAccepted(ORDER_ID, "sub_3m", TITLES, "🎈 <3>"),
    "gift_accepted_by_somebody": GiftAccepted(ORDER_ID, "sub_3m", TITLES, ""),
    "gift_taken_back": GiftTakenBack(ORDER_ID, "sub_3m", TITLES, NOW + 9 * DAY, is_over=False),
    "gift_taken_back_ended": GiftTakenBack(ORDER_ID, "sub_3m", TITLES, NOW, is_over=True),
    "promo_withdrawn": PromoWithdrawn(ORDER_ID, "SPRING-20", "used_up", 12_900),
    "promo_withdrawn_of_a_newer_version": PromoWithdrawn(ORDER_ID, "<b>", "eaten", 12_900),
    "forged_tokens": SuspiciousTransfer(SOURCE, "47000001", "fake_jetton", "ton:native", 1, "2026-11-21"),
    "tokens_taken": SuspiciousTransfer(f"ton_usdt:{SOURCE}", "47000002", "unexplained", USDT.code, 12_500_000, ""),
    "scan_stopped_of_usdt": ScanStopped("ton_usdt:mainnet:0:AB", "hole", 0, "47000002:ab"),
    "scan_stopped_of_a_provider": ScanStopped("yookassa:123456", "tail_mismatch", 0, "2026-11-22T10:00:00:3f"),
    **{
        f"scan_stopped_{alarm}": ScanStopped(SOURCE, alarm, 47_000_001)
        for alarm in ("hole", "anchor_missing", "tail_mismatch", "hash_conflict", "time_ahead", "new_kind")
    },
}
