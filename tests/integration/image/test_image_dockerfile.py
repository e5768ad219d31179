"""The Dockerfile makes a small image that runs without root, from locked packages only."""

import re
from pathlib import Path

import pytest

from tests.integration.image.dockerfile import dockerfile_faults, instructions, last_stage

GOOD = """
FROM python:3.11-slim AS builder
COPY requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY src ./src
RUN pip install --no-cache-dir --no-deps --no-build-isolation \\
    --no-index .
FROM python:3.11-slim
COPY --from=builder /opt/orbit /opt/orbit
USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --start-period=20s CMD ["true"]
ENTRYPOINT ["orbit"]
"""


def test_our_dockerfile_has_no_faults(dockerfile: str) -> None:
    """Our Dockerfile follows every rule."""
    assert dockerfile_faults(dockerfile) == []


def test_our_image_runs_as_uid_10001_by_the_name_of_orbit(dockerfile: str) -> None:
    """The last stage becomes uid 10001 and has the command line as its entry point."""
    last = {step.word: step.rest for step in last_stage(instructions(dockerfile))}
    assert (last["USER"], last["ENTRYPOINT"]) == ("10001:10001", '["orbit"]')


def test_the_whole_runtime_lock_is_installed_with_hashes_before_the_sources(dockerfile: str) -> None:
    """A change of our sources doesn't fetch the packages anew, and each of them is proved by its hash."""
    steps = instructions(dockerfile)
    lock = next(i for i, step in enumerate(steps) if "--require-hashes" in step.rest)
    sources = next(i for i, step in enumerate(steps) if step.word == "COPY" and step.rest.startswith("src"))
    assert steps[lock].rest.endswith("-r requirements.lock")
    assert lock < sources


def test_what_leaves_the_image_again_is_in_the_lock(dockerfile: str, root: Path) -> None:
    """The list of build tools that are uninstalled names no package that isn't there."""
    removed = next(s.rest for s in instructions(dockerfile) if "uninstall" in s.rest and "hatchling" in s.rest)
    names = set(re.findall(r"[a-z-]+", removed.partition("--quiet")[2].partition("&&")[0])) - {"setuptools"}
    locked = set(re.findall(r"^([a-z0-9-]+)==", (root / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE))
    assert names
    assert names <= locked


def test_every_file_that_is_copied_may_enter_the_build(dockerfile: str, root: Path) -> None:
    """`.dockerignore` keeps everything out except exactly what the Dockerfile copies."""
    kept = (root / ".dockerignore").read_text(encoding="utf-8").splitlines()
    copied = {
        word.removeprefix("./")
        for step in instructions(dockerfile)
        if step.word == "COPY" and not step.rest.startswith("--from")
        for word in step.rest.split()[:-1]
    }
    assert "*" in kept
    assert {line[1:] for line in kept if line.startswith("!")} == copied
    assert all((root / name).exists() for name in copied)


def test_a_good_dockerfile_is_left_alone() -> None:
    """A good Dockerfile breaks no rule."""
    assert dockerfile_faults(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("USER 10001:10001\n", "", "runs as root"),
        ("USER 10001:10001", "USER root", "runs as root"),
        ("USER 10001:10001", "USER 0", "runs as root"),
        ("USER 10001:10001", "USER 10001\nRUN id", "after it gave up root"),
        ("COPY src ./src", "ADD src ./src", "ADD"),
        ("COPY src ./src", "COPY . .", "whole checkout"),
        ("python:3.11-slim AS", "python:latest AS", "isn't pinned"),
        ("python:3.11-slim\n", "python\n", "isn't pinned"),
        ("COPY src ./src", "RUN apt-get update && apt-get install -y gcc", "lists of apt"),
        ("USER 10001", "RUN pip install --no-cache-dir --require-hashes x\nUSER 10001", "in the last stage"),
        ("--require-hashes ", "", "no lock pins"),
        ("--no-deps ", "", "no lock pins"),
        ("--no-cache-dir --require", "--require", "cache of pip"),
        ("STOPSIGNAL SIGTERM", "STOPSIGNAL SIGKILL", "SIGTERM"),
        ("start-period=20s", "start-period=5s", "start period"),
        ('["orbit"]', "orbit", "shell"),
        ("USER 10001", "ENV BOT_TOKEN=1\nUSER 10001", "secret"),
    ],
)
def test_a_bad_dockerfile_is_seen(old: str, new: str, fault: str) -> None:
    """Each rule fails on a Dockerfile that breaks it, and only then."""
    assert old in GOOD
    faults = dockerfile_faults(GOOD.replace(old, new, 1))
    assert [one for one in faults if fault in one], faults
