"""A simulator of Crypto Pay: invoices in fiat or coins, a list of them, deleting, webhooks."""
