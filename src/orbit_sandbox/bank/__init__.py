"""A simulator of a bank that takes card payments: invoices, a list of receipts, refunds, webhooks."""
