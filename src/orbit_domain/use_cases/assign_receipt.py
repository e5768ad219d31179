"""An admin assigns unmatched money to a user."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.errors import Refusal
from orbit_domain.ids import ClaimId, Ids, TelegramId
from orbit_domain.money import BaseCurrency, Money
from orbit_domain.payment.ports import Rates
from orbit_domain.payment.receipt import Receipt
from orbit_domain.payment.settlement import RATE_MAX_AGE
from orbit_domain.steps.assign_money import Assigned, assign_money
from orbit_domain.steps.require_permission import Actor, permitted_actor
from orbit_domain.storage import Storage
from orbit_domain.user.permission import Permission


@dataclass(eq=False)
class ReceiptAlreadyAssigned(Refusal):
    """There is no such receipt, or it has an owner already."""

    ref: str


@dataclass(eq=False)
class AmountTooSmall(Refusal):
    """Dust: at today's rate it is less than the smallest unit of a balance."""

    ref: str


@dataclass(frozen=True, slots=True)
class AssignReceipt:
    """Credit an unmatched receipt to a user, with an audit row. A second time is refused.

    It is worth the rate of its own time. What the customer chose last is paid if the balance covers it now. The
    customer's own claims on it are approved in the same transaction; *claim* must be open until then.

    Raises NotPermitted, ReceiptAlreadyAssigned, AmountTooSmall, NoSuchUser, RateUnavailable, NoSuchClaim, ClaimDecided.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    rates: Rates
    base: BaseCurrency

    async def __call__(
        self,
        source: str,
        external_id: str,
        tg_id: TelegramId,
        actor: Actor,
        reason: str,
        claim: ClaimId | None = None,
    ) -> Money:
        """What the user was given."""
        async with self.storage.transaction() as tx:
            receipt = await tx.receipts.get(source, external_id)
        if receipt is None or receipt.payment_id is not None:
            raise ReceiptAlreadyAssigned(f"{source}|{external_id}")
        value = await self._value(receipt)
        if value.is_zero:
            raise AmountTooSmall(receipt.ref)
        async with self.storage.transaction() as tx:
            name = await permitted_actor(tx, actor, Permission.ASSIGN_MONEY)
            given = Assigned(receipt, tg_id, value, name, reason, claim)
            if not await assign_money(tx, given, self.clock.now(), self.ids):
                raise ReceiptAlreadyAssigned(receipt.ref)
        return value

    async def _value(self, receipt: Receipt) -> Money:
        """What it was worth when it arrived. Raises RateUnavailable."""
        amount = receipt.amount
        if amount.currency == self.base:
            return amount
        async with self.storage.transaction() as tx:
            recorded = await tx.rate_history.of_time(amount.currency, self.base, receipt.occurred_at, RATE_MAX_AGE)
        rate = recorded or await self.rates.rate(amount.currency, self.base)
        return Money(int(amount.units * rate.value), self.base)
