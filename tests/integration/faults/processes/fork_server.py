"""Starts shops quickly: imports everything once, then forks a real `orbit run` for every line it reads.

A line is JSON: the environment and the roles of the new process. The answer is its pid. The child is the shipped
command, in its own session, so that it can be killed like any process.
"""

import ctypes
import gc
import json
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1  # From Linux's <sys/prctl.h>.


def main() -> None:
    """Fork for every line until the input ends."""
    import orbit_entry.process  # noqa: F401 - the part that takes seconds to load
    from orbit_entry.commands.run import run_shop
    from orbit_entry.config.process import ProcessRole
    from orbit_entry.runtime.periodic_job import Intervals

    gc.freeze()  # What all children share isn't looked through, and so isn't copied, in each of them.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # The kernel reaps the children.
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os.setsid()
            # A test that is killed leaves no process behind.
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            request = json.loads(line)
            os.environ.update(request["environment"])
            roles = frozenset(ProcessRole(name) for name in request["roles"])
            os._exit(run_shop(roles, Intervals(chain_s=0.2, panel_s=0.1, notices_s=0.1, sweep_s=0.5)))
        sys.stdout.write(f"{pid}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
