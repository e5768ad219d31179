"""The lines of the guide that pin base images by digest pin all of them; repeated, they move the pins on."""

import os
import re
import subprocess
from pathlib import Path

from tests.integration.image.compose import compose_faults, is_ours, read_compose
from tests.integration.image.dockerfile import dockerfile_faults, instructions

FILES = ("docker-compose.yml", "Dockerfile")
ANSWER = """\
Name:      docker.io/library/{image}
MediaType: application/vnd.oci.image.index.v1+json
Digest:    {digest}

Manifests:
  Name:        docker.io/library/{image}@sha256:{other}
  Digest:      sha256:{other}
"""


def pin(root: Path, folder: Path, answer: str) -> "subprocess.CompletedProcess[str]":
    """Run the guide's lines in *folder*, with a `docker` that gives *answer* about every image."""
    blocks = re.findall(r"^```\n(.*?)^```", (root / "docs" / "deploying.md").read_text(encoding="utf-8"), re.M | re.S)
    (lines,) = (block for block in blocks if "imagetools" in block)
    tools = folder / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "docker").write_text(f"#!/bin/sh\n[ $1$2$3 = buildximagetoolsinspect ] && cat <<'END'\n{answer}END\n")
    (tools / "docker").chmod(0o700)
    environment = {**os.environ, "PATH": f"{tools}:{os.environ['PATH']}"}
    return subprocess.run(
        ["bash", "-c", lines], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


def bases(folder: Path) -> list[str]:
    """Every image that isn't ours, as compose and Dockerfile name it."""
    parts = read_compose(folder / "docker-compose.yml")["services"].values()
    steps = instructions((folder / "Dockerfile").read_text(encoding="utf-8"))
    return [
        *(part["image"] for part in parts if not is_ours(part)),
        *(step.rest.split()[0] for step in steps if step.word == "FROM"),
    ]


def copied(root: Path, folder: Path) -> dict[str, str]:
    """Copy the two files into *folder*; their texts."""
    texts = {name: (root / name).read_text(encoding="utf-8") for name in FILES}
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return texts


def test_every_base_image_is_pinned(root: Path, tmp_path: Path) -> None:
    """After them every image has tag and digest, and repeated with a newer digest they have that one."""
    copied(root, tmp_path)
    before = [image.partition("@")[0] for image in bases(tmp_path)]
    assert len(before) == 6
    for number in "12":
        digest = f"sha256:{number * 64}"
        ran = pin(root, tmp_path, ANSWER.format(image="x", digest=digest, other="f" * 64))
        assert (ran.returncode, ran.stderr) == (0, "")
        assert bases(tmp_path) == [f"{image}@{digest}" for image in before]
    assert compose_faults(read_compose(tmp_path / "docker-compose.yml")) == []
    assert dockerfile_faults((tmp_path / "Dockerfile").read_text(encoding="utf-8")) == []


def test_without_a_registry_nothing_is_changed(root: Path, tmp_path: Path) -> None:
    """When no digest comes, each image is named with the next step and both files stay as they were."""
    texts = copied(root, tmp_path)
    ran = pin(root, tmp_path, "")
    assert ran.stderr.count("Next:") == 5
    assert {name: (tmp_path / name).read_text(encoding="utf-8") for name in FILES} == texts
