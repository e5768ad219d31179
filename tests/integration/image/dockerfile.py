"""A Dockerfile as its instructions, and the rules for it."""

import json
import re
from dataclasses import dataclass

LEAST_START_PERIOD_S = 15
_CHECKOUT_ONLY = {"--no-deps", "--no-build-isolation", "--no-index"}
_SECRET_NAME = re.compile(r"\b\w*(PASSWORD|TOKEN|SECRET|API_KEY|DATABASE_URL)\w*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: the line it begins on, its word in capitals, and the rest as one line."""

    line: int
    word: str
    rest: str


def instructions(text: str) -> list[Instruction]:
    """The instructions of a Dockerfile in order, comments and continuations resolved."""
    found, begun, parts = [], 0, list[str]()
    for number, line in enumerate(text.splitlines(), 1):
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        begun = begun or number
        parts.append(stripped.removesuffix("\\").strip())
        if not stripped.endswith("\\"):
            word, _, rest = " ".join(parts).partition(" ")
            found.append(Instruction(begun, word.upper(), rest.strip()))
            begun, parts = 0, []
    return found


def last_stage(steps: list[Instruction]) -> list[Instruction]:
    """The instructions that make the image itself, its FROM first."""
    begin = max((index for index, step in enumerate(steps) if step.word == "FROM"), default=0)
    return steps[begin:]


def health_command(steps: list[Instruction]) -> list[str]:
    """The command of the health check."""
    health = next(step for step in steps if step.word == "HEALTHCHECK")
    return [str(part) for part in json.loads(health.rest.partition("CMD ")[2])]


def dockerfile_faults(text: str) -> list[str]:
    """What is wrong with a Dockerfile, each with its line. Empty when every rule holds."""
    steps = instructions(text)
    found = [f"{step.line}: {fault}" for step in steps for fault in _step_faults(step, steps)]
    return found + [f"image: {fault}" for fault in _image_faults(last_stage(steps))]


def _step_faults(step: Instruction, steps: list[Instruction]) -> list[str]:
    match step.word:
        case "ADD":
            return ["ADD fetches and unpacks behind one's back: use COPY"]
        case "COPY":
            return ["copies the whole checkout"] if "." in step.rest.split()[:-1] else []
        case "FROM":
            return _base_faults(step.rest.split()[0], steps)
        case "ENV" | "ARG":
            return ["a secret would stay in the image"] if _SECRET_NAME.search(step.rest) else []
        case "RUN":
            return _run_faults(step.rest)
    return []


def _base_faults(base: str, steps: list[Instruction]) -> list[str]:
    stages = {words[2] for words in (step.rest.split() for step in steps if step.word == "FROM") if len(words) > 2}
    if base in stages or base == "scratch":
        return []
    tag = base.rpartition("/")[2].partition(":")[2]
    return [] if "@sha256:" in base or tag not in ("", "latest") else [f"{base} isn't pinned by a tag"]


def _run_faults(rest: str) -> list[str]:
    found = []
    if re.search(r"\bapt(-get)? install\b", rest) and "rm -rf /var/lib/apt/lists" not in rest:
        found.append("leaves the lists of apt behind")
    for command in re.split(r"&&|;|\|\|", rest):
        if not re.search(r"\bpip3? install\b", command):
            continue
        words = set(command.split())
        if "--no-cache-dir" not in words:
            found.append("leaves the cache of pip behind")
        if "--require-hashes" not in words and not words >= _CHECKOUT_ONLY:
            found.append("installs what no lock pins by hash")
    return found


def _image_faults(stage: list[Instruction]) -> list[str]:
    by_word = {step.word: step.rest for step in stage}
    found = []
    user = by_word.get("USER", "0").partition(":")[0]
    if not user.isdigit() or int(user) == 0:
        found.append("runs as root, or as a name whose number can't be checked")
    elif _last(stage, "USER") < _last(stage, "RUN"):
        found.append("runs something after it gave up root")
    if any(re.search(r"\bpip3? install\b|\bapt(-get)? install\b", step.rest) for step in stage if step.word == "RUN"):
        found.append("installs in the last stage")
    period = re.search(r"--start-period=(\d+)s", by_word.get("HEALTHCHECK", ""))
    if period is None or int(period[1]) < LEAST_START_PERIOD_S:
        found.append(f"has no health check with a start period of {LEAST_START_PERIOD_S} s or more")
    if by_word.get("STOPSIGNAL") != "SIGTERM":
        found.append("isn't stopped by SIGTERM")
    if not by_word.get("ENTRYPOINT", "").startswith("["):
        found.append("has an entry point that a shell stands before, so that signals don't arrive")
    return found


def _last(stage: list[Instruction], word: str) -> int:
    return max((index for index, step in enumerate(stage) if step.word == word), default=-1)
