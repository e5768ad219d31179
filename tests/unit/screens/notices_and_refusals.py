"""An example of every notice and every refusal, by the name of its golden file."""

from collections.abc import Mapping

from orbit_adapters.telegram.refusals import REFUSAL_SCREENS
from orbit_domain.errors import Refusal
from orbit_domain.ledger.ledger import InsufficientBalance
from orbit_domain.money import rub
from orbit_domain.notice.notice import (
    DeliveryDelayed,
    KeyReady,
    MoneyCredited,
    MoneyUpdateReceived,
    Notice,
    OrderPaid,
    PaymentShort,
    PeriodEnding,
    ScanStopped,
    SettlementFailing,
    UnmatchedMoney,
)
from orbit_domain.order.order import NoSuchOrder, OrderClosed, OrderState, TrialUsed
from orbit_domain.payment.amount import NotAnAmount
from orbit_domain.payment.payment import TON_METHOD, AmountOutOfRange, NoSuchPayment
from orbit_domain.payment.ports import MethodUnavailable
from orbit_domain.plan.plan import SEEDED_PLANS, NoSuchPlan
from orbit_domain.subscription.reminders import ReminderKind
from orbit_domain.use_cases.assign_receipt import AmountTooSmall, ReceiptAlreadyAssigned
from orbit_domain.use_cases.request_payment import OrderAlreadyCovered
from orbit_domain.user.user import NoSuchLanguage, NoSuchUser
from tests.unit.screens.view_examples import COMMENT, DAY, KEY_ID, NOW, ORDER_ID, PAYMENT_ID, TG_ID, URL

TITLES = dict(SEEDED_PLANS[1].terms.titles)
END = NOW + 30 * DAY
SOURCE = "ton:mainnet:0:455ea72a"

NOTICES: Mapping[str, Notice] = {
    "order_paid": OrderPaid(ORDER_ID, "sub_1m", TITLES, 12_900, 7_150, "ton", END),
    "order_paid_from_balance": OrderPaid(ORDER_ID, "sub_1m", TITLES, 12_900, 0, "balance", END),
    "order_paid_trial": OrderPaid(ORDER_ID, "trial", dict(SEEDED_PLANS[0].terms.titles), 0, 0, "balance", END),
    "key_ready": KeyReady(KEY_ID, "Orbit", URL, END, is_new=True),
    "key_ready_linkless": KeyReady(KEY_ID, "Orbit", "", END, is_new=True),
    "key_ready_renewed": KeyReady(KEY_ID, "Orbit", URL, END, is_new=False),
    "settlement_failing": SettlementFailing(PAYMENT_ID, 42, "OverflowError"),
    "payment_short": PaymentShort(PAYMENT_ID, "ton:native", 700_000_000, 733_000_000, COMMENT, NOW),
    "money_credited": MoneyCredited(20_050, 27_200, None, 0),
    "money_credited_missing": MoneyCredited(5_000, 5_000, ORDER_ID, 7_900),
    **{f"period_{kind}": PeriodEnding(kind, END, "sub_1m") for kind in ReminderKind},
    **{
        f"money_update_{event}": MoneyUpdateReceived("telegram:42", "paid:stxABC", event, TG_ID, "XTR", 96)
        for event in ("paid", "refunded", "gift")
    },
    "money_update_odd": MoneyUpdateReceived("telegram:42", "0f" * 32, "new_kind", None, "<b>", 0),
    "money_update_other_asset": MoneyUpdateReceived("telegram:42", "paid:stxABC", "paid", TG_ID, "<b>", 12_345),
    "unmatched_missing": UnmatchedMoney(f"{SOURCE}|47000001", "ton:native", 1_433_000_000, "", "missing", None),
    "unmatched_unknown": UnmatchedMoney(
        f"{SOURCE}|47000001", "ton:native", 1_433_000_000, "ORB7K3M9P2QXW5", "unknown", COMMENT
    ),
    "unmatched_unknown_asset": UnmatchedMoney(f"{SOURCE}|47000001", "ton:jetton:ab", 12, "<b>hi</b>", "odd", None),
    "delivery_delayed": DeliveryDelayed(ORDER_ID, TG_ID, NOW, "PanelUnavailable('main', 'timeout')"),
    "delivery_delayed_silent": DeliveryDelayed(ORDER_ID, TG_ID, NOW, ""),
    **{
        f"scan_stopped_{alarm}": ScanStopped(SOURCE, alarm, 47_000_001)
        for alarm in ("hole", "anchor_missing", "tail_mismatch", "hash_conflict", "time_ahead", "new_kind")
    },
}

REFUSALS: Mapping[str, Refusal] = {
    "no_such_user": NoSuchUser(TG_ID),
    "no_such_language": NoSuchLanguage("fr"),
    "amount_too_small": AmountTooSmall(f"{SOURCE}|47000002"),
    "receipt_already_assigned": ReceiptAlreadyAssigned(f"{SOURCE}|47000001"),
    "no_such_plan": NoSuchPlan("sub_2w"),
    "no_such_order": NoSuchOrder(ORDER_ID),
    "order_closed_paid": OrderClosed(ORDER_ID, OrderState.PAID),
    "order_closed_cancelled": OrderClosed(ORDER_ID, OrderState.CANCELLED),
    "order_already_covered": OrderAlreadyCovered(ORDER_ID, OrderState.OPEN),
    "trial_used": TrialUsed(NOW - 30 * DAY),
    "no_such_payment": NoSuchPayment(PAYMENT_ID),
    "amount_out_of_range": AmountOutOfRange(rub(20_000), rub(10_000_000)),
    "method_unavailable": MethodUnavailable(TON_METHOD, "only one fresh source"),
    "not_an_amount": NotAnAmount("четыреста <b>пятьдесят</b>"),
    "not_an_amount_empty": NotAnAmount(""),
    "insufficient_balance": InsufficientBalance(rub(5_000), rub(12_900)),
}

SPOKEN = frozenset(REFUSAL_SCREENS)
