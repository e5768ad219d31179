"""What a committed file may not say about the machine it was written on, and what a lock must hold."""

import re
import tomllib

# Written so that these lines don't match themselves.
_MACHINE = re.compile(r"(?<![\w.:~/}-])/(?:work|root|opt/(?:pypi|wheels)|tmp/brief)(?:/|-more)")
_REGISTRY = re.compile(r"\b(?:pypi|pythonhosted|npmjs|crates)\.(?:org|com|io)\b|\bproxy\.golang\.org\b")
_PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==(\S+)")


def machine_traces(text: str) -> list[str]:
    """Absolute paths of one machine, and hosts of package registries."""
    return [
        f"{number}: {line.strip()[:90]}"
        for number, line in enumerate(text.splitlines(), 1)
        if _MACHINE.search(line) or _REGISTRY.search(line)
    ]


def loose_lock(text: str) -> list[str]:
    """Addresses, options, and packages without an exact version and a hash, in a lock file."""
    found = []
    for entry in text.replace("\\\n", " ").splitlines():
        is_package = bool(entry.strip()) and not entry.lstrip().startswith("#")
        if "://" in entry:
            found.append(f"holds an address: {entry.strip()[:60]}")
        elif is_package and not (_PIN.match(entry) and "--hash=sha256:" in entry):
            found.append(f"not pinned with a hash: {entry.strip()[:60]}")
    return found


def pins(lock: str) -> dict[str, str]:
    """Name → version of a lock file, names normalised. A package pinned per platform keeps the last one."""
    found = (_PIN.match(line) for line in lock.splitlines())
    return {normal(match[1]): match[2] for match in found if match}


def normal(name: str) -> str:
    """A distribution's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def wanted(pyproject: str, *groups: str) -> set[str]:
    """The names a project asks for by itself: its dependencies and those of the dependency *groups*."""
    data = tomllib.loads(pyproject)
    lines = [*data["project"]["dependencies"], *(line for group in groups for line in data["dependency-groups"][group])]
    return {normal(re.split(r"[\[<>=!~; ]", line, maxsplit=1)[0]) for line in lines}


def missing_commands(readme: str) -> list[str]:
    """The two commands of the first screen that *readme* fails to name."""
    return [command for command in ("make demo", "make test") if command not in readme]
