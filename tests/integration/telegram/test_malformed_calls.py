"""Whatever is sent to the webhook, nothing but an update with the secret reaches a handler."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from orbit_entry.bot.webhook import PATH
from tests.unit.entry.test_update_processor_acknowledges_what_is_done import (
    GOOD,
    SECRET,
    CountingDispatcher,
    processor_of,
    webhook,
)

scraps = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*GOOD, "callback_query", "x"]), inner),
    max_leaves=8,
)
bodies = st.binary(max_size=200) | scraps.map(lambda scrap: json.dumps(scrap).encode())


@settings(max_examples=300)
@given(batch=st.lists(st.tuples(bodies, st.booleans()), min_size=35, max_size=35))
async def test_malformed_and_forged_calls_are_refused(batch: list[tuple[bytes, bool]]) -> None:
    """Ten thousand invalid calls, with the secret or without: none is a 5xx, none reaches a handler."""
    dispatcher = CountingDispatcher()
    async with webhook(processor_of(dispatcher)) as client:
        for body, has_secret in batch:
            headers = {"x-telegram-bot-api-secret-token": SECRET if has_secret else "guess-guess-guess"}
            status = (await client.post(PATH, content=body, headers=headers)).status_code
            assert status in ((200, 400) if has_secret else (401,))
            assert status != 200 or json.loads(body)["update_id"] in dispatcher.handled
