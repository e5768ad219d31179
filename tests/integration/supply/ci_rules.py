"""What the files of the forges run, and the rules for it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

_COMMIT = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")
_TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)
_NO_JOBS = {"default", "variables", "workflow", "stages"}


def read_ci(text: str) -> Any:
    """A CI file. YAML 1.1 reads the key `on` as true, so it is named again."""
    content = yaml.safe_load(text)
    return {("on" if key is True else key): value for key, value in content.items()}


def commands(ci: Mapping[str, Any]) -> list[str]:
    """Every shell line of every job."""
    return [line for job in _jobs(ci).values() for one in _scripts(job) for line in one.splitlines() if line.strip()]


def made(ci: Mapping[str, Any]) -> list[str]:
    """The make targets that it runs, in order."""
    return [word for line in commands(ci) if line.startswith("make ") for word in line.split()[1:]]


def ci_faults(ci: Mapping[str, Any], makefile: Path) -> list[str]:
    """What is wrong with a CI file. Empty when every rule holds."""
    targets = set(_TARGET.findall(makefile.read_text(encoding="utf-8")))
    found = [f"make {target} doesn't exist" for target in made(ci) if target not in targets]
    if "test" not in made(ci):
        found.append("runs no tests")
    if "requirements-dev.lock" not in str(ci):
        found.append("caches by something else than the lock")
    for name, job in _jobs(ci).items():
        found += [f"{name}: {fault}" for fault in _job_faults(job, ci)]
    if "on" in ci:
        found += _rights_faults(ci)
    return found


def _rights_faults(ci: Mapping[str, Any]) -> Iterator[str]:
    if "permissions" in ci and ci["permissions"] != {"contents": "read"}:
        yield "its token may do more than read"
    if "pull_request_target" in ci["on"]:
        yield "runs a stranger's code with the project's rights"


def _job_faults(job: Mapping[str, Any], ci: Mapping[str, Any]) -> Iterator[str]:
    image = str(job.get("image") or job.get("container", {}).get("image") or ci.get("default", {}).get("image", ""))
    if image.rpartition("/")[2].partition(":")[2] in ("", "latest"):
        yield "its image isn't pinned by a tag"
    if "timeout" not in job and "timeout-minutes" not in job:
        yield "may run for ever"
    if "permissions" in job:
        yield "takes rights of its own"
    for step in job.get("steps", []):
        if "uses" in step and not _COMMIT.fullmatch(step["uses"]):
            yield f"{step['uses']} isn't pinned by its commit"
        if step.get("uses", "").startswith("actions/checkout@") and step.get("with") != {"persist-credentials": False}:
            yield "leaves its token in the checkout"
        if "${{" in step.get("run", ""):
            yield "puts a stranger's words into a shell line"


def _jobs(ci: Mapping[str, Any]) -> dict[str, Any]:
    return ci["jobs"] if "jobs" in ci else {name: job for name, job in ci.items() if name not in _NO_JOBS}


def _scripts(job: Mapping[str, Any]) -> Iterator[str]:
    yield from job.get("script", [])
    yield from (step["run"] for step in job.get("steps", []) if "run" in step)
