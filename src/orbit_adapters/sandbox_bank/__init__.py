"""The sandbox's bank: card payments for trying the shop out, never for real money."""
