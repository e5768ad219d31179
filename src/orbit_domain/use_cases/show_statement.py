"""The balance and how it came to be."""

from dataclasses import dataclass

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import Movement
from orbit_domain.payment.payment import Method, PaymentPolicy
from orbit_domain.payment.ports import Gateways
from orbit_domain.storage import Storage
from orbit_domain.use_cases.recall_customer import RecallCustomer
from orbit_domain.user.user import User

MOVEMENTS_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Statement:
    """The balance, its newest movements, and how it can be topped up."""

    user: User
    movements: tuple[Movement, ...]
    methods: tuple[Method, ...]
    policy: PaymentPolicy


@dataclass(frozen=True, slots=True)
class ShowStatement:
    """Read the user's account. Raises NoSuchUser."""

    storage: Storage
    gateways: Gateways
    policy: PaymentPolicy
    recall_customer: RecallCustomer

    async def __call__(self, tg_id: TelegramId) -> Statement:
        user = (await self.recall_customer(tg_id)).user
        async with self.storage.transaction() as tx:
            movements = await tx.ledger.movements(tg_id, MOVEMENTS_SHOWN)
        methods = tuple(gateway.method for gateway in self.gateways.all())
        return Statement(user, movements, methods, self.policy)
