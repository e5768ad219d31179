"""Payments in the TON network's own coin: reading our account's history and saying how to pay."""
