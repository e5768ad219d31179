"""Asks for published advisories about the packages that run: `make audit`.

Exit code 0: none is known. 1: there are some, and they are listed. 3: the advisories could not be reached, or not for
every package, so nothing is known; that is neither of the others.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

_LOCK = Path(__file__).parents[1] / "requirements.lock"
_KNOWN, _NOT_REACHED = 1, 3


def audit() -> int:
    """Ask about every package of the lock, say what is known, and return the exit code."""
    program = os.environ.get("PIP_AUDIT") or str(Path(sys.executable).parent / "pip-audit")
    words = ["--requirement", str(_LOCK), "--disable-pip", "--format", "json", "--progress-spinner", "off"]
    ran = subprocess.run(
        [program, *words, "--vulnerability-service", "osv"], capture_output=True, text=True, check=False
    )
    try:
        packages = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return _not_reached((ran.stderr.strip().splitlines() or ["no answer came"])[-1])
    found = [advisory for package in packages for advisory in _advisories(package)]
    print(*found, sep="\n", end="\n" if found else "")
    left_out = [str(package.get("name")) for package in packages if "skip_reason" in package]
    if found:
        print(f"{len(found)} advisories. Next: make lock, or raise the floor in pyproject.toml, and repeat")
        return _KNOWN
    if left_out or not packages:
        return _not_reached(f"nothing was said about {', '.join(left_out) or 'any package'}")
    print(f"No advisory is known about the {len(packages)} packages of {_LOCK.name}.")
    return 0


def _advisories(package: dict[str, Any]) -> list[str]:
    return [
        f"{package['name']} {package['version']}: {one['id']}, mended in {', '.join(one['fix_versions']) or 'none yet'}"
        for one in package.get("vulns", [])
    ]


def _not_reached(why: str) -> int:
    print(f"The advisories were not reached: {why}", file=sys.stderr)
    print("So nothing is known about the packages. Next: repeat it on a machine with access to them", file=sys.stderr)
    return _NOT_REACHED


if __name__ == "__main__":
    sys.exit(audit())
