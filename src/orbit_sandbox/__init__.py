"""Local simulators that speak the real wire protocols: Telegram, toncenter and Marzban."""
