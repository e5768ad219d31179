"""The shipped command in a process of its own, with nothing set but what a test gives."""

import atexit
import functools
import json
import os
import select
import subprocess
import sys
import tempfile
from pathlib import Path
from threading import Lock

UNREACHABLE = {
    "BOT_TOKEN": "123456789:AAcanary-canary-canary-canary-canary",
    "ORBIT_PANEL_URL": "http://127.0.0.1:9",
    "ORBIT_PANEL_PASSWORD": "canary-password",
    "ORBIT_TON_ADDRESS": "UQCrq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq5jh",
    "ORBIT_TON_API_URL": "http://127.0.0.1:9/api/v3",
    "ORBIT_TON_SECOND_API_URL": "off",
    "ORBIT_TON_API_KEY": "canary-key",
    "ORBIT_TON_RATE": "250",
    "ORBIT_TELEGRAM_API_URL": "http://127.0.0.1:9",
    "ORBIT_WEB_PORT": "0",
}
"""Good settings of machines that don't answer."""
_OURS = ("ORBIT_", "ORBITVPN_", "BOT_", "DATABASE_", "REDIS_", "RATE_LIMIT_")
_SERVER = Path(__file__).with_name("command_server.py")
_PATIENCE_S = 120


def orbit(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `orbit` with *arguments* in *folder*. Rights of files bind it even when the tests run as root.

    It is forked from a process that has loaded everything, which takes seconds.
    """
    return _server().run(folder, arguments, clean(environment))


def orbit_anew(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The same in a new interpreter, which loads only what the command asks for, and as it does for an owner."""
    return subprocess.run(
        [sys.executable, "-m", "orbit_entry", *arguments],
        cwd=folder,
        env=clean(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_PATIENCE_S,
        check=False,
    )


def clean(environment: dict[str, str]) -> dict[str, str]:
    """This machine's variables without any setting of Orbit, and *environment*."""
    others = {key: value for key, value in os.environ.items() if not key.startswith(_OURS)}
    return {**others, "COLUMNS": "200", **environment}


class _CommandServer:
    """A process that has loaded everything, and runs one command at a time."""

    def __init__(self) -> None:
        self._files = tempfile.TemporaryDirectory(prefix="orbit-commands-")
        self._lock = Lock()
        self._process = subprocess.Popen(
            [sys.executable, str(_SERVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=clean({}), text=True
        )
        atexit.register(self._close)

    def run(
        self, folder: Path, arguments: tuple[str, ...], environment: dict[str, str]
    ) -> subprocess.CompletedProcess[str]:
        out, err = (Path(self._files.name) / name for name in ("out", "err"))
        request = {"arguments": arguments, "folder": str(folder), "environment": environment}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps({**request, "out": str(out), "err": str(err)}) + "\n")
            self._process.stdin.flush()
            if not select.select([self._process.stdout], [], [], _PATIENCE_S)[0]:
                self._process.kill()  # The command dies with it.
                raise subprocess.TimeoutExpired(arguments, _PATIENCE_S)
            code = int(self._process.stdout.readline())
            return subprocess.CompletedProcess(arguments, code, out.read_text("utf-8"), err.read_text("utf-8"))

    def _close(self) -> None:
        self._process.terminate()
        self._process.communicate()
        self._files.cleanup()


@functools.cache
def _server() -> _CommandServer:
    return _CommandServer()
