"""A bucket of an S3-compatible store. What is put there is proven by its size and its bytes."""

import asyncio
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import obstore
from obstore import exceptions
from obstore.store import S3Store

from orbit_domain.backup.copies import CopyFailed, CopyProblem

if TYPE_CHECKING:
    from obstore.store import ClientConfig, RetryConfig, S3Config, S3Credential

_PART = 8 * 1024 * 1024
_AT_ONCE = 2
_MAX_LISTED = 20_000
_STATUS = re.compile(r"status code: ([0-9]{3})")
_PROBLEMS = {"401": CopyProblem.DENIED, "403": CopyProblem.DENIED, "404": CopyProblem.MISSING}


@dataclass(frozen=True, slots=True)
class S3Place:
    """A bucket, what stands before each name there, and who we are. An *endpoint* that is empty is Amazon's."""

    bucket: str
    prefix: str
    endpoint: str
    region: str
    access_key: str = field(repr=False)
    secret_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class S3Patience:
    """How long one answer may take, and how often a request is repeated. The same object put twice is one object."""

    answer: timedelta = timedelta(minutes=5)
    transfer: timedelta = timedelta(hours=6)
    retries: int = 3
    pause: timedelta = timedelta(seconds=1)


class S3Copies:
    """Archives in a bucket, under the names that they have in the folder."""

    def __init__(self, place: S3Place, patience: S3Patience | None = None) -> None:
        self._store = _opened(place, patience or S3Patience())

    async def put(self, file: Path, sha256: str = "") -> None:
        """Copy *file*, which must have that digest where one is known. Raises CopyFailed, OSError.

        What is there already stays. What turns out to be something else afterwards is removed again.
        """
        prints = await asyncio.to_thread(_prints, file)
        if sha256 and prints.sha256 != sha256:
            raise CopyFailed(CopyProblem.SPOILT, "the file on this disk isn't the one that was verified")
        with _failures():
            if await self._wrong(file.name, prints) is None:
                return
            await obstore.put_async(self._store, file.name, file, chunk_size=_PART, max_concurrency=_AT_ONCE)
            problem = await self._wrong(file.name, prints)
        if problem is not None:
            with suppress(CopyFailed):
                await self.delete(file.name)
            raise CopyFailed(problem, "the store holds something else than what was sent")

    async def sizes(self, is_ours: Callable[[str], bool]) -> Mapping[str, int]:
        """The objects whose names are ours, with their sizes. Raises CopyFailed."""
        return await asyncio.to_thread(self.listed, is_ours)

    def listed(self, is_ours: Callable[[str], bool]) -> Mapping[str, int]:
        """The same, without an event loop."""
        found: dict[str, int] = {}
        seen = 0
        with _failures():
            for part in obstore.list(self._store, chunk_size=1_000):
                found.update({one["path"]: one["size"] for one in part if is_ours(one["path"])})
                seen += len(part)
                if seen > _MAX_LISTED:
                    raise CopyFailed(
                        CopyProblem.REFUSED, "the bucket lists too much; give the shop a prefix of its own"
                    )
        return found

    async def delete(self, name: str) -> None:
        """Delete *name*; one that isn't there is deleted. Raises CopyFailed."""
        with _failures(), suppress(FileNotFoundError):
            await obstore.delete_async(self._store, name)

    def fetch(self, name: str, write: Callable[[bytes], None], sha256: str = "") -> None:
        """Hand the bytes of *name* to *write*, which should have that digest where one is known. Raises CopyFailed.

        It waits for the store, and needs no event loop.
        """
        with _failures():
            found = obstore.get(self._store, name)
            size, read, digest = found.meta["size"], 0, hashlib.sha256()
            for piece in found.stream(_PART):
                read += len(piece)
                if read > size:
                    break
                digest.update(bytes(piece))
                write(bytes(piece))
        if read != size:
            raise CopyFailed(CopyProblem.WRONG_SIZE, "the store gave another number of bytes than it says")
        if sha256 and digest.hexdigest() != sha256:
            raise CopyFailed(CopyProblem.DIFFERENT, "the store gave other bytes than were copied")

    async def _wrong(self, name: str, prints: "_Prints") -> CopyProblem | None:
        """What is wrong with the object *name*; None: it holds these very bytes."""
        try:
            meta = await obstore.head_async(self._store, name)
        except FileNotFoundError:
            return CopyProblem.MISSING
        if meta["size"] != prints.size:
            return CopyProblem.WRONG_SIZE
        if _plain(meta["e_tag"]) == prints.etag:
            return None
        # Encrypted stores and some others have tags of their own: there the bytes are read back.
        found = await obstore.get_async(self._store, name)
        digest, read = hashlib.sha256(), 0
        async for piece in found.stream(_PART):
            read += len(piece)
            if read > prints.size:
                break
            digest.update(bytes(piece))
        return None if digest.hexdigest() == prints.sha256 and read == prints.size else CopyProblem.DIFFERENT


@dataclass(frozen=True, slots=True)
class _Prints:
    """What tells the bytes of a file from others. *etag* is what a store says of them that counts as S3 itself does."""

    size: int
    sha256: str
    etag: str


class _Digests:
    """Digests of what passes by, counted in parts as they are sent."""

    def __init__(self) -> None:
        self.size = 0
        self._sha256 = hashlib.sha256()
        self._parts = [_md5()]

    def update(self, data: bytes) -> None:
        self._sha256.update(data)
        view = memoryview(data)
        while view:
            room = _PART - self.size % _PART
            if room == _PART and self.size:
                self._parts.append(_md5())
            self._parts[-1].update(view[:room])
            self.size += min(room, len(view))
            view = view[room:]

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    @property
    def etag(self) -> str:
        if len(self._parts) == 1:
            return str(self._parts[0].hexdigest())
        whole = _md5(b"".join(part.digest() for part in self._parts))
        return f"{whole.hexdigest()}-{len(self._parts)}"


def _md5(data: bytes = b"") -> Any:
    """What S3 calls a tag; nobody relies on it alone."""
    return hashlib.md5(data, usedforsecurity=False)


def _prints(file: Path) -> _Prints:
    digests = _Digests()
    with file.open("rb") as opened:
        while piece := opened.read(_PART):
            digests.update(piece)
    return _Prints(digests.size, digests.sha256, digests.etag)


@contextmanager
def _failures() -> Iterator[None]:
    """Raise CopyFailed in place of what the library raises. Its messages name addresses, so none of them is kept."""
    try:
        yield
    except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError):
        raise CopyFailed(CopyProblem.DENIED) from None
    except FileNotFoundError:
        raise CopyFailed(CopyProblem.MISSING) from None
    except exceptions.BaseError as error:
        raise CopyFailed(_problem(str(error))) from None


def _problem(words: str) -> CopyProblem:
    found = _STATUS.search(words)
    if found is None or found[1].startswith("5"):
        return CopyProblem.UNREACHABLE
    return _PROBLEMS.get(found[1], CopyProblem.REFUSED)


def _opened(place: S3Place, patience: S3Patience) -> S3Store:
    endpoint = place.endpoint or f"https://s3.{place.region}.amazonaws.com"
    credentials: S3Credential = {
        "access_key_id": place.access_key,
        "secret_access_key": place.secret_key,
        "token": None,
        "expires_at": None,
    }
    # The library reads AWS_… of the environment too, which is another program's: whatever could send our archives
    # elsewhere, or under another name, is said here.
    config: S3Config = {
        "region": place.region,
        "endpoint": endpoint,
        "aws_endpoint_url_s3": endpoint,
        "skip_signature": False,
        "s3_express": False,
        "request_payer": False,
        "virtual_hosted_style_request": False,
        "disable_bulk_delete": True,  # Not every store knows it.
    }
    client: ClientConfig = {
        "allow_http": place.endpoint.startswith("http://"),
        "connect_timeout": min(timedelta(seconds=10), patience.answer),
        "read_timeout": patience.answer,
        "timeout": patience.transfer,
    }
    retries: RetryConfig = {
        "max_retries": patience.retries,
        "backoff": {"init_backoff": patience.pause, "max_backoff": 8 * patience.pause, "base": 2},
        "retry_timeout": timedelta(minutes=4),
    }
    return S3Store(
        place.bucket,
        prefix=place.prefix or None,
        config=config,
        client_options=client,
        retry_config=retries,
        credential_provider=lambda: credentials,
    )


def _plain(etag: str | None) -> str:
    return (etag or "").strip('"')
