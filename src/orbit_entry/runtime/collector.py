"""The cyclic collector of a process that serves people (docs/decisions/0057).

A full collection walks over every object: with all that a shop has loaded it stops the process for a third of a second.
What is loaded stays to the end, so it is set aside, and a collection walks over what has come since.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_YOUNG = 5_000
"""So many more objects made than let go start a collection of the youngest: an update makes several hundred of them."""


@contextmanager
def loading() -> Iterator[None]:
    """Collect nothing while the block loads what the process needs to its end, then set all that aside."""
    gc.disable()
    try:
        yield
        gc.collect()
        gc.freeze()
        gc.set_threshold(_YOUNG, *gc.get_threshold()[1:])
    finally:
        gc.enable()
