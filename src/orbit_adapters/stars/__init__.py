"""Telegram Stars: payments inside Telegram, and the bot's list of transactions."""
