"""A file that nobody else reads, and that is there whole or not at all."""

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TextIO

PRIVATE = 0o600


@contextmanager
def private_output(path: Path) -> Iterator[TextIO]:
    """Text that is written takes the place of *path* when the block ends; an exception leaves *path* as it was.

    Raises OSError.
    """
    with _draft(path) as file, io.TextIOWrapper(file, encoding="utf-8", newline="") as output:
        yield output
        output.flush()
        os.fsync(output.fileno())


def private_bytes(path: Path, content: bytes) -> None:
    """Put *content* in the place of *path*. Raises OSError."""
    with _draft(path) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _draft(path: Path) -> Iterator[BinaryIO]:
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    # A draft of that name would be another's, or a link that leads elsewhere: it isn't opened.
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    try:
        with os.fdopen(handle, "wb") as output:
            yield output
        draft.replace(path)
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()
