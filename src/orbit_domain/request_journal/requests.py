"""What customers have asked for lately, and in which state it comes back after a restore.

Money comes from the providers alone: what was paid comes back as something that waits to be paid, and the providers are
read again.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar

from orbit_domain.access.key import Key
from orbit_domain.access.placement import PlacementState
from orbit_domain.gift.gift import Gift
from orbit_domain.order.order import Order, OrderState
from orbit_domain.payment.payment import CardUse, Payment, PaymentStatus
from orbit_domain.promo.promo import Promo
from orbit_domain.subscription.subscription import GRACE
from orbit_domain.subscription_link.link import SubscriptionLink
from orbit_domain.user.user import LANGUAGES, NewUser, User, language_for

Row = TypeVar("Row")

OVERLAP = timedelta(minutes=10)
"""So far back each file looks again: a transaction may commit late, and a row may change soon after it was made."""

_KEPT_BEFORE = timedelta(days=1)
_BOUGHT = (OrderState.PAID, OrderState.DELIVERED)


class Contradiction(Exception):
    """What is recorded says otherwise: the row is left out."""


@dataclass(frozen=True, slots=True)
class AskedOrder:
    """An order that somebody was to pay, or has paid; its gift, and the code that it was discounted by."""

    order: Order
    gift: Gift | None = None
    promo: Promo | None = None

    @property
    def is_bought(self) -> bool:
        """Whether its customer has paid it, by whatever means."""
        return self.order.state in _BOUGHT


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key, and its customer's own link if there is one."""

    key: Key
    link: SubscriptionLink | None = None


@dataclass(frozen=True, slots=True)
class Requests:
    """Users who came, orders, payments, and keys that were made."""

    users: tuple[User, ...] = ()
    orders: tuple[AskedOrder, ...] = ()
    payments: tuple[Payment, ...] = ()
    keys: tuple[IssuedKey, ...] = ()

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.users) + len(self.orders) + len(self.payments) + len(self.keys)

    @property
    def from_balance(self) -> tuple[Order, ...]:
        """The orders that were paid, and not by a payment of their own: they cost nothing, or the balance paid them."""
        confirmed = {one.order_id for one in self.payments if one.status is PaymentStatus.CONFIRMED}
        return tuple(one.order for one in self.orders if one.is_bought and one.order.id not in confirmed)


def newest_of_each(journals: Iterable[Requests]) -> Requests:
    """Every row once, as the last of *journals* knows it: a later file has seen what has changed."""
    parts = list(journals)
    return Requests(
        _last(parts, lambda part: part.users, lambda user: user.tg_id),
        _last(parts, lambda part: part.orders, lambda asked: asked.order.id),
        _last(parts, lambda part: part.payments, lambda payment: payment.id),
        _last(parts, lambda part: part.keys, lambda issued: issued.key.id),
    )


def _last(
    parts: Iterable[Requests], rows: Callable[[Requests], Iterable[Row]], name: Callable[[Row], object]
) -> tuple[Row, ...]:
    return tuple({name(row): row for part in parts for row in rows(part)}.values())


def is_asked_for(payment: Payment) -> bool:
    """Whether a customer or the shop has asked for it.

    A charge of a payment that repeats has one of its own, which is made anew when the charge is read again.
    """
    is_charge = payment.policy.repeats and payment.status is PaymentStatus.CONFIRMED and payment.recurrence is None
    return not is_charge


def requested_user(user: User) -> NewUser:
    """Somebody who has pressed /start and has nothing yet."""
    language = user.language if user.language in LANGUAGES else language_for(user.language)
    return NewUser(user.tg_id, user.username, language, user.referrer_id, user.created_at)


def requested_order(order: Order) -> Order:
    """Open. What was cancelled stays so; what was refunded isn't bought once more by the money that has paid it.

    A gift waits for its taker again, whose link still holds.
    """
    is_over = order.state in (OrderState.CANCELLED, OrderState.REFUNDED)
    state = OrderState.CANCELLED if is_over else OrderState.OPEN
    return replace(order, state=state, paid_at=None, delivered_at=None, taken=None)


def requested_gift(gift: Gift) -> Gift:
    """A gift that nobody has taken."""
    return replace(gift, taker_name="")


def requested_payment(payment: Payment) -> Payment:
    """Not confirmed: its memo, its price and its provider's name are known, and no money is.

    One that the customer has cancelled, or that has expired, stays so: its money is theirs all the same.
    """
    is_confirmed = payment.status is PaymentStatus.CONFIRMED
    card = CardUse.KEEP if payment.card is CardUse.KEPT else payment.card
    return replace(
        payment,
        status=PaymentStatus.PENDING if is_confirmed else payment.status,
        confirmed_at=None,
        # Each charge that is read again counts for it.
        recurrence=None,
        card=card,
        card_title="" if card is CardUse.KEEP else payment.card_title,
    )


def requested_key(key: Key, ends_at: datetime | None) -> Key:
    """*key* at its home, with the time that its customer has, which ends at *ends_at*; without any it has expired.

    Nothing is to be done about it: its account, its name and its link stay as they are until money pays for time.
    """
    home = key.home
    revision = max(home.desired_revision, home.applied_revision, 1)
    placement = replace(
        home,
        number=0,
        state=PlacementState.HOME,
        desired_revision=revision,
        applied_revision=revision,
        is_refused=False,
        attempts=0,
        fence=0,
        next_attempt_at=None,
        last_error=None,
        # It isn't among those that are looked at again soon after they were confirmed.
        confirmed_at=None,
        rebalanced_at=None,
    )
    expires_at = ends_at + GRACE if ends_at is not None else key.created_at
    return replace(key, expires_at=expires_at, placements=(placement,))


def kept_from(verified_at: datetime) -> datetime:
    """Journals that are older are needed no more, when the newest verified backup is of *verified_at*."""
    return verified_at - _KEPT_BEFORE
