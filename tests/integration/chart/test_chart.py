"""The chart starts a shop by the rules of docker-compose.yml, and refuses values that can't work."""

import re
import tomllib
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.chart.chart_rules import chart_faults
from tests.integration.chart.release import environment, of_kind, pods, secret_files
from tests.integration.chart.value_sets import REFUSED, SAVED, WATCHED
from tests.integration.image.compose import known_settings, secret_settings
from tests.support.chart.release import Chart, Manifest
from tests.support.chart.words import ChartFault
from tests.support.helm import CHART

ROOT = Path(__file__).resolve().parents[3]
CHARTS_OWN = {"ORBIT_WEB_HOST", "ORBIT_WEB_PORT", "ORBIT_WEBHOOK_URL", "ORBIT_PUBLIC_URL", "ORBIT_DATA_DIR"}
CHARTS_OWN |= {"ORBIT_METRICS_HOST", "ORBIT_METRICS_PORT"}
"""Settings that the chart makes from other values, or that pods can't have."""
BACKUPS_OWN = {"ORBIT_BACKUP_DIR", "ORBIT_BACKUP_PUBLIC_KEY"}


def one(manifests: Sequence[Manifest], kind: str, name: str) -> Any:
    """The manifest of that kind whose name ends so."""
    (found,) = (m for m in of_kind(manifests, kind) if m["metadata"]["name"].endswith(name))
    return found


@pytest.mark.parametrize("release", ["plain_release", "large_release", "metered_release"])
def test_a_release_has_no_faults(release: str, request: pytest.FixtureRequest) -> None:
    """Every rendered release follows every rule, has all three roles and the migration, and brings no Secret."""
    manifests = request.getfixturevalue(release)
    assert chart_faults(manifests) == []
    assert sorted(pod.name for pod in pods(manifests)) == [
        f"shop-orbit-{part}" for part in ("bot", "migration", "web", "worker")
    ]
    assert of_kind(manifests, "Secret") == []


def test_the_chart_starts_the_version_of_this_checkout(plain_release: list[Manifest]) -> None:
    """Chart, appVersion and the tag of the image are the version of the project."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text(encoding="utf-8"))
    assert (chart["version"], chart["appVersion"]) == (version, version)
    assert {pod.container["image"] for pod in pods(plain_release)} == {f"orbit-vpn:{version}"}


def test_a_bot_that_polls_is_alone(plain_release: list[Manifest]) -> None:
    """Without a webhook there is one bot, gone before the next one starts, and nothing is reachable from outside."""
    spec = one(plain_release, "Deployment", "-bot")["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
    assert of_kind(plain_release, "Ingress") == []


def test_several_bots_share_the_webhook(large_release: list[Manifest]) -> None:
    """Behind a webhook as many bots run as were asked for, and none is taken away before its successor is ready."""
    spec = one(large_release, "Deployment", "-bot")["spec"]
    assert (spec["replicas"], spec["strategy"]["rollingUpdate"]["maxUnavailable"]) == (3, 0)
    rules = of_kind(large_release, "Ingress")[0]["spec"]["rules"]
    assert {rule["host"]: [path["path"] for path in rule["http"]["paths"]] for rule in rules} == {
        "shop.example.org": ["/telegram/webhook", "/pay"],
        "keys.example.org": ["/s"],
    }


def test_workers_follow_the_age_of_the_queue(large_release: list[Manifest], metered_release: list[Manifest]) -> None:
    """KEDA asks Prometheus for this shop's oldest message; a metrics adapter is asked for the same figure."""
    (trigger,) = one(large_release, "ScaledObject", "-worker")["spec"]["triggers"]
    assert trigger["metadata"]["query"] == 'max(orbit_outbox_oldest_seconds{namespace="shop"})'
    (metric,) = one(metered_release, "HorizontalPodAutoscaler", "-worker")["spec"]["metrics"]
    assert metric["external"]["metric"] == {
        "name": "orbit_outbox_oldest_seconds",
        "selector": {"matchLabels": {"namespace": "shop"}},
    }


def test_prometheus_reaches_the_figures_and_nobody_else(chart: Chart) -> None:
    """With a port for metrics each process opens it, to the namespace that was named and not through the ingress."""
    manifests = chart.manifests(WATCHED)
    processes = [pod for pod in pods(manifests) if pod.kind == "Deployment"]
    assert [pod.ports for pod in processes] == [{"http": 8080, "metrics": 9464}] * 3
    assert {environment(pod, manifests)["ORBIT_METRICS_PORT"] for pod in processes} == {"9464"}
    (rule,) = one(manifests, "NetworkPolicy", "-metrics")["spec"]["ingress"]
    assert [port["port"] for port in rule["ports"]] == ["metrics"]
    assert rule["from"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    assert len(of_kind(manifests, "PodMonitor")) == 1
    assert "metrics" not in str(of_kind(manifests, "Ingress"))


def test_the_migration_alone_holds_the_address_of_the_owner(large_release: list[Manifest]) -> None:
    """The database's owner migrates and grants the role its privileges; no process gets that address."""
    held = {pod.name.rpartition("-")[2]: set(secret_files(pod)) for pod in pods(large_release)}
    owners = "/run/secrets/orbit/owner_database_url"
    assert held["migration"] == {owners}
    assert all(owners not in files for name, files in held.items() if name != "migration")
    (migration,) = (pod for pod in pods(large_release) if pod.kind == "Job")
    assert migration.container["args"] == ["migrate", "--for", "orbit_shop"]


def test_backups_are_the_workers_alone(chart: Chart, large_release: list[Manifest]) -> None:
    """Their folder outlives the release; key, address and other settings of theirs reach no other process.

    A disk for one machine has one worker, whose successor waits until it is gone; without a key there is no disk.
    """
    assert chart_faults(chart.manifests(SAVED)) == []
    spec = one(chart.manifests(SAVED), "Deployment", "-worker")["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})
    claim = one(large_release, "PersistentVolumeClaim", "shop-orbit-backups")["spec"]
    assert (claim["accessModes"], claim["storageClassName"]) == (["ReadWriteMany"], "shared")
    for pod in pods(large_release):
        given = environment(pod, large_release)
        held = {name: value for name, value in given.items() if name.startswith("ORBIT_BACKUP_")}
        if not pod.name.endswith("-worker"):
            assert (held, pod.claims) == ({}, set()), pod.name
            continue
        folder = "/var/lib/orbit/backups"
        assert held == {
            "ORBIT_BACKUP_DIR": folder,
            "ORBIT_BACKUP_PUBLIC_KEY": "age1first, age1second",
            "ORBIT_BACKUP_EVERY_HOURS": "6",
            "ORBIT_BACKUP_SCRATCH_URL_FILE": "/run/secrets/orbit-backups/scratch_url",
        }
        assert {"name": "backups", "mountPath": folder} in pod.container["volumeMounts"]
    assert of_kind(chart.manifests({}), "PersistentVolumeClaim") == []


def test_what_an_owner_sets_reaches_every_process(large_release: list[Manifest]) -> None:
    """Settings, the public addresses and the files of secrets arrive; a secret that was taken away doesn't."""
    for pod in pods(large_release):
        if pod.kind == "Deployment":
            given = environment(pod, large_release)
            assert given["ORBIT_OWNER_ID"] == "123456789"
            assert given["ORBIT_WEBHOOK_URL"] == "https://shop.example.org"
            assert given["ORBIT_PANEL_CA_FILE"] == "/run/panel-certificate/ca.pem"
            assert given["ORBIT_TON_API_KEY_FILE"] == "/run/secrets/orbit/ton_api_key"
            assert "REDIS_URL_FILE" not in given


def test_changed_settings_start_the_processes_anew(
    plain_release: list[Manifest], large_release: list[Manifest]
) -> None:
    """The pods carry a digest of the settings, so that other settings are another rollout."""
    digests = {
        one(release, "Deployment", "-web")["spec"]["template"]["metadata"]["annotations"]["checksum/settings"]
        for release in (plain_release, large_release)
    }
    assert len(digests) == 2


def test_the_guide_installs_a_release_without_faults(chart: Chart) -> None:
    """The values that docs/deploying.md shows render, and the files of its Secret are those that the chart mounts."""
    section = (ROOT / "docs" / "deploying.md").read_text(encoding="utf-8").partition("## Kubernetes")[2]
    blocks = re.findall(r"^```\n(.*?)^```", section, re.MULTILINE | re.DOTALL)
    (example,) = (block for block in blocks if block.startswith("image:"))
    manifests = chart.manifests(yaml.safe_load(example))
    assert chart_faults(manifests) == []
    files = {path.rpartition("/")[2] for pod in pods(manifests) for path in secret_files(pod)}
    assert [file for file in sorted(files) if f"`{file}`" not in section] == []
    assert "deployment/shop-orbit-worker" in section
    assert one(manifests, "Deployment", "-worker")["metadata"]["name"] == "shop-orbit-worker"
    (more,) = (block for block in blocks if block.startswith("backups:"))
    assert chart_faults(chart.manifests({**yaml.safe_load(example), **yaml.safe_load(more)})) == []


def test_no_secret_is_taken_as_a_setting(chart: Chart) -> None:
    """Every secret setting of Orbit is refused among those that stand in a ConfigMap; every other one is taken."""
    with pytest.raises(ChartFault) as refused:
        chart.manifests({"settings": dict.fromkeys(secret_settings(), "x")})
    assert [name for name in secret_settings() if f"'{name}'" not in str(refused.value)] == []
    files = {name for name in known_settings() if name.endswith("_FILE")}
    others = known_settings() - secret_settings() - files - CHARTS_OWN
    of_backups = {name for name in others if name.startswith("ORBIT_BACKUP_")}
    others -= of_backups
    # A refusal here: the pattern of secrets in values.schema.json takes too much.
    taken = {"publicKey": "x", "settings": dict.fromkeys(of_backups - BACKUPS_OWN, "x")}
    release = chart.manifests({"settings": dict.fromkeys(others, "x"), "backups": taken})
    (worker,) = (pod for pod in pods(release) if pod.name.endswith("-worker"))
    assert of_backups <= environment(worker, release).keys()
    secret = [name for name in secret_settings() if name.startswith("ORBIT_BACKUP_")]
    with pytest.raises(ChartFault) as refused:
        chart.manifests({"backups": {"settings": dict.fromkeys(secret, "x")}})
    assert [name for name in secret if f"'{name}'" not in str(refused.value)] == []
    assert all(others <= environment(pod, release).keys() for pod in pods(release) if pod.kind == "Deployment")


@pytest.mark.parametrize(("values", "named"), REFUSED)
def test_values_that_cannot_work_are_refused(values: dict[str, Any], named: str, chart: Chart) -> None:
    """A wrong value is named before anything is changed in the cluster."""
    with pytest.raises(ChartFault, match=re.escape(named)):
        chart.manifests(values)


_WITHIN = {"pod": "spec template spec", "container": "spec template spec containers 0"}
# What is changed in the large release, and the fault that follows: kind and name, the path of a field, its value.
SPOILT = [
    ("Deployment bot", "container image", "orbit-vpn:latest", "isn't pinned"),
    ("Deployment bot", "container args", ["sell"], "doesn't have"),
    ("Deployment bot", "container resources", {}, "all of the machine"),
    ("Deployment bot", "container securityContext", {}, "write to its image"),
    ("Deployment bot", "container startupProbe failureThreshold", 4, "given up"),
    ("Deployment bot", "container readinessProbe", {}, "asked for its health"),
    ("Deployment bot", "container ports 0 containerPort", 80, "doesn't listen"),
    ("Deployment bot", "container lifecyle", {}, "is no field"),
    ("Deployment bot", "pod volumes 0 name", "other", "volume that isn't there"),
    ("Deployment bot", "pod securityContext", {}, "user of the image"),
    ("Deployment bot", "pod enableServiceLinks", True, "as settings"),
    ("Deployment bot", "pod automountServiceAccountToken", True, "key of the cluster"),
    ("Deployment bot", "pod terminationGracePeriodSeconds", 10, "killed sooner"),
    ("Deployment bot", "pod topologySpreadConstraints", [], "one machine"),
    ("Deployment bot", "spec selector matchLabels", {"app.kubernetes.io/name": "orbit"}, "own pods alone"),
    ("Deployment bot", "spec replicas", "3", "holds '3'"),
    ("Deployment worker", "spec replicas", 2, "or a scaler says"),
    ("ConfigMap settings", "data ORBIT_PANNEL_URL", "x", "isn't a setting"),
    ("ConfigMap settings", "data BOT_TOKEN", "1:a", "no file of its Secret"),
    ("Service web", "spec selector app.kubernetes.io/component", "bot", "pods of its name"),
    ("Service web", "spec ports 0 targetPort", "https", "that isn't there"),
    ("Service web", "spec type", "LoadBalancer", "past the ingress"),
    ("PodDisruptionBudget web", "spec selector matchLabels", {"a": "b"}, "doesn't protect"),
    ("PodDisruptionBudget web", "spec maxUnavailable", 0, "empty a machine"),
    ("Ingress orbit", "spec rules 0 http paths 0 path", "/health", "that process serves"),
    ("Ingress orbit", "spec rules 1 host", "other.example.org", "without a certificate"),
    ("NetworkPolicy http", "spec ingress 0 from", [], "everybody"),
    ("NetworkPolicy http", "spec podSelector matchLabels", {"a": "b"}, "means no pod"),
    ("ScaledObject worker", "spec scaleTargetRef name", "shop-orbit-bot", "than the workers"),
    ("PersistentVolumeClaim backups", "metadata annotations", {}, "deleted with the release"),
    ("PersistentVolumeClaim backups", "metadata name", "shop-backups", "the workers' alone"),
    ("PersistentVolumeClaim backups", "spec accessModes", ["ReadWriteOnce"], "that the last one holds"),
    ("Job migration", "metadata annotations", {}, "before the processes"),
    ("Job migration", "container image", "orbit-vpn:0.0.9", "another image"),
]


@pytest.mark.parametrize(("which", "path", "value", "fault"), SPOILT, ids=[f"{row[0]}: {row[3]}" for row in SPOILT])
def test_a_bad_release_is_seen(large_release: list[Manifest], which: str, path: str, value: object, fault: str) -> None:
    """Each rule fails on our own release once it is broken."""
    spoilt: Any = deepcopy(list(large_release))
    kind, name = which.split()
    place = one(spoilt, kind, name)
    first, *others = path.split()
    *steps, last = [*_WITHIN.get(first, first).split(), *others]
    for step in steps:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    faults = chart_faults(spoilt)
    assert [said for said in faults if fault in said], faults
