"""The balance and how it came to be."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import StatementLine
from orbit_domain.payment.payment import Method, PaymentPolicy
from orbit_domain.payment.ports import Gateways
from orbit_domain.storage import Storage
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer
from orbit_domain.user.user import User

LINES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Statement:
    """The balance, its newest movements, and how it can be topped up."""

    user: User
    statement_lines: tuple[StatementLine, ...]
    methods: tuple[Method, ...]
    policy: PaymentPolicy


@dataclass(frozen=True, slots=True)
class ShowStatement:
    """Read the user's account. Raises NoSuchUser."""

    storage: Storage
    gateways: Gateways
    policy: PaymentPolicy
    get_cached_customer: GetCachedCustomer

    async def __call__(self, tg_id: TelegramId) -> Statement:
        user = (await self.get_cached_customer(tg_id)).user
        async with self.storage.transaction() as tx:
            statement_lines = await tx.ledger.statement_lines(tg_id, LINES_SHOWN)
        methods = tuple(gateway.method for gateway in self.gateways.all())
        return Statement(user, statement_lines, methods, self.policy)
