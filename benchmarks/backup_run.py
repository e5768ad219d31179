"""One backup as `orbit backup create --scheduled` makes it, which says on stdout when each phase begins.

The parent process knows by that when the dump ends and the restore begins. Before that the process stops itself, until
the parent lets it go on: so there is a quiet time between the two.
"""

import asyncio
import os
import signal
import sys

from orbit_domain.backup.progress import BackupPhase, BackupProgress
from orbit_entry.commands.backup import lowest_priority
from orbit_entry.config.backup import BackupCommandSettings
from orbit_entry.config.reading import read_settings
from orbit_entry.runtime.backup_tools import creation_of


async def _make() -> int:
    create = creation_of(read_settings(BackupCommandSettings))
    begun: set[BackupPhase] = set()

    def say(progress: BackupProgress) -> None:
        if progress.phase not in begun:
            begun.add(progress.phase)
            print(progress.phase, flush=True)
            if progress.phase is BackupPhase.RESTORING:
                os.kill(os.getpid(), signal.SIGSTOP)

    with create.folder.lock():
        made = await create(say)
    if made.refused is not None:
        print(made.refused, file=sys.stderr)
    return 1 if made.refused or made.backup.findings else 0


if __name__ == "__main__":
    lowest_priority()
    sys.exit(asyncio.run(_make()))
