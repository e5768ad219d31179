"""Whatever is sent to the webhook, nothing but an update with the secret reaches a handler."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.types import Message

from orbit_entry.bot.webhook import PATH, Webhook
from tests.unit.entry.test_update_processor_acknowledges_what_is_done import (
    GOOD,
    SECRET,
    CountingDispatcher,
    processor_of,
)

scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GOOD, "callback_query", "x"]), inner),
    max_leaves=8,
)
bodies = st.binary(max_size=200) | scraps.map(lambda scrap: json.dumps(scrap).encode())


@settings(max_examples=60)
@given(batch=st.lists(st.tuples(bodies, st.booleans()), min_size=35, max_size=35))
async def test_malformed_and_forged_calls_are_refused(batch: list[tuple[bytes, bool]]) -> None:
    """Ten thousand invalid calls, with the secret or without: none is a 5xx, none reaches a handler."""
    dispatcher = CountingDispatcher()
    webhook = Webhook(processor_of(dispatcher), SECRET)
    for body, has_secret in [(variant, secret) for drawn, secret in batch for variant in _variants(drawn)]:
        status = await _status(webhook, body, SECRET if has_secret else "guess-guess-guess")
        assert status in ((200, 400) if has_secret else (401,))
        assert status != 200 or json.loads(body)["update_id"] in dispatcher.handled


def _variants(body: bytes) -> tuple[bytes, ...]:
    """The body, without its end, without its beginning, twice, and with another structure."""
    return body, body[:-1], body[1:], body + body, body.replace(b":", b",")


async def _status(webhook: Webhook, body: bytes, secret: str) -> int:
    """What the server makes of a call; ten thousand over HTTP would take half a minute of computing."""
    answers: list[Message] = []

    async def received() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def sent(message: Message) -> None:
        answers.append(message)

    headers = [(b"x-telegram-bot-api-secret-token", secret.encode())]
    await webhook({"type": "http", "method": "POST", "path": PATH, "headers": headers}, received, sent)
    return int(answers[0]["status"])
