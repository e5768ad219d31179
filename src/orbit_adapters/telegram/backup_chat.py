"""An archive as a file in the owner's chat."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import BinaryIO

from aiogram import Bot
from aiogram.exceptions import (
    AiogramError,
    TelegramBadRequest,
    TelegramEntityTooLarge,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramServerError,
)
from aiogram.types import InputFile
from aiohttp import ClientConnectorError

from orbit_adapters.telegram.i18n import Translator
from orbit_domain.backup.backup import Backup
from orbit_domain.backup.copies import CopyFailed, CopyProblem

OFFICIAL = "https://api.telegram.org"
_LARGEST = 50 * 1024 * 1024
_LARGEST_OF_OWN_SERVER = 2_000 * 1024 * 1024
_TIMEOUT_S = 1_800
_PER_KB = 1_024
_PIECE = 64 * 1024


def largest_document(api_url: str) -> int:
    """How large a file the Bot API at *api_url* takes, in bytes: a server of one's own takes more."""
    return _LARGEST if api_url.startswith(OFFICIAL) else _LARGEST_OF_OWN_SERVER


class _OpenedFile(InputFile):
    """A file that is closed by whoever has opened it, also when its upload breaks off."""

    def __init__(self, opened: BinaryIO, name: str) -> None:
        super().__init__(name, _PIECE)
        self._opened = opened

    async def read(self, bot: Bot) -> AsyncGenerator[bytes, None]:
        """Its bytes, from its beginning: an upload may be begun again."""
        self._opened.seek(0)
        while piece := await asyncio.to_thread(self._opened.read, self.chunk_size):
            yield piece


class BackupChat:
    """Sends archives to *chat_id*, with what they are in *language*."""

    def __init__(self, bot: Bot, chat_id: int, language: str) -> None:
        self._bot = bot
        self._chat_id = chat_id
        self._translate = Translator(language)

    async def __call__(self, file: Path, backup: Backup) -> None:
        """Send *file*. Raises OSError, CopyFailed: *unknown* where the answer was lost, since it may be there."""
        with file.open("rb") as opened:
            try:
                await self._bot.send_document(
                    self._chat_id,
                    _OpenedFile(opened, backup.name),
                    caption=self.caption(backup),
                    disable_content_type_detection=True,
                    disable_notification=True,
                    request_timeout=_TIMEOUT_S,
                )
            except AiogramError as error:
                raise CopyFailed(_problem(error)) from None

    def caption(self, backup: Backup) -> str:
        """When it was taken, how large it is, and that it was verified."""
        return self._translate(
            "backup-caption",
            when=self._translate.moment(backup.taken_at),
            size=self._size(backup.size),
            rows=backup.rows,
        )

    def _size(self, size: int) -> str:
        for unit in ("b", "kb"):
            if size < _PER_KB:
                return self._translate.label(f"size-{unit}", count=size)
            size = -(-size // _PER_KB)
        return self._translate.label("size-mb", count=size)


def _problem(error: AiogramError) -> CopyProblem:
    match error:
        case TelegramEntityTooLarge():
            return CopyProblem.TOO_LARGE
        case TelegramRetryAfter():
            return CopyProblem.SLOW_DOWN
        case TelegramForbiddenError() | TelegramMigrateToChat() | TelegramNotFound():
            return CopyProblem.NO_CHAT
        case TelegramBadRequest():
            return CopyProblem.NO_CHAT if "chat not found" in error.message else CopyProblem.REFUSED
        case TelegramNetworkError():
            return CopyProblem.UNREACHABLE if _was_not_sent(error) else CopyProblem.UNKNOWN
        case TelegramServerError():
            return CopyProblem.UNKNOWN
        case _:
            return CopyProblem.REFUSED


def _was_not_sent(error: BaseException | None) -> bool:
    """Whether there was no connection at all; aiogram wraps that error."""
    while error is not None and not isinstance(error, ClientConnectorError):
        error = error.__cause__
    return error is not None
