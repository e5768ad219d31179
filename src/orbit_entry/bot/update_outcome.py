"""What became of an update."""

from enum import StrEnum


class UpdateOutcome(StrEnum):
    """*failed*: its handler had an error; *limited*: the rate limit turned it away."""

    DONE = "done"
    FAILED = "failed"
    LIMITED = "limited"
    MALFORMED = "malformed"
    TO_COME_AGAIN = "to_come_again"
