"""A bare bot on aiogram, as its own documentation writes one: `python -m benchmarks.echo_bot API PORT SECRET`.

It answers a message with a message and a tap with an edited message, with a keyboard of Orbit's size, and does no more.
"""

import sys

from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandStart
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web

PATH = "/telegram/webhook"
TEXT = "👋 Orbit\n\nYou have no subscription yet. Try it free, or choose a plan."
KEYBOARD = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text=f"Button {row}", callback_data=f"word:{row}")] for row in range(6)]
)


async def start(message: Message) -> None:
    """Answer /start."""
    await message.answer(TEXT, reply_markup=KEYBOARD)


async def tap(query: CallbackQuery) -> None:
    """Answer a tap."""
    if isinstance(query.message, Message):
        await query.message.edit_text(TEXT, reply_markup=KEYBOARD)
    await query.answer()


def main(api: str, port: str, secret: str) -> None:
    """Serve until the process is stopped."""
    bot = Bot("424242:benchmark", session=AiohttpSession(api=TelegramAPIServer.from_base(api)))
    dispatcher = Dispatcher()
    dispatcher.message.register(start, CommandStart())
    dispatcher.callback_query.register(tap)
    app = web.Application()
    SimpleRequestHandler(dispatcher, bot, secret_token=secret).register(app, PATH)
    web.run_app(app, host="127.0.0.1", port=int(port), print=lambda _: None)


if __name__ == "__main__":
    main(*sys.argv[1:])
