"""A local Bot API: the simulated Telegram, its HTTP application, and what the sandbox page shows of it."""
