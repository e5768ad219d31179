"""Files that the bot has uploaded, stored as bytes. Their ids can be sent again."""

import random
import struct
from dataclasses import dataclass
from typing import Any, Literal

from orbit_sandbox.telegram.params import Upload
from orbit_sandbox.telegram.refusals import bad_request

MAX_PHOTO_BYTES = 10 * 1024 * 1024
MAX_DOCUMENT_BYTES = 50 * 1024 * 1024
_MAGIC = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"RIFF": "webp"}
_TYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file as the Bot API knows it; `path` is what getFile returns."""

    id: str
    unique_id: str
    path: str
    name: str
    data: bytes
    mime: str
    width: int = 0
    height: int = 0

    def photo_wire(self) -> list[dict[str, Any]]:
        """The one-size `PhotoSize` array."""
        return [self._common() | {"width": self.width, "height": self.height}]

    def document_wire(self) -> dict[str, Any]:
        """The `Document` object."""
        return self._common() | {"file_name": self.name, "mime_type": self.mime}

    def file_wire(self) -> dict[str, Any]:
        """The `File` object."""
        return self._common() | {"file_path": self.path}

    def _common(self) -> dict[str, Any]:
        return {"file_id": self.id, "file_unique_id": self.unique_id, "file_size": len(self.data)}


class FileStore:
    """Every file of the bot, by id and by path."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def get(self, file_id: str) -> StoredFile:
        """Raises `BotApiRefusal` (400) for an unknown id."""
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        return stored

    def at_path(self, path: str) -> StoredFile | None:
        """The file that getFile announced under *path*."""
        return self._by_path.get(path)

    def add(self, kind: Literal["photo", "document"], upload: Upload) -> StoredFile:
        """Store an upload. Raises `BotApiRefusal` (400, 413) when it is empty, too big or, for a photo, no picture."""
        if not upload.data:
            raise bad_request("file must be non-empty")
        if len(upload.data) > (MAX_PHOTO_BYTES if kind == "photo" else MAX_DOCUMENT_BYTES):
            raise bad_request("file is too big")
        picture = next((name for magic, name in _MAGIC.items() if upload.data.startswith(magic)), None)
        if kind == "photo" and picture is None:
            raise bad_request("IMAGE_PROCESS_FAILED")
        width, height = _dimensions(upload.data)
        number = len(self._by_id) + 1
        stored = StoredFile(
            id=f"SBX{self._rng.getrandbits(160):040x}",
            unique_id=f"{self._rng.getrandbits(64):016x}",
            path=f"photos/file_{number}.{picture}" if kind == "photo" else f"documents/file_{number}",
            name=upload.name,
            data=upload.data,
            mime=_TYPES.get(picture or "", "application/octet-stream"),
            width=width,
            height=height,
        )
        self._by_id[stored.id] = stored
        self._by_path[stored.path] = stored
        return stored


def _dimensions(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG; other pictures get a plausible size, because no layout depends on it."""
    if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    return 320, 320
