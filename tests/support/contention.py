"""Tasks that overtake each other: without it, verbs over memory never wait and so never meet."""

import asyncio
import random


class Jostle:
    """In every moment lets the others go first, up to *most* times; the same seed gives the same order."""

    def __init__(self, seed: int, maximum: int = 3) -> None:
        self._random = random.Random(seed)
        self._most = maximum

    async def moment(self) -> None:
        """Stand back for a few rounds of the loop; no time passes."""
        for _ in range(self._random.randint(0, self._most)):
            await asyncio.sleep(0)
