"""The recorded sessions with real panels, 2.8.1 and 3.3.2, and what they posted to their webhooks."""

import json
from pathlib import Path

from tests.support.recorded_exchanges import recorded_exchanges

_FOLDER = Path(__file__).parent / "recorded"
# By name: `v28_…` and `v33_…` of the same ending are the same call on each version.
EXCHANGES = recorded_exchanges(_FOLDER / "exchanges.jsonl")
WEBHOOKS = [json.loads(line) for line in (_FOLDER / "webhooks.jsonl").read_text(encoding="utf-8").splitlines()]


def topic(name: str) -> str:
    """The name of an exchange without version and number."""
    return name.split("_", 2)[2]
