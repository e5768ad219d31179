"""The recorded session with a real Marzban 0.8.4."""

from pathlib import Path

from tests.support.recorded_exchanges import recorded_exchanges

EXCHANGES = recorded_exchanges(Path(__file__).parent / "recorded" / "exchanges.jsonl")
