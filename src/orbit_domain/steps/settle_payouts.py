"""How a payout is done when its transfer is seen, and undone when it comes back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from orbit_domain.ids import Ids, TelegramId
from orbit_domain.ledger.ledger import EntryKind, user_account
from orbit_domain.ledger.payout_entries import payout_name, payout_returned, payout_sent
from orbit_domain.money import Money
from orbit_domain.notice.payout_notices import PayoutProblem, PayoutReturned, PayoutSent
from orbit_domain.payment.effect import Effect, EffectKind
from orbit_domain.payment.payment import Method
from orbit_domain.payment.payout import Payout, PayoutState
from orbit_domain.payment.source_record import SourceRecord
from orbit_domain.steps.collect_debt import collect_debt
from orbit_domain.steps.notify import notify
from orbit_domain.storage import Transaction

_KEPT_PERCENT = 90
"""What comes back has lost a few thousandths of a coin to the network, more only by somebody's doing."""


@dataclass(frozen=True, slots=True)
class PayoutAlert:
    """Who is told of a transfer that isn't what a payout asked for; without an owner no one is."""

    ids: Ids
    owner: TelegramId | None
    now: datetime


@dataclass(frozen=True, slots=True)
class _Seen:
    """One transfer that *record* made, or got back."""

    record: SourceRecord
    effect: Effect

    @property
    def amount(self) -> Money:
        return Money(abs(self.effect.units), self.record.amount.currency)


async def settle_payouts(tx: Transaction, new: Sequence[SourceRecord], method: Method, alert: PayoutAlert) -> None:
    """Compare what *new* records sent and got back with the payouts by *method*, in order.

    A transfer with a payout's comment that isn't what was asked for changes nothing; the owner is told.
    """
    sent = [(comment, seen) for seen in _transfers(new, EffectKind.SENT) if (comment := seen.effect.comment.strip())]
    # One question for all of them: usually none is a payout. If one is, each asks anew, after what the others changed.
    if sent and await tx.payouts.by_comments(method, {comment for comment, _ in sent}):
        for comment, seen in sent:
            await _send(tx, await tx.payouts.by_comments(method, {comment}), seen, alert)
    returned = [
        (other, seen) for seen in _transfers(new, EffectKind.RETURNED) if (other := seen.effect.other) is not None
    ]
    if returned and await tx.payouts.sent_to(method, {other for other, _ in returned}):
        for other, seen in returned:
            await _return(tx, await tx.payouts.sent_to(method, {other}), seen, alert)


def _transfers(records: Sequence[SourceRecord], kind: EffectKind) -> Iterator[_Seen]:
    return (_Seen(record, effect) for record in records for effect in record.effects if effect.kind is kind)


async def _send(tx: Transaction, named: Sequence[Payout], seen: _Seen, alert: PayoutAlert) -> None:
    if not named:
        return
    asked = next((one for one in named if _problem(one, seen) is None), None)
    # Several have one comment when an exchange demands it; the newest of them says best what was meant.
    payout = await tx.payouts.lock((asked or named[-1]).id)
    problem = _problem(payout, seen)
    if problem is not None:
        await _tell_owner(tx, payout, problem, seen, alert)
        return
    await tx.payouts.save(payout.send(seen.record.ref, alert.now))
    await tx.ledger.post(payout_sent(payout.id, payout.amount, alert.now, seen.record.ref))
    notice = PayoutSent(payout.id, payout.amount.currency.code, payout.amount.units, payout.comment)
    await notify(tx, alert.ids, payout.tg_id, notice, alert.now)


def _problem(payout: Payout, seen: _Seen) -> str | None:
    """Why the transfer isn't what *payout* asks for."""
    if not payout.is_waiting:
        return str(payout.state)
    if seen.effect.other != payout.destination:
        return "destination"
    return None if seen.amount == payout.amount else "amount"


async def _return(tx: Transaction, sent: Sequence[Payout], seen: _Seen, alert: PayoutAlert) -> None:
    fitting = [one for one in sent if _is_that(one, seen)]
    if not fitting:
        return
    await tx.users.lock(fitting[-1].tg_id)
    payout = await tx.payouts.lock(fitting[-1].id)
    reserved = await tx.ledger.entry(EntryKind.REFUND, payout_name(payout.id))
    if payout.state is not PayoutState.SENT or reserved is None:
        return
    returned = payout_returned(payout.id, reserved, seen.amount, alert.now, seen.record.ref)
    await tx.ledger.post(returned)
    await collect_debt(tx, payout.tg_id, returned.ref, alert.now)
    await tx.payouts.save(payout.come_back(seen.record.ref, alert.now))
    value = -sum(line.units for line in reserved.lines if line.account == user_account(payout.tg_id))
    await notify(tx, alert.ids, payout.tg_id, PayoutReturned(payout.id, value), alert.now)
    await _tell_owner(tx, payout, "came_back", seen, alert)


def _is_that(payout: Payout, seen: _Seen) -> bool:
    """Whether what came back can be *payout*: it shows the beginning of the comment at best, and lacks some fees.

    One of which much is missing is another transfer, or was spent on gas by whoever asked for it: a person decides.
    """
    is_most = seen.amount.units * 100 >= payout.amount.units * _KEPT_PERCENT
    return is_most and payout.amount.covers(seen.amount) and payout.comment.startswith(seen.effect.comment)


async def _tell_owner(tx: Transaction, payout: Payout, problem: str, seen: _Seen, alert: PayoutAlert) -> None:
    if alert.owner is None:
        return
    notice = PayoutProblem(
        payout_id=payout.id,
        problem=problem,
        ref=seen.record.ref,
        asset=seen.amount.currency.code,
        units=seen.amount.units,
        asked_units=payout.amount.units,
        tg_id=payout.tg_id,
        comment=payout.comment,
    )
    await notify(tx, alert.ids, alert.owner, notice, alert.now)
