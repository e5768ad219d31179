"""A line every few seconds while something takes long: nobody wonders whether anything happens."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import typer

EVERY_S = 4.0


@contextmanager
def still_at_work(what: str, every_s: float = EVERY_S) -> Iterator[None]:
    """Say on the standard error, every *every_s* seconds while the block runs, *what* is being done."""
    done = threading.Event()

    def count() -> None:
        seconds = every_s
        while not done.wait(every_s):
            typer.echo(f"  still {what} ({seconds:.0f} s) …", err=True)
            seconds += every_s

    # A thread, because loading modules holds up everything else.
    counter = threading.Thread(target=count, name="still at work", daemon=True)
    counter.start()
    try:
        yield
    finally:
        done.set()
        counter.join()
