"""The shipped command in a process of its own, with nothing set but what a test gives."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path

UNREACHABLE = {
    "BOT_TOKEN": "123456789:AAcanary-canary-canary-canary-canary",
    "ORBIT_PANEL_URL": "http://127.0.0.1:9",
    "ORBIT_PANEL_PASSWORD": "canary-password",
    "ORBIT_TON_ADDRESS": "UQCrq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq5jh",
    "ORBIT_TON_API_URL": "http://127.0.0.1:9/api/v3",
    "ORBIT_TON_API_KEY": "canary-key",
    "ORBIT_TON_RATE_RUB": "250",
    "ORBIT_TELEGRAM_API_URL": "http://127.0.0.1:9",
    "ORBIT_WEB_PORT": "0",
}
"""Good settings of machines that don't answer."""
_OURS = ("ORBIT_", "BOT_", "DATABASE_", "REDIS_", "RATE_LIMIT_")
_PR_CAPBSET_DROP = 24  # From Linux's <sys/prctl.h>; the numbers of the rights are from <linux/capability.h>.
_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH = 1, 2


def orbit(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `orbit` with *arguments* in *folder*. Rights of files bind it even when the tests run as root."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(_OURS)}
    return subprocess.run(
        [sys.executable, "-m", "orbit_entry", *arguments],
        cwd=folder,
        env={**clean, "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=_obey_rights,
    )


def _obey_rights() -> None:
    os.umask(0o022)
    library = ctypes.CDLL(None)
    for right in (_CAP_DAC_OVERRIDE, _CAP_DAC_READ_SEARCH):
        library.prctl(_PR_CAPBSET_DROP, right)
