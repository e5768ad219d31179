"""What customers ask, and what the shop answers."""
