"""`make pin-images` pins all base images by digest; repeated, it moves the pins on."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.integration.image.compose import compose_faults, is_ours, read_compose
from tests.integration.image.dockerfile import dockerfile_faults, instructions
from tests.integration.supply.ci_rules import ci_faults, read_ci

FORGES = (".github/workflows/ci.yml", ".gitlab-ci.yml", ".forgejo/workflows/ci.yml")
FILES = ("docker-compose.yml", "Dockerfile", *FORGES)
COMMANDS = ("bash", "sed", "grep", "sort", "awk", "dirname", "cat", "sh", "rm")
DOCKER = """\
Name:      docker.io/library/{image}
MediaType: application/vnd.oci.image.index.v1+json
Digest:    {digest}

Manifests:
  Name:        docker.io/library/{image}@sha256:{other}
  Digest:      sha256:{other}
"""


def pin(folder: Path, tool: str | None, answer: str) -> "subprocess.CompletedProcess[str]":
    """Run the script in *folder*, where nothing but *tool* can ask, and it gives *answer* about every image."""
    tools = folder / "tools"
    shutil.rmtree(tools, ignore_errors=True)
    tools.mkdir()
    for command in COMMANDS:
        (tools / command).symlink_to(str(shutil.which(command)))
    if tool:
        asked = {"docker": "$1$2$3 = buildximagetoolsinspect", "skopeo": "$1 = inspect"}[tool]
        (tools / tool).write_text(f"#!/bin/sh\n[ {asked} ] && cat <<'END'\n{answer}END\n")
        (tools / tool).chmod(0o700)
    return subprocess.run(
        ["bash", "scripts/pin_images.sh"],
        cwd=folder,
        env={"PATH": str(tools)},
        capture_output=True,
        text=True,
        check=False,
    )


def bases(folder: Path) -> list[str]:
    """Every image that isn't ours, as compose, Dockerfile and the forges' files name it."""
    parts = read_compose(folder / "docker-compose.yml")["services"].values()
    steps = instructions((folder / "Dockerfile").read_text(encoding="utf-8"))
    lines = [line.split() for name in FORGES for line in (folder / name).read_text(encoding="utf-8").splitlines()]
    return [
        *(part["image"] for part in parts if not is_ours(part)),
        *(step.rest.split()[0] for step in steps if step.word == "FROM"),
        *(words[1] for words in lines if words[:1] == ["image:"]),
    ]


def copied(root: Path, folder: Path) -> dict[str, str]:
    """Copy the script and the files with images into *folder*; the texts of these."""
    for name in (*FILES, "scripts/pin_images.sh"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / name, folder / name)
    return {name: (folder / name).read_text(encoding="utf-8") for name in FILES}


@pytest.mark.parametrize(("tool", "answer"), [("docker", DOCKER), ("skopeo", "{digest}\n")])
def test_every_base_image_is_pinned(root: Path, tmp_path: Path, tool: str, answer: str) -> None:
    """After it every image has tag and digest, and repeated with a newer digest they have that one."""
    copied(root, tmp_path)
    before = [image.partition("@")[0] for image in bases(tmp_path)]
    assert {"postgres", "redis", "python", "node"} <= {image.partition(":")[0] for image in before}
    for number in "12":
        digest = f"sha256:{number * 64}"
        ran = pin(tmp_path, tool, answer.format(image="x", digest=digest, other="f" * 64))
        assert (ran.returncode, ran.stderr) == (0, "")
        assert bases(tmp_path) == [f"{image}@{digest}" for image in before]
    assert compose_faults(read_compose(tmp_path / "docker-compose.yml")) == []
    assert dockerfile_faults((tmp_path / "Dockerfile").read_text(encoding="utf-8")) == []
    for name in FORGES:
        assert ci_faults(read_ci((tmp_path / name).read_text(encoding="utf-8")), root / "Makefile") == []


def test_without_a_registry_nothing_is_changed(root: Path, tmp_path: Path) -> None:
    """When no digest comes, or nothing can ask, the next step is said and all files stay as they were."""
    texts = copied(root, tmp_path)
    silent, alone = pin(tmp_path, "docker", ""), pin(tmp_path, None, "")
    assert silent.stderr.count("Next:") == len({image.partition("@")[0] for image in bases(tmp_path)})
    assert (alone.returncode, "Next:" in alone.stderr) == (1, True)
    assert {name: (tmp_path / name).read_text(encoding="utf-8") for name in FILES} == texts
