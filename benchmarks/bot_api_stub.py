"""A Bot API over HTTP that answers every call with as little work as possible, and counts what the bot shows."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_ME = {"id": 424242, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
_CHAT = {"id": 1, "type": "private"}
_SHOWS = (b"/sendMessage", b"/editMessageText")


def _answer(result: object) -> bytes:
    body = json.dumps({"ok": True, "result": result}, separators=(",", ":")).encode()
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(body)
    return head + body


_TRUE = _answer(True)
_ANSWERS = {
    b"/getMe": _answer(_ME),
    b"/sendMessage": _answer({"message_id": 1, "date": 1_760_000_000, "chat": _CHAT, "text": "x"}),
    b"/getUpdates": _answer([]),
    b"/getStarTransactions": _answer({"transactions": []}),
}
_ANSWERS[b"/editMessageText"] = _ANSWERS[b"/sendMessage"]


@dataclass
class BotApiStub:
    """Counts the messages that were sent or edited. `next` is set by each, `all` when `awaited` of them have come.

    `sent_again` counts updates that the bot didn't take at first. `on_shown` is given the call of each message.
    """

    count: int = 0
    awaited: int = 0
    sent_again: int = 0
    next: asyncio.Event = field(default_factory=asyncio.Event)
    all: asyncio.Event = field(default_factory=asyncio.Event)
    calls: dict[bytes, int] = field(default_factory=dict)
    on_shown: Callable[[bytes], None] | None = None

    def expect(self, messages: int) -> None:
        """From now on wait for so many messages."""
        self.count, self.awaited, self.sent_again = 0, messages, 0
        self.all.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the calls of one connection."""
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                body = await self._read_body(head, reader)
                method = head[head.index(b" ") + 1 :].split(b" ", 1)[0]
                method = method[method.rindex(b"/") :].split(b"?", 1)[0]
                writer.write(_ANSWERS.get(method, _TRUE))
                self._perform(method, body)
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    def perform_reply(self, body: bytes) -> None:
        """Perform the call that the answer of a webhook may name, as Telegram does."""
        method = json.loads(body or b"{}").get("method")
        if method is not None:
            self._perform(f"/{method}".encode(), body)

    def _perform(self, method: bytes, body: bytes) -> None:
        self.calls[method] = self.calls.get(method, 0) + 1
        if method in _SHOWS:
            self.count += 1
            self.next.set()
            if self.on_shown is not None:
                self.on_shown(body)
            if self.count == self.awaited:
                self.all.set()

    async def _read_body(self, head: bytes, reader: asyncio.StreamReader) -> bytes:
        low, body = head.lower(), b""
        if b"content-length:" in low:
            length = int(low.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            body = await reader.readexactly(length)
        elif b"transfer-encoding: chunked" in low:
            while (size := int(await reader.readline(), 16)) > 0:
                body += (await reader.readexactly(size + 2))[:-2]
            await reader.readexactly(2)
        return body


@asynccontextmanager
async def serving_stub() -> AsyncIterator[tuple[BotApiStub, str]]:
    """The stub, and its address."""
    stub = BotApiStub()
    server = await asyncio.start_server(stub.serve, "127.0.0.1", 0, backlog=1024)
    async with server:
        yield stub, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
