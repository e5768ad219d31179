"""Telegram: screens and their texts, code that shows them, and the notifier."""
