"""Starts shops quickly: imports everything once, then forks a real `orbit run` for every line it reads.

A line is JSON: the new process's environment and the doors it opens. The answer is its pid. The child is the shipped
command, in its own session, so that it can be killed like any process.
"""

import ctypes
import json
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # From Linux's <sys/prctl.h>.


def main() -> None:
    """Fork for every line until the input ends."""
    import orbit_entry.process  # noqa: F401 - the part that takes seconds to load
    from orbit_entry.commands.run import run_shop
    from orbit_entry.runtime.intervals import Intervals
    from orbit_entry.runtime.roles import ProcessRole

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # The kernel buries the children.
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.setsid()
            # Nobody is left behind by a test that was killed.
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            asked = json.loads(line)
            os.environ.update(asked["environment"])
            roles = frozenset(ProcessRole(name) for name in asked["doors"])
            os._exit(run_shop(roles, Intervals(chain_s=0.2, panel_s=0.1, notices_s=0.1, sweep_s=0.5)))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
