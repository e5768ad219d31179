"""A simulator of YooKassa: payments on its page, lists, refunds, unsigned notifications."""
