"""An admin assigns unmatched money to a user."""

from dataclasses import dataclass

from orbit_domain.clock import Clock
from orbit_domain.errors import Refusal
from orbit_domain.ids import Ids, TelegramId
from orbit_domain.ledger.entries import money_credited
from orbit_domain.money import RUB, Money
from orbit_domain.notice.notice import MoneyCredited
from orbit_domain.payment.ports import Rates
from orbit_domain.payment.receipt import Receipt
from orbit_domain.steps.notify import notify
from orbit_domain.storage import AdminAction, Storage, subject_of


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

    Raises ReceiptAlreadyAssigned, AmountTooSmall, NoSuchUser, RateUnavailable.
    """

    storage: Storage
    clock: Clock
    ids: Ids
    rates: Rates

    async def __call__(self, source: str, external_id: str, tg_id: TelegramId, actor: str, reason: str) -> Money:
        """What the user was given."""
        async with self.storage.transaction() as tx:
            receipt = await tx.receipts.get(source, external_id)
        if receipt is None or receipt.payment_id is not None:
            raise ReceiptAlreadyAssigned(f"{source}|{external_id}")
        rate = await self.rates.rate(receipt.amount.currency, RUB)
        value = Money(int(receipt.amount.units * rate.value), RUB)
        if value.is_zero:
            raise AmountTooSmall(receipt.ref)
        await self._credit(receipt, tg_id, value, actor, reason)
        return value

    async def _credit(self, receipt: Receipt, tg_id: TelegramId, value: Money, actor: str, reason: str) -> None:
        now = self.clock.now()
        entry = money_credited(receipt.ref, tg_id, receipt.amount, value, now, actor, reason)
        async with self.storage.transaction() as tx:
            user = await tx.users.lock(tg_id)
            if not await tx.ledger.post(entry):
                raise ReceiptAlreadyAssigned(receipt.ref)
            await tx.admin_log.add(
                AdminAction(
                    self.ids.uuid(), actor, "assign_receipt", subject_of(tg_id), f"{receipt.ref}: {reason}", now
                )
            )
            notice = MoneyCredited(value.units, user.balance.units + value.units, None, 0, receipt.ref)
            await notify(tx, self.ids, tg_id, notice, now)
