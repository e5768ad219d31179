"""Examples of what use cases return, as input for screens. All at one moment, in a given language."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from types import MappingProxyType
from uuid import UUID

from orbit_domain.access.key import Key
from orbit_domain.access.placement import Placement
from orbit_domain.ids import KeyId, Nonce, OrderId, PanelId, PaymentId, PlanCode, PromoCode, TelegramId
from orbit_domain.ledger.ledger import EntryKind, StatementLine
from orbit_domain.money import RUB, STARS, TON, USDT, Money, rub
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.payment import TON_METHOD, Method, Payment, PaymentStatus, TopUpLimits
from orbit_domain.payment.ports import InAppInvoice, Instructions, Link, Transfer
from orbit_domain.payment.quote import Quote
from orbit_domain.plan.plan import Plan
from orbit_domain.promo.promo import Discount, Promo, PromoKind, best_discount
from orbit_domain.referral.referral import ReferralFigures, ReferralTerms
from orbit_domain.steps.read_auto_renewal import AutoRenewal
from orbit_domain.subscription.reminders import RENEWED_BEFORE
from orbit_domain.subscription.repository import Customer
from orbit_domain.subscription.subscription import GRACE, Subscription
from orbit_domain.subscription_link.device import LinkDevice
from orbit_domain.subscription_link.link import LinkStamp
from orbit_domain.use_cases.apply_promo import AppliedPromo
from orbit_domain.use_cases.give_link import OwnLink
from orbit_domain.use_cases.list_keys import KeyList
from orbit_domain.use_cases.list_plans import Offer, PlanList
from orbit_domain.use_cases.open_checkout import Checkout, MethodOffer
from orbit_domain.use_cases.show_devices import DevicesView
from orbit_domain.use_cases.show_home import Home
from orbit_domain.use_cases.show_invite import Invitation
from orbit_domain.use_cases.show_keys import KeysView
from orbit_domain.use_cases.show_payment import PaymentView
from orbit_domain.use_cases.show_statement import Statement
from orbit_domain.user.user import Role, User
from orbit_testing.samples import SEEDED_PLANS

NOW = datetime(2027, 2, 19, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TG_ID = TelegramId(700_000_001)
ORDER_ID = OrderId(UUID(int=0xA1))
PAYMENT_ID = PaymentId(UUID(int=0xB2))
KEY_ID = KeyId(UUID(int=0xC3))
URL = "https://vpn.example.org/sub/b3JiaXRfNzAwMDAwMDAxLDE3OTk5OTk5OTk"
ADDRESS = "UQBFXqcqBWpVSNNFWDwqfE6HlQpFbFbvqFbvWcVqcqBWpVSN"
COMMENT = "ORB7K3M9P2QXW4"
MONTH, QUARTER = SEEDED_PLANS[1], SEEDED_PLANS[2]


def user(language: str, kopecks: int = 0) -> User:
    """A customer with a balance of *kopecks*."""
    return User(TG_ID, "vera", language, rub(kopecks), Role.CUSTOMER, None, None, None, NOW - 40 * DAY)


def home(language: str, ends_in: timedelta | None = None, plan: str = "sub_1m", kopecks: int = 0) -> Home:
    """Home of a customer whose subscription ends *ends_in* from now."""
    subscription = Subscription(TG_ID, NOW + ends_in if ends_in is not None else None, PlanCode(plan))
    state = subscription.state(NOW)
    return Home(user(language, kopecks), subscription, state, ends_in is None, Nonce(f"trial-{TG_ID}"), NOW, True)


def invitation(language: str) -> Invitation:
    """Three came by the customer's link, and two of them bought."""
    terms = ReferralTerms(is_on=True, inviter=rub(5_000), invited=rub(5_000))
    return Invitation(user(language), "0k3v9q2m7x", ReferralFigures(3, 2, 10_000), terms)


def plan_list(language: str, ends_in: timedelta | None = None, plans: tuple[Plan, ...] = SEEDED_PLANS[1:]) -> PlanList:
    """The seeded plans; the month is current while time is left."""
    savings = {"sub_1m": None, "sub_3m": 9, "sub_6m": 31, "sub_12m": 40}
    subscription = Subscription(TG_ID, NOW + ends_in if ends_in is not None else None, PlanCode("sub_1m"))
    offers = tuple(Offer(plan, savings.get(plan.code), ends_in is not None and plan.code == "sub_1m") for plan in plans)
    return PlanList(user(language), subscription, offers, Nonce("9f3a5c7e1b2d4f60"), NOW)


CODE = PromoCode("SPRING-20")


def order(state: OrderState = OrderState.OPEN, plan: Plan = MONTH) -> Order:
    """An order of the month."""
    return Order(ORDER_ID, TG_ID, Nonce("9f3a5c7e1b2d4f60"), plan.terms, plan.price, state, NOW)


def checkout(
    language: str, kopecks: int = 0, state: OrderState = OrderState.OPEN, *, offered: bool = True, debt: int = 0
) -> Checkout:
    """The checkout of the order with a balance of *kopecks*."""
    wanted = order(state)
    missing = wanted.price.minus(rub(kopecks)) + rub(debt)
    due = Money(1_433_000_000 * missing.units // wanted.price.units // 1_000_000 * 1_000_000, TON)
    offers = (MethodOffer(TON_METHOD, due),) if offered and not missing.is_zero else ()
    return Checkout(user(language, kopecks), wanted, missing, NOW + 30 * DAY, offers, NOW)


def applied_promo(language: str, kind: PromoKind, value: int, plans: tuple[Plan, ...] = ()) -> AppliedPromo:
    """A code that was entered, of a customer who has a month and 100 ₽."""
    promo = Promo(CODE, kind, value, NOW)
    customer = Customer(user(language, 10_000), Subscription(TG_ID, NOW + 30 * DAY, PlanCode("sub_1m")))
    return AppliedPromo(promo, customer, tuple(dict(plan.terms.titles) for plan in plans), NOW)


def discounted_plan_list(language: str) -> PlanList:
    """The seeded plans with half off the longer ones."""
    shown = plan_list(language)
    promo = Promo(CODE, PromoKind.PERCENT, 50, NOW, plans=(PlanCode("sub_6m"), PlanCode("sub_12m")))
    offers = (replace(one, discount=best_discount([promo], one.plan.code, one.plan.price)) for one in shown.offers)
    return replace(shown, offers=tuple(offers))


def discounted_checkout(language: str, percent: int, kopecks: int = 0) -> Checkout:
    """The checkout of the order with a discount."""
    full = order()
    wanted = full.reprice(Discount(CODE, rub(full.price.units * percent // 100)))
    shown = checkout(language, kopecks)
    missing = wanted.price.minus(rub(kopecks))
    return replace(shown, order=wanted, missing=missing, offers=() if missing.is_zero else shown.offers)


def renewing_checkout(language: str) -> Checkout:
    """The same with a card that may be kept."""
    shown = checkout(language)
    card = MethodOffer(Method("yookassa"), shown.missing, keeps_cards=True)
    return replace(shown, offers=(*shown.offers, card))


PAGE = Link(Money(1_433_000_000, TON), "https://bank.example.org/pay/17?a=1&b=2")
"""The provider's page, on which the payment of `payment_view` is made."""
IN_APP = InAppInvoice(Money(96, STARS), "https://t.me/$1818e811892f902bd23f0824")
"""An invoice that is paid inside Telegram."""


def payment_view(
    language: str,
    status: PaymentStatus = PaymentStatus.PENDING,
    received: int = 0,
    late: timedelta = timedelta(0),
    wanted: Order | None = None,
    kopecks: int = 0,
    instructions: Instructions | None = None,
) -> PaymentView:
    """A payment of 1.433 TON, shown a minute and *late* after it was made."""
    due, made = Money(1_433_000_000, TON), NOW - timedelta(minutes=1) - late
    amount = wanted.price if wanted else rub(20_000)
    quote = Quote(amount, due, Fraction(amount.units, due.units), "test", made, made + timedelta(minutes=15))
    payment = Payment(
        PAYMENT_ID, TG_ID, TON_METHOD, amount, quote, COMMENT, wanted.id if wanted else None, status, made,
        quote.expires_at, f"ton:mainnet:{ADDRESS}", address=ADDRESS,
    )  # fmt: skip
    query = f"{ADDRESS}?amount={due.units}&text={COMMENT}"
    transfer = Transfer(
        due, ADDRESS, COMMENT, f"https://wallet.example.org/transfer/{query}", f"ton://transfer/{query}"
    )
    shown = (instructions or transfer) if payment.is_open else None
    arrived = Money(received, TON)
    return PaymentView(user(language, kopecks), payment, shown, arrived, due.minus(arrived), wanted, NOW)


TOKENS = Transfer(
    Money(1_400_000, USDT), ADDRESS, COMMENT, f"https://wallet.example.org/transfer/{ADDRESS}?jetton=EQ&amount=1400000",
    f"ton://transfer/{ADDRESS}?jetton=EQ&amount=1400000",
)  # fmt: skip


def cancelled(view: PaymentView) -> PaymentView:
    """The same payment, cancelled by the customer."""
    return replace(view, payment=view.payment.cancel(NOW), instructions=None)


def key(number: int = 1, name: str = "Orbit", url: str | None = URL) -> Key:
    """A confirmed key; without *url* it is still being prepared."""
    home = Placement(
        0, f"orbit_{TG_ID}", panel_id=PanelId("main"), subscription_url=url, applied_revision=1 if url else 0
    )
    return Key(
        KeyId(UUID(int=KEY_ID.int + number - 1)), TG_ID, name, number, UUID(int=7),
        NOW + 12 * DAY + GRACE, 0, NOW - DAY, (home,),
    )  # fmt: skip


def keys_view(language: str, ends_in: timedelta | None = 12 * DAY, keys: tuple[Key, ...] = (key(),)) -> KeysView:
    """The keys of a customer whose subscription ends *ends_in* from now."""
    subscription = Subscription(TG_ID, NOW + ends_in if ends_in is not None else None, PlanCode("sub_1m"))
    return KeysView(user(language), subscription, subscription.state(NOW), keys, NOW)


def key_list(
    language: str,
    ends_in: timedelta | None = 12 * DAY,
    keys: tuple[Key, ...] = (key(),),
    allowed: int = 1,
    used_bytes: Mapping[KeyId, int] = MappingProxyType({}),
) -> KeyList:
    """The list of those keys, under a plan with so many."""
    return KeyList(keys_view(language, ends_in, keys), allowed, Nonce("3"), used_bytes)


def own_keys_view(language: str) -> KeysView:
    """The same in a shop with links of its own."""
    own_link = OwnLink(
        "https://keys.example.org/s/AAECAwQFBgcICQoLDA0ODxAREhMUFRYX", LinkStamp("0123456789ab"), counts_devices=True
    )
    return replace(keys_view(language), own_link=own_link)


def devices_view(language: str, count: int = 2) -> DevicesView:
    """So many devices of three that are allowed; the first one has a hostile name, the second one none."""
    names = ["<b>iPhone</b> 17", ""]
    devices = [LinkDevice(TG_ID, f"{at:064x}", names[at], NOW - DAY, NOW - at * DAY) for at in range(count)]
    return DevicesView(user(language), tuple(devices), 3, NOW)


def auto_renewal(
    language: str,
    *,
    on: bool = True,
    kopecks: int = 20_000,
    ends_in: timedelta | None = 9 * DAY,
    plan: Plan | None = MONTH,
) -> AutoRenewal:
    """The switch of a customer with the month, which ends *ends_in* from now."""
    ends_at = NOW + ends_in if ends_in is not None else None
    subscription = Subscription(TG_ID, ends_at, PlanCode("sub_1m") if plan else None, auto_renew=on)
    missing = plan.price.minus(rub(kopecks)) if plan else rub(0)
    at = ends_at - RENEWED_BEFORE if ends_at is not None and ends_at > NOW else None
    return AutoRenewal(user(language, kopecks), subscription, plan, missing, at, "", is_recurring=False)


def statement(
    language: str,
    kopecks: int = 7_150,
    methods: tuple[Method, ...] = (TON_METHOD,),
    *,
    has_lines: bool = True,
    debt: int = 0,
) -> Statement:
    """A balance with a line of each kind, lines that know their method or order, and a debt that was paid."""
    amounts = {
        EntryKind.CREDIT: 20_050, EntryKind.ORDER: -12_900, EntryKind.REFUND: 12_900, EntryKind.ADJUSTMENT: -12_900,
        EntryKind.RECEIPT: 100,
    }  # fmt: skip
    statement_lines = tuple(
        StatementLine(kind, f"ref-{kind}", units, NOW - DAY, "№ 17" if kind is EntryKind.ADJUSTMENT else "")
        for kind, units in amounts.items()
    )
    more = (
        StatementLine(EntryKind.REFUND, "ref-sent-back", -20_050, NOW - DAY, ""),
        StatementLine(EntryKind.REFUND, "ref-sent-back-by", -20_050, NOW - DAY, ""),
        StatementLine(EntryKind.ORDER, "ref-order-of", -12_900, NOW - DAY, ""),
        StatementLine(EntryKind.REFUND, "ref-refund-of", 12_900, NOW - DAY, ""),
        StatementLine(EntryKind.ADJUSTMENT, f"promo:{CODE}:{TG_ID}", 10_000, NOW - DAY, ""),
        StatementLine(EntryKind.ADJUSTMENT, f"referral:7:{TG_ID}", 5_000, NOW - DAY, ""),
        StatementLine(EntryKind.ADJUSTMENT, f"referral:7:{TG_ID}:returned", -5_000, NOW - DAY, ""),
        StatementLine(EntryKind.REFUND, "debt:ref-credit", -4_300, NOW - DAY, ""),
    )
    return Statement(
        user(language, kopecks),
        (*statement_lines, *more) if has_lines else (),
        methods,
        TopUpLimits.of(RUB),
        {f"ref-{EntryKind.CREDIT}": TON_METHOD, "ref-sent-back-by": TON_METHOD},
        dict.fromkeys(("ref-order-of", "ref-refund-of"), SEEDED_PLANS[1].terms),
        debt,
    )
