"""A Telegram account presses /start."""

from dataclasses import dataclass, replace

from orbit_domain.clock import Clock
from orbit_domain.ids import TelegramId
from orbit_domain.storage import Storage, Transaction
from orbit_domain.subscription.repository import Customer
from orbit_domain.subscription.subscription import Subscription
from orbit_domain.user.referral import inviter_of
from orbit_domain.user.user import NewUser, NoSuchUser, User, language_for


@dataclass(frozen=True, slots=True)
class RegisteredCustomer:
    """The customer as they are now, and whether this /start was the first."""

    customer: Customer
    is_new: bool

    @property
    def user(self) -> User:
        """Who it is."""
        return self.customer.user


@dataclass(frozen=True, slots=True)
class RegisterUser:
    """Know the user from now on. A second /start finds what is there; a referrer counts only at the first.

    Who had deleted the account and *comes_back* has one again: the same number, with its balance and what was used of
    the shop's gifts.
    """

    storage: Storage
    clock: Clock

    async def __call__(
        self,
        tg_id: TelegramId,
        username: str | None,
        telegram_language: str | None,
        invitation: str | None = None,
        *,
        comes_back: bool = False,
    ) -> RegisteredCustomer:
        """The customer, and whether they are new. *invitation* is the code of a `ref_` deep link."""
        known = await self.storage.find_customer(tg_id)
        if known is not None and not _changes(known.user, comes_back):
            return RegisteredCustomer(known, is_new=False)
        newcomer = NewUser(tg_id, username, language_for(telegram_language), None, self.clock.now())
        async with self.storage.transaction() as tx:
            if known is None:
                if invitation is not None:
                    newcomer = replace(newcomer, referrer_id=await _inviter(tx, invitation, tg_id))
                registered = await tx.users.add_if_absent(newcomer)
                if registered.is_new:
                    return RegisteredCustomer(Customer(registered.user, Subscription(tg_id)), is_new=True)
            return RegisteredCustomer(await _back(tx, newcomer, comes_back), is_new=False)


def _changes(user: User, comes_back: bool) -> bool:
    """Whether the /start of a known *user* is to be recorded."""
    return user.unreachable_at is not None or (user.deleted_at is not None and comes_back)


async def _back(tx: Transaction, start: NewUser, comes_back: bool) -> Customer:
    """The customer, who is known, as their *start* leaves them."""
    customer = await tx.subscriptions.customer(start.tg_id)
    if customer is None:
        raise NoSuchUser(start.tg_id)
    user = customer.user
    if user.unreachable_at is not None:
        await tx.users.set_unreachable(start.tg_id, None)
        user = replace(user, unreachable_at=None)
    if user.deleted_at is not None and comes_back:
        await tx.users.bring_back(start.tg_id, start.username, start.language)
        user = replace(user, username=start.username, language=start.language, deleted_at=None)
    return replace(customer, user=user)


async def _inviter(tx: Transaction, invitation: str, newcomer: TelegramId) -> TelegramId | None:
    """Whose code it is; links of older versions name their users. Nobody invites themselves."""
    inviter = await tx.referrals.inviter_by(invitation) or inviter_of(invitation, newcomer)
    return inviter if inviter != newcomer else None
