"""The methods of the Bot API that move Stars or list them.

No call is repeated here. Each one may be: a link is only an invitation to pay, and a charge is given back once.
What isn't a whole answer is StarsUnavailable: then nobody knows what became of the call. Errors hold a short reason,
and neither the token nor anything that Telegram said beyond its own code. aiogram is loaded by the first call: a
process that only serves HTTP makes none.
"""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from orbit_domain.ids import TelegramId
from orbit_domain.money import STARS, Money

if TYPE_CHECKING:
    from aiogram import Bot
    from aiogram.methods import TelegramMethod

MAX_ROWS = 100
MAX_PAYLOAD_BYTES = 128
MONTH_S = 2_592_000
"""The one period that Telegram knows for subscriptions, in seconds."""
_LINK = re.compile(r"https://t\.me/[!-~]{1,200}", re.ASCII)
_CODE = re.compile(r"\b[A-Z][A-Z0-9_]{3,60}\b", re.ASCII)

Row = Mapping[str, Any]


class StarsUnavailable(Exception):
    """Telegram gave no answer, or none that says what became of the call."""


class StarsRefused(Exception):
    """Telegram says no, and nothing was done. `code` is its own word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Telegram refuses: {code}")
        self.code = code


class StarsApi:
    """The Stars of one bot. `source` is the name under which its transactions are recorded."""

    def __init__(self, bot: "Bot", timeout_s: int = 5) -> None:
        self.source = source_name(bot.id)
        self._bot = bot
        self._timeout_s = timeout_s

    async def create_link(
        self, title: str, description: str, payload: str, due: Money, *, repeats: bool = False
    ) -> str:
        """An address that opens the payment of *due* inside Telegram, each month if it *repeats*.

        Raises StarsUnavailable, StarsRefused.
        """
        from aiogram.methods import CreateInvoiceLink
        from aiogram.types import LabeledPrice

        price = LabeledPrice(label=title, amount=due.units)
        link = await self._call(
            CreateInvoiceLink(
                title=title, description=description, payload=payload, currency=STARS.code, prices=[price],
                provider_token="", subscription_period=MONTH_S if repeats else None,
            )
        )  # fmt: skip
        if not isinstance(link, str) or _LINK.fullmatch(link) is None:
            raise StarsUnavailable("the link leads out of Telegram")
        return link

    async def transactions(self, offset: int, limit: int = MAX_ROWS) -> Sequence[Row]:
        """The rows from *offset* on, oldest first, as Telegram has them. Raises StarsUnavailable."""
        from orbit_adapters.stars.raw_transactions import GetRawStarTransactions

        try:
            answer = await self._call(GetRawStarTransactions(offset=offset, limit=limit))
        except StarsRefused as error:
            raise StarsUnavailable(str(error)) from None
        rows = answer.get("transactions") if isinstance(answer, dict) else None
        if not isinstance(rows, list) or len(rows) > limit or not all(isinstance(row, dict) for row in rows):
            raise StarsUnavailable(f"no list of at most {limit} transactions")
        return rows

    async def refund(self, payer: TelegramId, charge_id: str) -> None:
        """Give the whole charge back to the one who paid it. Raises StarsUnavailable, StarsRefused."""
        from aiogram.methods import RefundStarPayment

        if await self._call(RefundStarPayment(user_id=payer, telegram_payment_charge_id=charge_id)) is not True:
            raise StarsUnavailable("an answer that says neither yes nor no")

    async def edit_subscription(self, payer: TelegramId, charge_id: str, *, is_stopped: bool) -> None:
        """Stop the subscription that began with that charge, or let its customer switch it on again.

        Raises StarsUnavailable, StarsRefused.
        """
        from aiogram.methods import EditUserStarSubscription

        edit = EditUserStarSubscription(user_id=payer, telegram_payment_charge_id=charge_id, is_canceled=is_stopped)
        if await self._call(edit) is not True:
            raise StarsUnavailable("an answer that says neither yes nor no")

    async def _call(self, method: "TelegramMethod[Any]") -> Any:
        from aiogram.exceptions import AiogramError, TelegramBadRequest

        refused: str | None = None
        try:
            return await self._bot(method, request_timeout=self._timeout_s)
        except TelegramBadRequest as error:
            refused = _code(error.message)
            reason = ""
        except (AiogramError, TimeoutError, OSError) as error:
            reason = type(error).__name__
        # Raised outside `except`, so that the exception's context holds no request: its address holds the token.
        if refused is not None:
            raise StarsRefused(refused)
        raise StarsUnavailable(f"no whole answer: {reason}")


def source_name(bot_id: int) -> str:
    """The name of the source that a bot's Stars arrive at."""
    return f"stars:{bot_id}"


def _code(message: str) -> str:
    """Telegram's own word in *message*, such as CHARGE_ALREADY_REFUNDED."""
    found = _CODE.search(message)
    return found.group() if found else "BAD_REQUEST"
