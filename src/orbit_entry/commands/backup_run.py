"""How the commands about backups run: SIGTERM cancels them."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

from orbit_adapters.backup.refused import BackupRefused
from orbit_domain.backup.backup import BackupProblem

T = TypeVar("T")


def run_backup(work: Coroutine[Any, Any, T]) -> T:
    """What *work* returns. SIGTERM cancels it, so that nothing half-made stays."""

    async def cancellable() -> T:
        task = asyncio.current_task()
        if task is not None:
            asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
        return await work

    try:
        return asyncio.run(cancellable())
    except asyncio.CancelledError:
        what = "Stopped; nothing half-made was kept."
        raise BackupRefused(BackupProblem.INTERRUPTED, what, "the same command again") from None
