"""The fault switches of the sandbox: which part fails now, and how."""

from collections.abc import Mapping


class Faults:
    """Named switches. Each is on permanently or for a number of uses.

    A name is `<part>.<fault>`, for example `panel.down`, `chain.hole`, `telegram.lose_answer`.
    The simulator of the part calls `consume` when the fault would occur.
    """

    def __init__(self, known: frozenset[str]) -> None:
        self.known = known
        self._left: dict[str, int | None] = {}
        self.consumed: dict[str, int] = {}

    def turn_on(self, name: str, times: int | None = None) -> None:
        """Switch *name* on, permanently or for the next *times* uses. Raises KeyError for an unknown name."""
        if name not in self.known:
            raise KeyError(name)
        self._left[name] = times

    def turn_off(self, name: str) -> None:
        """Switch *name* off. Changes nothing when it is off already."""
        self._left.pop(name, None)

    def clear(self) -> None:
        """Switch everything off."""
        self._left.clear()

    def is_on(self, name: str) -> bool:
        """Whether *name* is on. Spends no use."""
        return name in self._left

    def consume(self, name: str) -> bool:
        """Whether the fault occurs now. Spends one of its uses when it does."""
        if name not in self._left:
            return False
        left = self._left[name]
        if left is not None:
            if left <= 1:
                del self._left[name]
            else:
                self._left[name] = left - 1
        self.consumed[name] = self.consumed.get(name, 0) + 1
        return True

    def state(self) -> Mapping[str, bool]:
        """Every known switch and whether it is on, for the control panel."""
        return {name: name in self._left for name in sorted(self.known)}
