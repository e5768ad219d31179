"""Every command that the docs and the compose file show exists."""

import itertools
import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer.main
import yaml

from orbit_entry.cli import app
from tests.unit.architecture.tree import ROOT, report

DOCS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
GUIDE = ROOT / "docs" / "deploying.md"
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
IMAGE = "orbit-vpn:"
_TAKES_A_VALUE = {"--name", "--tmpfs", "--restart", "--stop-timeout", "--volume", "--env-file", "--scale", "-p"}


def shown_commands(text: str) -> Iterator[list[str]]:
    """The words of every command line in the code of a Markdown *text*: blocks line by line, and spans."""
    blocks = re.findall(r"^```\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^```\n.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    for line in [line for block in blocks for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", prose):
        if words := _words(line):
            yield words


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()  # A sentence with an apostrophe is no command.


def orbit_words(words: list[str]) -> list[str] | None:
    """What *words* hand to `orbit`, be it on this machine or in a container. None when they don't run it."""
    if words[:3] == ["sudo", "-u", "orbit"]:
        words = words[3:]
    for inside in (["docker", "exec"], ["docker", "compose", "exec"]):
        if words[: len(inside)] == inside:
            _container, *words = _without_options(words[len(inside) :])
    if words and "=" not in words[0] and words[0].rpartition("/")[2] == "orbit":
        return words[1:]
    if words[:2] == ["docker", "run"]:
        return words[next(i for i, word in enumerate(words) if word.startswith(IMAGE)) + 1 :]
    if words[:3] == ["docker", "compose", "run"]:
        part, *rest = _without_options(words[3:])
        return rest or COMPOSE.get(part, {}).get("command", [f"part {part}"])
    return None


@cache
def command_line() -> Any:
    """Everything that `orbit` knows, as typer makes it."""
    return typer.main.get_command(app)


def strangers(words: list[str]) -> list[str]:
    """The commands and options among *words* that the command line doesn't know."""
    # A command is anything of typer's making: whether it has commands of its own tells a group.
    command = command_line()
    for index, word in enumerate(words):
        if not hasattr(command, "commands"):
            known = {flag for option in command.params for flag in (*option.opts, *option.secondary_opts)}
            return [word for word in words[index:] if word.startswith("--") and word not in known]
        if word not in command.commands:
            return [f"orbit {' '.join(words[: index + 1])}"]
        command = command.commands[word]
    return ["a group without its command"] if hasattr(command, "commands") else []


def guide_faults(text: str) -> list[str]:
    """Everything that a guide names and that doesn't exist."""
    shown = [(words, orbit_words(words)) for words in shown_commands(text)]
    missing = [f"{' '.join(words)}: {one}" for words, ours in shown if ours is not None for one in strangers(ours)]
    return missing + [f"make {target}" for words, _ in shown for target in unknown_targets(words)]


def unknown_targets(words: list[str]) -> list[str]:
    """The targets that *words* give to make and that the Makefile doesn't have."""
    if words[:1] != ["make"]:
        return []
    targets = (word for word in itertools.takewhile(lambda word: word != "#", words[1:]) if "=" not in word)
    return [target for target in targets if f"\n{target}:" not in MAKEFILE]


def _without_options(words: list[str]) -> list[str]:
    while words and words[0].startswith("-"):
        words = words[2:] if words[0] in _TAKES_A_VALUE else words[1:]
    return words


@pytest.mark.parametrize("doc", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_of_a_doc_exists(doc: Path) -> None:
    """Each `orbit …` and `make …` that a doc shows is known to the command line or the Makefile, options included."""
    found = guide_faults(doc.read_text(encoding="utf-8"))
    assert not found, report(
        found, f"correct {doc.relative_to(ROOT)}, or give orbit_entry.cli or the Makefile that command"
    )


def test_the_guide_is_read() -> None:
    """The reader of the guide finds the commands in all their disguises, so the test above isn't about nothing."""
    found = [orbit_words(words) for words in shown_commands(GUIDE.read_text(encoding="utf-8"))]
    assert [ours for ours in found if ours == ["doctor"]] == [["doctor"]] * 4
    assert ["migrate", "--down", "--to", "REVISION"] in found
    assert ["run"] in found


def test_the_files_of_the_guide_are_there() -> None:
    """Every file of the repository that the guide names exists, except those that it tells people to make."""
    made = {"docker/shop.env", "docker-compose.override.yml"}
    named = set(re.findall(r"(?<![\w/-])(?:docker/|\.env)[\w./-]*\w", GUIDE.read_text(encoding="utf-8")))
    wanted = {name for name in named if not name.startswith("docker/secrets/")} - made - {"docker/secrets", ".env"}
    assert {"docker/secrets.sh", "docker/shop.env.example", ".env.example"} <= wanted
    assert [name for name in sorted(wanted) if not (ROOT / name).is_file()] == []


def test_every_part_of_the_guide_is_in_the_compose_file() -> None:
    """The table of what runs lists exactly the parts of docker-compose.yml."""
    rows = re.findall(r"^\| `([a-z]+)` \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(COMPOSE)


def test_every_part_runs_a_command_that_exists() -> None:
    """What the compose file starts in Orbit's image is known to the command line."""
    ours = {name: part["command"] for name, part in COMPOSE.items() if part["image"].startswith(IMAGE)}
    assert {name: strangers(command) for name, command in ours.items()} == {name: [] for name in ours}


@pytest.mark.parametrize(
    "line",
    [
        "orbit sell",
        "make nothing",
        ".venv/bin/orbit ledger mend",
        "orbit ledger",
        "orbit doctor --gently",
        "docker compose run --rm web sell",
        "docker compose exec web orbit sell",
        "docker exec orbit orbit sell",
        "docker run --rm orbit-vpn:0.1.0 sell",
        "docker compose run --rm cellar",
    ],
)
def test_a_command_that_is_not_there_is_seen(line: str) -> None:
    """A made-up command, option or part is complained about in a block as well as in a sentence."""
    assert guide_faults(f"```\n{line}\n```\n")
    assert guide_faults(f"Try `{line}`.")


@pytest.mark.parametrize(
    "line",
    [
        "docker compose ps",
        "docker compose exec -T postgres psql -U orbit x",
        "ls orbit",
        "orbit run",
        "make unit",
        "make crash N=5",
    ],
)
def test_other_commands_are_left_alone(line: str) -> None:
    """Commands that don't run Orbit, or run it correctly, are accepted."""
    assert guide_faults(f"`{line}`") == []
