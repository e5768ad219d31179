"""An engine whose sessions have no time limits: what it shows doesn't depend on how fast the machine is."""

from typing import Any

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncEngine

from orbit_adapters.sql.engine import open_engine

_NO_LIMITS = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}
_PATIENCE_S = 600.0


def patient_engine(
    url: str, *, lock_timeout: str = "0", pool_timeout_s: float = _PATIENCE_S, **options: Any
) -> AsyncEngine:
    """The engine of a shop, but nothing in it gives up by time; *options* are those of `open_engine`.

    For tests of what is recorded. The limits themselves are tested on the engine of a shop. A *lock_timeout* is
    for what must not meet a lock at all.
    """
    engine = open_engine(url, **options)
    engine.pool._timeout = pool_timeout_s  # type: ignore[attr-defined]

    @event.listens_for(engine.sync_engine, "do_connect")
    def _without_limits(_dialect: object, _record: object, _args: object, params: dict[str, Any]) -> None:
        params["server_settings"] = {**params["server_settings"], **_NO_LIMITS, "lock_timeout": lock_timeout}
        params["timeout"], params["command_timeout"] = _PATIENCE_S, None

    return engine
