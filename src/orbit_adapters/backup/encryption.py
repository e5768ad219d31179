"""Archives as streams: what is written is compressed and encrypted on its way, and lies nowhere in plain text.

The library pulls what it encrypts and pushes what it decrypts, so it has a thread of its own behind a pipe.
"""

import hashlib
import os
import threading
import zlib
from collections.abc import Sequence
from typing import Protocol

import pyrage

from orbit_adapters.backup.age_keys import Identity, Recipient
from orbit_adapters.backup.refused import BackupRefused, broken
from orbit_domain.backup.backup import BackupProblem

_PIECE = 256 * 1024
_LEVEL = 6


class Output(Protocol):
    """Where an archive is written."""

    def write(self, data: bytes) -> None:
        """Take all of *data*. Raises OSError."""


class Input(Protocol):
    """Where an archive is read."""

    def read(self, size: int) -> bytes:
        """At most *size* bytes; none at the end. Raises OSError."""


class _Digest:
    """Counts bytes, and knows their SHA-256."""

    def __init__(self) -> None:
        self.size = 0
        self._hash = hashlib.sha256()

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def count(self, data: bytes) -> None:
        self.size += len(data)
        self._hash.update(data)


class EncryptedWriter:
    """Compresses and encrypts what is written to it, for *recipients*, into *output*.

    `close` ends the archive. Without it, after `abort`, the archive has no end that a reader would take.
    """

    def __init__(self, output: Output, recipients: Sequence[Recipient]) -> None:
        self._compressor = zlib.compressobj(_LEVEL)
        self._target = _Target(output)
        self._error: BaseException | None = None
        self._source, self._pipe = os.pipe()
        self._thread = threading.Thread(target=self._encrypt, args=(recipients,), name="encrypt backup", daemon=True)
        self._thread.start()

    @property
    def size(self) -> int:
        """How many bytes of the archive were written."""
        return self._target.digest.size

    @property
    def sha256(self) -> str:
        """Of the archive, as it was written."""
        return self._target.digest.sha256

    def write(self, data: bytes) -> None:
        """Write *data*. Raises what the output has raised."""
        self._push(self._compressor.compress(data))

    def close(self) -> None:
        """End the archive. Raises what the output has raised."""
        self._push(self._compressor.flush())
        self.abort()
        if self._error is not None:
            raise self._error

    def abort(self) -> None:
        """Stop writing; safe to call at any time."""
        self._pipe = _closed(self._pipe)
        self._thread.join()

    def _push(self, data: bytes) -> None:
        try:
            _write_all(self._pipe, data)
        except BrokenPipeError:  # The other thread has ended, and knows why.
            self.abort()
            raise self._error or BrokenPipeError from None

    def _encrypt(self, recipients: Sequence[Recipient]) -> None:
        try:
            pyrage.encrypt_io(_PipeEnd(self._source), self._target, recipients)
            # What the output raises for the last bytes, which are all of a short archive, the library drops.
            self._error = self._target.error
        except Exception as error:  # raised in the thread that writes
            self._error = self._target.error or error
        finally:
            self._source = _closed(self._source)


class DecryptedReader:
    """Reads *archive*, decrypts it with one of *keys*, and decompresses it, however large, in little memory.

    Nothing is given out that the key didn't authenticate. Raises BackupRefused.
    """

    def __init__(self, archive: Input, keys: Sequence[Identity]) -> None:
        self._decompressor = zlib.decompressobj()
        self._origin = _Origin(archive)
        self._error: BaseException | None = None
        self._held = b""
        self._pipe, self._sink = os.pipe()
        self._thread = threading.Thread(target=self._decrypt, args=(keys,), name="decrypt backup", daemon=True)
        self._thread.start()

    @property
    def sha256(self) -> str:
        """Of the archive, as far as it was read."""
        return self._origin.digest.sha256

    def read(self, size: int) -> bytes:
        """Exactly *size* bytes, or fewer where the archive ends."""
        parts, missing = [], size
        while missing and (part := self._some(missing)):
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def finish(self) -> None:
        """Nothing may be left, and all must have been authentic."""
        if self.read(1) or self._decompressor.unused_data:
            raise broken("something follows its end")
        if not self._decompressor.eof:
            raise broken("its end is missing")

    def close(self) -> None:
        """Stop reading; safe to call at any time."""
        self._pipe = _closed(self._pipe)
        self._thread.join()

    def _some(self, size: int) -> bytes:
        while True:
            try:
                data = self._decompressor.decompress(self._held, size)
            except zlib.error:
                raise broken("what it holds can't be unpacked") from None
            self._held = self._decompressor.unconsumed_tail
            if data or self._decompressor.eof:
                return data or self._drained()
            if not self._held:
                self._held = self._pulled()
                if not self._held:
                    return b""

    def _drained(self) -> bytes:
        """Nothing more is given out; whether the end is authentic is still waited for."""
        if self._pulled():
            raise broken("something follows its end")
        return b""

    def _pulled(self) -> bytes:
        data = os.read(self._pipe, _PIECE)
        if not data:
            self._thread.join()
            if self._error is not None:
                raise self._error
        return data

    def _decrypt(self, keys: Sequence[Identity]) -> None:
        try:
            pyrage.decrypt_io(self._origin, _PipeStart(self._sink), keys)
        except Exception as error:  # raised in the thread that reads
            self._error = self._origin.error or _refusal_of(error)
        finally:
            self._sink = _closed(self._sink)


def _refusal_of(error: Exception) -> BackupRefused:
    """The library has few errors, and its words are for programmers."""
    if isinstance(error, pyrage.DecryptError) and "No matching keys" in str(error):
        return BackupRefused(
            BackupProblem.BAD_KEY,
            "This key doesn't open the archive: it was encrypted to another one.",
            "name the file of the secret key that belongs to ORBIT_BACKUP_PUBLIC_KEY of that time",
        )
    return broken("it isn't what was encrypted")


class _Target:
    """Where the library writes what it has encrypted."""

    def __init__(self, output: Output) -> None:
        self.digest = _Digest()
        self.error: OSError | None = None
        self._output = output

    def write(self, data: bytes) -> int:
        try:
            self._output.write(data)
        except OSError as error:
            self.error = error  # The library would make a text of it.
            raise
        self.digest.count(data)
        return len(data)

    def flush(self) -> None:
        pass


class _Origin:
    """Where the library reads what it decrypts."""

    def __init__(self, archive: Input) -> None:
        self.digest = _Digest()
        self.error: OSError | None = None
        self._archive = archive

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._archive.read(size if size > 0 else _PIECE)
        except OSError as error:
            self.error = error
            raise
        self.digest.count(data)
        return data


class _PipeEnd:
    """The reading end of a pipe, as the library reads it."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def read(self, size: int = -1) -> bytes:
        return os.read(self._handle, size if size > 0 else _PIECE)


class _PipeStart:
    """The writing end of a pipe, as the library writes to it."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def write(self, data: bytes) -> int:
        _write_all(self._handle, data)
        return len(data)

    def flush(self) -> None:
        pass


def _write_all(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _closed(handle: int) -> int:
    """Close *handle* unless it is closed; what stands for a closed one."""
    if handle >= 0:
        os.close(handle)
    return -1
