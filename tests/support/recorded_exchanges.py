"""Exchanges with a real panel: one JSON object a line, in the order of the recording."""

import json
from pathlib import Path
from typing import Any

from orbit_domain.access.ports import (
    ForeignAccount,
    OutcomeUnknown,
    PanelAuthFailed,
    PanelError,
    PanelRejected,
    PanelUnavailable,
)

Exchange = dict[str, Any]
_WORDS: dict[type[PanelError], str] = {
    PanelUnavailable: "unavailable",
    OutcomeUnknown: "unknown",
    PanelAuthFailed: "login refused",
    PanelRejected: "rejected",
    ForeignAccount: "foreign",
}


def recorded_exchanges(path: Path) -> dict[str, Exchange]:
    """The exchanges in *path* by name."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {exchange["name"]: exchange for exchange in map(json.loads, lines)}


def recorded_body(exchange: Exchange) -> bytes:
    """The body of the recorded answer, as it came but for the space between its signs."""
    answer = exchange["response"]
    return answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()


def word_of(error: PanelError) -> str:
    """The class of *error*, in one word of the tables."""
    return next(word for kind, word in _WORDS.items() if isinstance(error, kind))
