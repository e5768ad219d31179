"""Hypothesis strategies for the records of the shop: valid, with hostile texts in them.

Texts hold every character but NUL and lone surrogates, which no database stores (the storage
contract says how those are stored). Times are aware, in UTC, to the microsecond.
"""

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from hypothesis import strategies as st

from orbit_domain.access.key import Key
from orbit_domain.access.placement import Placement, PlacementState
from orbit_domain.access.repository import PanelRecord
from orbit_domain.ids import KeyId, Nonce, OrderId, PanelId, PaymentId, PlanCode, TelegramId
from orbit_domain.ledger.entries import fx_account
from orbit_domain.ledger.ledger import REVENUE, UNMATCHED, Entry, EntryKind, Line
from orbit_domain.money import CURRENCIES, RUB, TON, Currency, Money, rub
from orbit_domain.notice_settings.notice_settings import NoticeGroup, NoticeSettings, QuietHours, UtcOffset
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.payment import CardUse, Method, Payment, PaymentPolicy, PaymentStatus
from orbit_domain.payment.ports import Rate
from orbit_domain.payment.quote import Quote
from orbit_domain.payment.receipt import MemoResult, Receipt
from orbit_domain.payment.recurrence import Recurrence, RecurrenceState, RenewalWish
from orbit_domain.payment.source import Cursor
from orbit_domain.payment.source_record import Comment, CommentKind, Meaning, ReceiptKey, SourceRecord
from orbit_domain.plan.plan import Plan, PlanTerms
from orbit_domain.storage import AdminAction
from orbit_domain.subscription.subscription import Grant, Subscription
from orbit_domain.user.user import LANGUAGES, NewUser

MAX_CHAIN_UNITS = 2**120
MAX_KOPECKS = 10**15
# Hypothesis wants its bounds without a zone, and adds the zone itself.
_FIRST_MOMENT = datetime(2000, 1, 1, tzinfo=UTC).replace(tzinfo=None)
_LAST_MOMENT = datetime(2100, 1, 1, tzinfo=UTC).replace(tzinfo=None)


def moments() -> st.SearchStrategy[datetime]:
    """Aware times in UTC."""
    return st.datetimes(_FIRST_MOMENT, _LAST_MOMENT, timezones=st.just(UTC))


def words(maximum: int = 40, minimum: int = 0) -> st.SearchStrategy[str]:
    """Text of any characters that can be stored."""
    return st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=minimum, max_size=maximum)


def names(maximum: int = 24) -> st.SearchStrategy[str]:
    """Non-empty text."""
    return words(maximum, minimum=1)


def tg_ids() -> st.SearchStrategy[TelegramId]:
    """Telegram ids: positive, within 52 bits."""
    return st.integers(1, 2**52).map(TelegramId)


def hashes() -> st.SearchStrategy[str]:
    """Lower-case hex of 32 bytes."""
    return st.binary(min_size=32, max_size=32).map(bytes.hex)


def addresses() -> st.SearchStrategy[str]:
    """Raw addresses of a chain."""
    return hashes().map(lambda digits: f"0:{digits.upper()}")


def currencies() -> st.SearchStrategy[Currency]:
    """The currencies that the shop knows."""
    return st.sampled_from(sorted(CURRENCIES.values(), key=lambda currency: currency.code))


def moneys(
    currency: Currency | None = None, minimum: int = 0, maximum: int = MAX_CHAIN_UNITS
) -> st.SearchStrategy[Money]:
    """Amounts in *currency*, or in any."""
    return st.builds(Money, st.integers(minimum, maximum), st.just(currency) if currency else currencies())


def roubles(minimum: int = 0, maximum: int = MAX_KOPECKS) -> st.SearchStrategy[Money]:
    """Amounts in the base currency, in kopecks."""
    return st.integers(minimum, maximum).map(rub)


def terms() -> st.SearchStrategy[PlanTerms]:
    """The terms of a plan."""
    return st.builds(
        PlanTerms,
        code=names().map(PlanCode),
        titles=st.dictionaries(st.sampled_from(LANGUAGES), words(), max_size=2),
        days=st.integers(1, 3650),
        traffic_bytes=st.integers(0, 2**50),
        keys=st.integers(1, 20),
    )


def plans() -> st.SearchStrategy[Plan]:
    """Offers."""
    return st.builds(
        Plan,
        terms(),
        roubles(),
        st.integers(-100, 100),
        st.booleans(),
        st.none() | roubles(),
        st.none() | moments(),
    )


def users() -> st.SearchStrategy[NewUser]:
    """First /starts; most name an unknown referrer."""
    return st.builds(
        NewUser,
        tg_id=tg_ids(),
        username=st.none() | names(),
        language=st.sampled_from(LANGUAGES),
        referrer_id=st.none() | tg_ids(),
        created_at=moments(),
    )


def orders(tg_id: TelegramId) -> st.SearchStrategy[Order]:
    """Orders of *tg_id* in any state."""
    return st.builds(
        Order,
        id=st.uuids().map(OrderId),
        tg_id=st.just(tg_id),
        nonce=names().map(Nonce),
        terms=terms(),
        price=roubles(),
        state=st.sampled_from(OrderState),
        created_at=moments(),
        paid_at=st.none() | moments(),
        delivered_at=st.none() | moments(),
    )


def quotes() -> st.SearchStrategy[Quote]:
    """Locked prices in any asset."""
    return st.builds(
        Quote,
        price=roubles(minimum=1),
        due=moneys(minimum=1),
        rate=st.fractions(min_value=Fraction(1, 10**15), max_value=10**9),
        evidence=words(),
        created_at=moments(),
        expires_at=moments(),
    )


def payments(tg_id: TelegramId, order_id: OrderId | None = None) -> st.SearchStrategy[Payment]:
    """Payments of *tg_id* in any status; some have no comment."""
    return st.builds(
        Payment,
        id=st.uuids().map(PaymentId),
        tg_id=st.just(tg_id),
        method=names().map(Method),
        amount=roubles(),
        quote=quotes(),
        comment=words(),
        order_id=st.just(order_id),
        status=st.sampled_from(PaymentStatus),
        created_at=moments(),
        expires_at=moments(),
        source=names(),
        policy=_policies(),
        address=words(),
        external_id=st.none() | names(),
        confirmed_at=st.none() | moments(),
        cancelled_at=st.none() | moments(),
        recurrence=st.none() | recurrences(),
        card=st.none() | st.sampled_from([CardUse.KEEP, CardUse.KEPT, CardUse.FORGOTTEN]),
        card_title=words(),
    )


def recurrences() -> st.SearchStrategy[Recurrence]:
    """How repeated charges may stand."""
    times = st.none() | moments()
    states, wishes = st.sampled_from(RecurrenceState), st.none() | st.sampled_from(RenewalWish)
    return st.builds(Recurrence, state=states, charged_at=times, told_at=times, wish=wishes)


def _policies() -> st.SearchStrategy[PaymentPolicy]:
    graces = st.integers(0, 10**6).map(lambda seconds: timedelta(seconds=seconds))
    return st.builds(PaymentPolicy, graces, st.integers(0, 10_000), st.booleans())


def receipts(tg_id: TelegramId | None = None, payment_id: PaymentId | None = None) -> st.SearchStrategy[Receipt]:
    """Receipts for that user and payment, or without them."""
    return st.builds(
        Receipt,
        source=names(),
        external_id=names(),
        method=names(),
        amount=moneys(),
        tg_id=st.just(tg_id),
        payment_id=st.just(payment_id),
        memo_result=st.sampled_from(MemoResult),
        comment=words(200),
        occurred_at=moments(),
        seen_at=moments(),
    )


def source_records() -> st.SearchStrategy[SourceRecord]:
    """Records of a source, of any meaning and asset, known or not."""
    assets = currencies() | st.builds(Currency, names(), st.integers(0, 30))
    return st.builds(
        SourceRecord,
        source=names(),
        external_id=names(),
        digest=hashes(),
        position=names(),
        amount=st.builds(Money, st.integers(0, MAX_CHAIN_UNITS), assets),
        kind=names(),
        meaning=st.sampled_from(Meaning),
        sender=st.none() | addresses(),
        comment=st.builds(Comment, st.sampled_from(CommentKind), words(200)),
        occurred_at=moments(),
        raw=words(100),
        invoice_id=st.none() | names(),
        reverses=st.none() | st.builds(ReceiptKey, names(), names()),
    )


def cursors() -> st.SearchStrategy[Cursor]:
    """Cursors of any source."""
    return st.builds(Cursor, names(), words(), st.none() | moments())


def rates() -> st.SearchStrategy[Rate]:
    """Rates of any size."""
    return st.builds(Rate, st.fractions(min_value=0), words(), moments())


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    """Balanced entries of the shop's own accounts, in one currency or across two."""
    lines = []
    for currency in draw(st.lists(st.sampled_from([RUB, TON]), min_size=1, max_size=2, unique=True)):
        accounts = draw(st.lists(st.sampled_from([UNMATCHED, REVENUE, fx_account(currency)]), min_size=1, unique=True))
        units = [draw(st.integers(1, MAX_CHAIN_UNITS)) for _ in accounts]
        lines += [Line(account, amount, currency) for account, amount in zip(accounts, units, strict=True)]
        lines.append(Line(f"asset:any:{currency.code}", -sum(units), currency))
    return Entry(
        draw(st.sampled_from(EntryKind)),
        draw(names()),
        tuple(draw(st.permutations(lines))),
        draw(moments()),
        draw(names()),
        draw(words()),
        draw(st.none() | names()),
    )


def grants(tg_id: TelegramId) -> st.SearchStrategy[Grant]:
    """Time given to *tg_id*, or taken back."""
    return st.builds(Grant, names(), st.just(tg_id), st.integers(-(10**9), 10**9), moments())


def subscriptions(tg_id: TelegramId) -> st.SearchStrategy[Subscription]:
    """The subscription of *tg_id*."""
    return st.builds(Subscription, st.just(tg_id), st.none() | moments(), st.none() | names().map(PlanCode))


def quiet_hours() -> st.SearchStrategy[QuietHours]:
    """Some hours of the day, of any length."""
    return st.tuples(st.integers(0, 23), st.integers(1, 23)).map(lambda one: QuietHours(one[0], sum(one) % 24))


def utc_offsets() -> st.SearchStrategy[UtcOffset]:
    """Any clock, also of a quarter of an hour."""
    return st.integers(0, 95).map(lambda quarters: UtcOffset(quarters * 15))


def notice_settings() -> st.SearchStrategy[NoticeSettings]:
    """What a customer may have chosen."""
    off = st.frozensets(st.sampled_from(NoticeGroup))
    return st.builds(NoticeSettings, off, st.none() | quiet_hours(), st.none() | utc_offsets())


def keys(tg_id: TelegramId) -> st.SearchStrategy[Key]:
    """Keys of *tg_id* in any state, with one home."""
    homes = st.integers(0, 2).flatmap(
        lambda others: st.tuples(
            _placements(0, PlacementState.HOME),
            *(_placements(1 + n, PlacementState.LEAVING, PlacementState.REMOVING) for n in range(others)),
        )
    )
    return st.builds(
        Key,
        id=st.uuids().map(KeyId),
        tg_id=st.just(tg_id),
        name=words(),
        number=st.integers(1, 1000),
        credential=st.uuids(),
        expires_at=moments(),
        traffic_bytes=st.integers(0, 2**60),
        created_at=moments(),
        placements=homes,
        enabled=st.booleans(),
    )


def _placements(number: int, *states: PlacementState) -> st.SearchStrategy[Placement]:
    """A placement of that number on a panel of its own, or on none."""
    panel_id = names().map(lambda name: PanelId(f"{name}-{number}"))
    return st.builds(
        Placement,
        number=st.just(number),
        username=names(),
        state=st.sampled_from(states),
        panel_id=st.none() | panel_id,
        node=st.none() | names(),
        groups=st.lists(names(), max_size=3).map(tuple),
        desired_revision=st.integers(1, 2**40),
        applied_revision=st.integers(0, 2**40),
        is_refused=st.booleans(),
        subscription_url=st.none() | words(),
        links=st.lists(words(), max_size=3).map(tuple),
        attempts=st.integers(0, 10_000),
        fence=st.integers(0, 2**40),
        next_attempt_at=st.none() | moments(),
        last_error=st.none() | words(),
        confirmed_at=st.none() | moments(),
    )


def panels() -> st.SearchStrategy[PanelRecord]:
    """Panels with any settings."""
    return st.builds(
        PanelRecord,
        id=names().map(PanelId),
        kind=names(),
        name=words(),
        is_active=st.booleans(),
        priority=st.integers(-1000, 1000),
        capacity=st.none() | st.integers(0, 10**6),
        regions=st.lists(names(), max_size=3).map(tuple),
        excluded_nodes=st.lists(names(), max_size=3).map(tuple),
        draining=st.booleans(),
        evacuating=st.booleans(),
    )


def admin_actions() -> st.SearchStrategy[AdminAction]:
    """Actions of admins."""
    return st.builds(AdminAction, uuids(), names(), names(), names(), words(), moments())


def uuids() -> st.SearchStrategy[UUID]:
    """Any UUID."""
    return st.uuids()
