"""A process that dies at chosen moments."""

from collections.abc import Collection


class Crash(BaseException):
    """The process is gone. Nothing may catch it but the test."""


class Fuse:
    """Counts the moments at which a process can die, and kills it at the chosen ones."""

    def __init__(self, fatal: Collection[int] = ()) -> None:
        self.fatal = frozenset(fatal)
        self.passed = 0

    async def moment(self) -> None:
        """One moment passes, or is the last."""
        self.passed += 1
        if self.passed in self.fatal:
            raise Crash(self.passed)
