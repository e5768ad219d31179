"""Local stand-ins that speak the real wire protocols: Telegram, toncenter and Marzban."""
