"""Crypto Pay of @CryptoBot: invoices in the shop's currency, paid in any coin that the bot keeps, or over one coin."""
