"""The balance and how it came to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from orbit_domain.ids import TelegramId
from orbit_domain.ledger.ledger import StatementLine
from orbit_domain.payment.payment import Method, TopUpLimits
from orbit_domain.payment.ports import Gateways
from orbit_domain.plan.plan import PlanTerms
from orbit_domain.storage import Storage
from orbit_domain.use_cases.get_cached_customer import GetCachedCustomer
from orbit_domain.user.user import User

LINES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Statement:
    """The balance, its newest movements, and how it can be topped up.

    By the `ref` of a line, where it is known: `paid_by` says how its money came or went back, and `bought` which
    plan's order took the money or was refunded. `debt`: base units that the next top-up pays first. `card` renews
    the subscription by itself, if there is one.
    """

    user: User
    statement_lines: tuple[StatementLine, ...]
    methods: tuple[Method, ...]
    limits: TopUpLimits
    paid_by: Mapping[str, Method] = field(default_factory=dict)
    bought: Mapping[str, PlanTerms] = field(default_factory=dict)
    debt: int = 0
    card: str = ""


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
            subjects = await tx.statements.subjects(statement_lines)
            # Whoever owes has had money, and has none left; whoever has a card has paid by it.
            may_owe = bool(statement_lines) and user.balance.is_zero
            debt = await tx.ledger.debt(tg_id) if may_owe else 0
            kept = await tx.kept_cards.of_user(tg_id) if statement_lines else None
        paid_by = {ref: one.method for ref, one in subjects.items() if one.method is not None}
        bought = {ref: one.bought for ref, one in subjects.items() if one.bought is not None}
        methods = tuple(gateway.method for gateway in self.gateways.offered() if not gateway.terms.policy.repeats)
        return Statement(
            user, statement_lines, methods, self.limits, paid_by, bought, debt, kept.card_title if kept else ""
        )
