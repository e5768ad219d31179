"""Runs `orbit` quickly: imports everything once, then forks a process for every line it reads.

A line is JSON: arguments, folder, environment, and the files for what the command prints. The answer is its exit code.
The child is the shipped command with nothing of its own but what the line gives.
"""

import ctypes
import gc
import json
import logging
import os
import pkgutil
import signal
import struct
import sys
import traceback
from importlib import import_module
from typing import Any

_PR_SET_PDEATHSIG = 1  # From Linux's <sys/prctl.h>; what follows is from <linux/capability.h>.
_CAPABILITY_VERSION_3 = 0x20080522
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2


def main() -> None:
    """Fork for every line until the input ends."""
    import orbit_entry

    for module in pkgutil.walk_packages(orbit_entry.__path__, "orbit_entry."):
        if module.name != "orbit_entry.__main__":
            import_module(module.name)
    gc.freeze()
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            os._exit(_run(json.loads(line)))
        sys.stdout.write(f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n")
        sys.stdout.flush()


def _run(request: dict[str, Any]) -> int:
    # A test that is killed leaves no process behind.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    for number, path in enumerate((os.devnull, request["out"], request["err"])):
        file = os.open(path, os.O_RDONLY if number == 0 else os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, number)
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    os.umask(0o022)
    _obey_rights()
    sys.argv = ["orbit", *request["arguments"]]
    try:
        import_module("orbit_entry.cli").main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        logging.shutdown()
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _obey_rights() -> None:
    """Let rights of files bind this process even when the tests run as root."""
    library = ctypes.CDLL(None, use_errno=True)
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    # Effective, permitted and inheritable rights, the lower 32 of each and then the upper ones.
    rights = ctypes.create_string_buffer(24)
    if library.capget(header, rights):
        raise OSError(ctypes.get_errno(), "capget")
    kept = [each & ~(1 << _CAP_DAC_OVERRIDE | 1 << _CAP_DAC_READ_SEARCH) for each in struct.unpack("6I", rights)]
    if library.capset(header, struct.pack("6I", *kept[:3], *struct.unpack("6I", rights)[3:])):
        raise OSError(ctypes.get_errno(), "capset")


if __name__ == "__main__":
    main()
