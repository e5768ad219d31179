"""Why a process doesn't start, in words for the owner."""


class CannotStart(Exception):
    """A process can't start before the owner mends something. The message and `next_step` hold no secret."""

    def __init__(self, what: str, next_step: str) -> None:
        super().__init__(what)
        self.next_step = next_step
