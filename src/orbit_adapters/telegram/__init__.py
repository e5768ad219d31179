"""Telegram: screens, texts, showing them, and telling people what they are owed."""
