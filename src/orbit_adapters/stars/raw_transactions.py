"""The list of Stars as Telegram sends it."""

from typing import Any

from aiogram.methods import TelegramMethod


class GetRawStarTransactions(TelegramMethod[dict[str, Any]]):
    """getStarTransactions without aiogram's parsing: a row of a new kind doesn't hide those around it."""

    __returning__ = dict[str, Any]
    __api_method__ = "getStarTransactions"

    offset: int
    limit: int
