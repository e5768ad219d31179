"""One search field for everything that names a customer."""

import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID

from orbit_domain.ids import OrderId, PaymentId, TelegramId
from orbit_domain.payment.claim import TransferNames
from orbit_domain.payment.memo import read_memo
from orbit_domain.payment.ports import Gateways
from orbit_domain.payment.source_record import Comment, CommentKind
from orbit_domain.steps.require_permission import StaffMember, require_permission
from orbit_domain.storage import Storage, Transaction
from orbit_domain.user.permission import Permission
from orbit_domain.user.user import User

SEARCHED_CHARS = 200
_HITS = 10
_RECORDS_COMPARED = 500
_ID = re.compile(r"[1-9][0-9]{0,15}", re.ASCII)
_USERNAME = re.compile(r"(?:@|(?:https://)?t\.me/)?([A-Za-z][A-Za-z0-9_]{3,31})", re.ASCII)
_KEY_NAME = re.compile(r"[A-Za-z0-9_.-]{3,64}", re.ASCII)
_PRINTABLE = re.compile(r"[ -~]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class FoundCustomers:
    """Who looks, and whom the text names, without repetition, in the order of certainty."""

    user: User
    hits: tuple[User, ...]


@dataclass(frozen=True, slots=True)
class FindCustomers:
    """By Telegram id, @name, comment of a payment, transaction, charge, number of a payment or order, or key.

    Whatever isn't such a name finds nobody, and costs no query. Raises NotPermitted, NoSuchUser.
    """

    storage: Storage
    gateways: Gateways
    transfer_names: TransferNames
    owner: TelegramId | None

    async def __call__(self, staff_id: TelegramId, typed: str) -> FoundCustomers:
        text = typed[: SEARCHED_CHARS + 1].strip()
        async with self.storage.transaction() as tx:
            user = await require_permission(tx, StaffMember(staff_id, self.owner), Permission.FIND_CUSTOMERS)
            found: dict[TelegramId, User] = {}
            # A longer text is no name of anything, and one with other characters neither.
            if len(text) <= SEARCHED_CHARS and _PRINTABLE.fullmatch(text):
                async for hit in self._hits(tx, text):
                    found.setdefault(hit.tg_id, hit)
        return FoundCustomers(user, tuple(found.values())[:_HITS])

    async def _hits(self, tx: Transaction, text: str) -> AsyncIterator[User]:
        if name := _USERNAME.fullmatch(text):
            for user in await tx.users.named(name[1], _HITS):
                yield user
        async for tg_id in self._owners(tx, text):
            user_found = await tx.users.get(tg_id)
            if user_found is not None:
                yield user_found

    async def _owners(self, tx: Transaction, text: str) -> AsyncIterator[TelegramId]:
        if _ID.fullmatch(text):
            yield TelegramId(int(text))
        async for tg_id in self._payers(tx, text):
            yield tg_id
        if _KEY_NAME.fullmatch(text):
            for key in await tx.keys.named(text, [panel.id for panel in await tx.panels.all()]):
                yield key.tg_id
        async for tg_id in self._senders(tx, text):
            yield tg_id

    async def _payers(self, tx: Transaction, text: str) -> AsyncIterator[TelegramId]:
        """Whose payment or order has that comment, number, or name at its provider."""
        memo = read_memo(Comment(CommentKind.TEXT, text)).memo
        payments = [await tx.payments.by_comment(memo) if memo is not None else None]
        payments += [await tx.payments.by_external_id(one.method, text) for one in self.gateways.all()]
        with suppress(ValueError):
            number = UUID(text)
            payments.append(await tx.payments.get(PaymentId(number)))
            order = await tx.orders.get(OrderId(number))
            if order is not None:
                yield order.tg_id
        for payment in payments:
            if payment is not None:
                yield payment.tg_id

    async def _senders(self, tx: Transaction, text: str) -> AsyncIterator[TelegramId]:
        """Whose money arrived under that name: the provider's own, or a hash of one of the newest transfers."""
        name = self.transfer_names.read(text)
        for cursor in await tx.cursors.all():
            ids = [text]
            if name is not None and cursor.source in name.sources:
                records = await tx.source_records.newest(cursor.source, _RECORDS_COMPARED)
                ids += [one.external_id for one in records if name.value in self.transfer_names.of(one)]
            for external_id in ids:
                receipt = await tx.receipts.get(cursor.source, external_id)
                if receipt is not None and receipt.tg_id is not None:
                    yield receipt.tg_id
