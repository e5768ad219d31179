"""What is done in the background."""

from enum import StrEnum


class JobName(StrEnum):
    """One kind of work: the name of its loop and of its task at the broker."""

    MONEY = "money"
    EXPIRY = "expiry"
    KEYS = "keys"
    NOTICES = "notices"
    REMINDERS = "reminders"
    DELIVERIES = "deliveries"
