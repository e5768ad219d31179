"""The one way a move says no."""


class CopyRefused(Exception):
    """The move can't begin or go on. `findings` are lines for the owner; they hold no secret and no address.

    What was moved before stays where it is, and the same move may be started again.
    """

    def __init__(self, reason: str, findings: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.findings = findings
