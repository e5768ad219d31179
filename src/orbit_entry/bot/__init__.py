"""The bot: updates in, screens out."""
