"""The balance and how it came to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import EntryKind, StatementLine
from orbit_domain.payment.payment import Method, TopUpLimits
from orbit_domain.payment.ports import Gateways
from orbit_domain.storage import Storage, Transaction
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer
from orbit_domain.user.user import User

LINES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Statement:
    """The balance, its newest movements, and how it can be topped up. `paid_by`: the method of each credit's `ref`."""

    user: User
    statement_lines: tuple[StatementLine, ...]
    methods: tuple[Method, ...]
    limits: TopUpLimits
    paid_by: Mapping[str, Method] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShowStatement:
    """Read the user's account. Raises NoSuchUser."""

    storage: Storage
    gateways: Gateways
    limits: TopUpLimits
    get_cached_customer: GetCachedCustomer

    async def __call__(self, tg_id: TelegramId) -> Statement:
        user = (await self.get_cached_customer(tg_id)).user
        async with self.storage.transaction() as tx:
            statement_lines = await tx.ledger.statement_lines(tg_id, LINES_SHOWN)
            paid_by = await _methods(tx, statement_lines)
        methods = tuple(gateway.method for gateway in self.gateways.all())
        return Statement(user, statement_lines, methods, self.limits, paid_by)


async def _methods(tx: Transaction, statement_lines: tuple[StatementLine, ...]) -> Mapping[str, Method]:
    methods = {}
    for line in statement_lines:
        source, _, external_id = line.ref.partition("|")
        if line.kind is EntryKind.CREDIT and (receipt := await tx.receipts.get(source, external_id)):
            methods[line.ref] = Method(receipt.method)
    return methods
