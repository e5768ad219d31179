"""Helm itself, where it is on PATH: it is asked whether our own renderer of the chart is right."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.support.chart.release import Manifest

CHART = Path(__file__).resolve().parents[2] / "deploy" / "helm" / "orbit"


def has_helm() -> bool:
    """Whether `helm` is on PATH."""
    return shutil.which("helm") is not None


def run_helm(folder: Path, *words: str, values: Mapping[str, Any]) -> "subprocess.CompletedProcess[str]":
    """Run a helm command about our chart with *values*. Its settings and caches stay in *folder*."""
    file = folder / "values.yaml"
    file.write_text(yaml.safe_dump(dict(values)), encoding="utf-8")
    homes = {name: str(folder) for name in ("HELM_CONFIG_HOME", "HELM_CACHE_HOME", "HELM_DATA_HOME")}
    return subprocess.run(
        ["helm", *words, str(CHART), "--values", str(file)],
        env={**os.environ, **homes, "KUBECONFIG": str(folder / "none")},
        capture_output=True,
        text=True,
        check=False,
    )


def helm_manifests(folder: Path, name: str, values: Mapping[str, Any]) -> list[Manifest]:
    """Every manifest of the release *name*, as Helm renders it."""
    ran = run_helm(folder, "template", name, values=values)
    assert ran.returncode == 0, ran.stderr
    return [manifest for manifest in yaml.safe_load_all(ran.stdout) if manifest]
