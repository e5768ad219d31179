"""The Telegram door: updates in, screens out."""
