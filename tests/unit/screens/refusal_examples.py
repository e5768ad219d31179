"""Every refusal of the domain, with its values."""

from collections.abc import Mapping

from orbit_domain.access.own_keys import (
    KeyAwaited,
    KeyLimitReached,
    NoSuchKey,
    NotAKeyName,
    NoTimeForKeys,
    RegionUnavailable,
    TooManyNewKeys,
)
from orbit_domain.access.panel_changes import NoSuchNode, NoSuchPanel, PanelExists, PanelHasAccounts, PanelHasKeys
from orbit_domain.broadcast.broadcast import (
    BroadcastNotPreviewed,
    BroadcastNotSteered,
    BroadcastState,
    NoSuchBroadcast,
)
from orbit_domain.broadcast.content import ButtonFault, NotABroadcast, NotAButton
from orbit_domain.errors import Refusal
from orbit_domain.gift.gift import GiftTaken, GiftWithdrawn, NoSuchGift, NotAGiftMessage
from orbit_domain.ids import PanelId, PlanCode, PromoCode
from orbit_domain.ledger.adjustments import AdjustmentDecided, AdjustmentNameTaken, NoSuchAdjustment, SecondAdminNeeded
from orbit_domain.ledger.ledger import InsufficientBalance
from orbit_domain.money import rub
from orbit_domain.order.order import NoSuchOrder, OrderClosed, OrderNotRefundable, OrderState, RefundProblem, TrialUsed
from orbit_domain.payment.amount import NotAnAmount
from orbit_domain.payment.claim import (
    AssignmentProblem,
    ClaimDecided,
    ClaimNotAssigned,
    ClaimState,
    NoSuchClaim,
    NotATransfer,
    TooManyClaims,
)
from orbit_domain.payment.payment import TON_METHOD, AmountOutOfRange, NoSuchPayment
from orbit_domain.payment.payout import BadDestination, NoSuchPayout, PayoutClosed, PayoutExists, PayoutState
from orbit_domain.payment.payout_address import AddressNotTaken, AddressProblem
from orbit_domain.payment.ports import MethodUnavailable, RefundRefused, RefundUnsupported
from orbit_domain.payment.receipt import receipt_code
from orbit_domain.plan.plan import TRIAL, NoSuchPlan
from orbit_domain.plan.plan_edit import BadPlan, PlanChanged, PlanExists, PlanFault
from orbit_domain.promo.new_promo import BadPromo, PromoExists, PromoFault
from orbit_domain.promo.promo import NoSuchPromo, PromoLost, PromoProblem, PromoUnusable, TooManyCodes
from orbit_domain.referral.referral import ReferralsOff
from orbit_domain.shop_chat.shop_chat import NoShopChat, Purpose
from orbit_domain.shop_setting.setting import NoSuchSetting, SettingName, SettingNotTaken, SettingProblem
from orbit_domain.steps.already_done import AlreadyDone
from orbit_domain.steps.leaving import OrderUnderway, StaffStays
from orbit_domain.steps.require_admin import AdminsOnly
from orbit_domain.steps.require_permission import NotPermitted
from orbit_domain.support.case import NoSuchCase
from orbit_domain.use_cases.ask_owner import NobodyToAsk, NotAQuestion, TooManyQuestions
from orbit_domain.use_cases.assign_receipt import AmountTooSmall, ReceiptAlreadyAssigned
from orbit_domain.use_cases.assign_suggested import SuggestionNotAssigned
from orbit_domain.use_cases.assign_to_customer import NoRateNow
from orbit_domain.use_cases.ban_customer import StaffNotBanned
from orbit_domain.use_cases.book_record import AlreadyRecorded, NoSuchRecord
from orbit_domain.use_cases.change_role import OwnerStays
from orbit_domain.use_cases.preview_broadcast import PreviewFailed
from orbit_domain.use_cases.renew_from_balance import RenewalOutdated
from orbit_domain.use_cases.request_payment import OrderAlreadyCovered
from orbit_domain.use_cases.show_closing import DayNotOver
from orbit_domain.use_cases.show_deletion import DeletionOutdated
from orbit_domain.use_cases.staff_action import DebitTooLarge, DraftOver, NotAReason, NotDays
from orbit_domain.use_cases.switch_auto_renewal import NothingToRenew
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import AccountDeleted, CustomerBanned, NoSuchLanguage, NoSuchUser, UserLocked
from tests.unit.screens.notice_examples import CLAIM_ID, PAYOUT_ID, SOURCE, TITLES
from tests.unit.screens.view_examples import DAY, KEY_ID, NOW, ORDER_ID, PAYMENT_ID, TG_ID

REFUSALS: Mapping[str, Refusal] = {
    "no_such_user": NoSuchUser(TG_ID),
    "no_such_language": NoSuchLanguage("fr"),
    "amount_too_small": AmountTooSmall(f"{SOURCE}|47000002"),
    "receipt_already_assigned": ReceiptAlreadyAssigned(f"{SOURCE}|47000001"),
    "no_such_plan": NoSuchPlan("sub_2w"),
    "no_trial": NoSuchPlan(TRIAL),
    **{f"bad_plan_{one}": BadPlan(one) for one in PlanFault},
    "plan_exists": PlanExists(PlanCode("family")),
    "plan_changed": PlanChanged(PlanCode("sub_3m")),
    "no_such_order": NoSuchOrder(ORDER_ID),
    **{f"not_refundable_{one}": OrderNotRefundable(ORDER_ID, one) for one in RefundProblem},
    "order_closed_paid": OrderClosed(ORDER_ID, OrderState.PAID),
    "order_closed_cancelled": OrderClosed(ORDER_ID, OrderState.CANCELLED),
    "order_already_covered": OrderAlreadyCovered(ORDER_ID, OrderState.OPEN),
    "renewal_outdated": RenewalOutdated(rub(14_900)),
    "nothing_to_renew": NothingToRenew(),
    "referrals_off": ReferralsOff(),
    "no_such_gift": NoSuchGift(),
    "gift_taken": GiftTaken(NOW - 3 * DAY),
    "gift_withdrawn": GiftWithdrawn(),
    "not_a_gift_message": NotAGiftMessage(512),
    "no_such_promo": NoSuchPromo(),
    **{f"promo_{one}": PromoUnusable(PromoCode("SPRING-20"), one) for one in PromoProblem},
    "promo_for_plans": PromoUnusable(PromoCode("SPRING-20"), PromoProblem.OTHER_PLAN, (TITLES, TITLES)),
    "promo_lost": PromoLost(ORDER_ID, PromoCode("SPRING-20"), PromoProblem.USED_UP, rub(12_900)),
    "too_many_codes": TooManyCodes(NOW + DAY / 144),
    **{f"bad_promo_{one}": BadPromo(one) for one in PromoFault},
    "promo_exists": PromoExists(PromoCode("SPRING-20")),
    "trial_used": TrialUsed(NOW - 30 * DAY),
    "no_such_payment": NoSuchPayment(PAYMENT_ID),
    "amount_out_of_range": AmountOutOfRange(rub(20_000), rub(10_000_000)),
    "method_unavailable": MethodUnavailable(TON_METHOD, "only one fresh source"),
    "refund_unsupported": RefundUnsupported(TON_METHOD),
    "no_panel": NoSuchPanel(PanelId("main")),
    "no_node": NoSuchNode(PanelId("main")),
    "panel_exists": PanelExists(PanelId("main")),
    "panel_has_keys": PanelHasKeys(PanelId("main"), 3),
    "panel_has_accounts": PanelHasAccounts(PanelId("main"), 3),
    "no_payout": NoSuchPayout(PAYOUT_ID),
    **{f"address_{one}": AddressNotTaken(PAYMENT_ID, one) for one in AddressProblem},
    "payout_closed": PayoutClosed(PAYOUT_ID, PayoutState.SENT),
    "payout_exists": PayoutExists(PAYOUT_ID, PayoutState.WAITING),
    "bad_destination": BadDestination(TON_METHOD, "own"),
    "refund_refused": RefundRefused(TON_METHOD, "amount_too_large"),
    "not_an_amount": NotAnAmount("четыреста <b>пятьдесят</b>"),
    "not_an_amount_empty": NotAnAmount(""),
    "insufficient_balance": InsufficientBalance(rub(5_000), rub(12_900)),
    "not_a_transfer": NotATransfer(),
    "too_many_claims": TooManyClaims(3),
    "no_such_claim": NoSuchClaim(CLAIM_ID),
    **{f"claim_decided_{state}": ClaimDecided(CLAIM_ID, state) for state in ClaimState},
    **{f"claim_not_assigned_{problem}": ClaimNotAssigned(CLAIM_ID, problem) for problem in AssignmentProblem},
    "suggestion_not_assigned": SuggestionNotAssigned(PAYMENT_ID, receipt_code(f"{SOURCE}|47000001")),
    "admins_only": AdminsOnly(TG_ID),
    "no_such_adjustment": NoSuchAdjustment(CLAIM_ID),
    "adjustment_decided": AdjustmentDecided(CLAIM_ID),
    "second_admin_needed": SecondAdminNeeded(CLAIM_ID, "cli:owner"),
    "adjustment_name_taken": AdjustmentNameTaken(CLAIM_ID),
    "day_not_over": DayNotOver(NOW),
    "no_such_record": NoSuchRecord(f"{SOURCE}|47000003"),
    "already_recorded": AlreadyRecorded(f"{SOURCE}|47000003"),
    "staff_stays": StaffStays(TG_ID),
    "order_underway": OrderUnderway(ORDER_ID),
    "deletion_outdated": DeletionOutdated(TG_ID),
    "account_deleted": AccountDeleted(TG_ID),
    "not_a_question": NotAQuestion(2_000),
    "too_many_questions": TooManyQuestions(5),
    "nobody_to_ask": NobodyToAsk(TG_ID),
    "no_such_key": NoSuchKey(KEY_ID),
    "key_limit_reached": KeyLimitReached(3),
    "no_time_for_keys": NoTimeForKeys(),
    "too_many_new_keys": TooManyNewKeys(NOW + 12 * DAY),
    "key_awaited": KeyAwaited(KEY_ID),
    "region_unavailable": RegionUnavailable(),
    "not_a_key_name": NotAKeyName(),
    "not_permitted": NotPermitted(TG_ID, Permission.REFUND_ORDERS),
    "already_done": AlreadyDone("telegram:7", "vera", NOW),
    "already_done_by_somebody": AlreadyDone("", None, None),
    "owner_stays": OwnerStays(TG_ID),
    "staff_not_banned": StaffNotBanned(TG_ID),
    "no_such_broadcast": NoSuchBroadcast(ORDER_ID),
    **{f"not_steered_{state}": BroadcastNotSteered(state) for state in BroadcastState},
    "not_a_broadcast": NotABroadcast(3_500),
    "not_a_broadcast_caption": NotABroadcast(1_024, has_picture=True),
    "not_a_button_empty": NotAButton("", ButtonFault.SHAPE),
    **{f"not_a_button_{fault}": NotAButton("<b> - 🎁", fault) for fault in ButtonFault},
    "broadcast_not_previewed": BroadcastNotPreviewed(),
    **{
        f"preview_failed_{name}": PreviewFailed(f"Telegram refused: Bad Request: {reason}", is_refused=True)
        for name, reason in {
            "markup": "can't parse entities: unsupported start tag",
            "length": "message caption is too long",
            "button": "inline keyboard button URL 'x' is invalid",
            "picture": "wrong file identifier/HTTP URL specified",
            "other": "internal",
        }.items()
    },
    "preview_failed_later": PreviewFailed("Telegram is unreachable", is_refused=False),
    "no_setting": NoSuchSetting("colour"),
    **{
        f"setting_not_taken_{problem}": SettingNotTaken(SettingName.TERMS, problem, 1_000)
        for problem in SettingProblem
        if problem is not SettingProblem.AMOUNT
    },
    "setting_not_taken_amount": SettingNotTaken(SettingName.REFERRAL_INVITED, SettingProblem.AMOUNT, 1_000_000),
    "no_such_case": NoSuchCase(ORDER_ID),
    "no_shop_chat": NoShopChat(Purpose.EVENTS),
    "user_locked": UserLocked(TG_ID),
    "draft_over": DraftOver(),
    "debit_too_large": DebitTooLarge(rub(7_150)),
    "not_days": NotDays("soon", 3_650),
    "not_a_reason": NotAReason(200),
    "no_rate_now": NoRateNow(receipt_code(SOURCE)),
    "customer_banned": CustomerBanned(TG_ID),
}
