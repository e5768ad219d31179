"""The switchboard of the sandbox: which part of the world misbehaves just now."""

from collections.abc import Mapping


class Faults:
    """Named switches, each on for ever or for a number of uses.

    A name is `<part>.<fault>`, for example `panel.down`, `chain.hole`, `telegram.lose_answer`.
    The stand-in that owns the part asks `consume` at the moment the fault would show.
    """

    def __init__(self, known: frozenset[str]) -> None:
        self.known = known
        self._left: dict[str, int | None] = {}
        self.struck: dict[str, int] = {}

    def turn_on(self, name: str, times: int | None = None) -> None:
        """Switch *name* on, for ever or for the next *times* uses. Raises KeyError for an unknown name."""
        if name not in self.known:
            raise KeyError(name)
        self._left[name] = times

    def turn_off(self, name: str) -> None:
        """Heal *name*. Healing what is not broken changes nothing."""
        self._left.pop(name, None)

    def heal(self) -> None:
        """Switch everything off."""
        self._left.clear()

    def is_on(self, name: str) -> bool:
        """Whether *name* would strike now; asking uses nothing up."""
        return name in self._left

    def consume(self, name: str) -> bool:
        """Whether the fault shows at this moment; one of its uses is spent when it does."""
        if name not in self._left:
            return False
        left = self._left[name]
        if left is not None:
            if left <= 1:
                del self._left[name]
            else:
                self._left[name] = left - 1
        self.struck[name] = self.struck.get(name, 0) + 1
        return True

    def state(self) -> Mapping[str, bool]:
        """Every known switch and whether it is on, for the control desk."""
        return {name: name in self._left for name in sorted(self.known)}
