"""The rules for a rendered release. They are those of docker-compose.yml, said of pods."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from orbit_domain.subscription_link.link import LINK_PATH
from orbit_entry.bot.webhook import PATH
from tests.integration.chart.kubernetes_fields import field_faults
from tests.integration.chart.release import Pod, environment, hit, of_kind, pods, secret_files
from tests.integration.image.compose import known_settings, secret_settings
from tests.integration.image.dockerfile import LEAST_START_PERIOD_S
from tests.support.chart.release import Manifest
from tests.unit.architecture.test_commands import strangers

_NAME = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_STOP_S = 12
_PATHS = {PATH: "bot", "/pay": "bot", LINK_PATH: "web"}
_UID = 10001


def chart_faults(manifests: Sequence[Manifest]) -> list[str]:
    """What is wrong with a release, each with the manifest's kind and name. Empty when every rule holds."""
    found = []
    for manifest in manifests:
        name = f"{manifest['kind']} {manifest['metadata']['name']}"
        found += [f"{name}: {fault}" for fault in (*field_faults(manifest), *_own_faults(manifest, manifests))]
    for pod in pods(manifests):
        found += [f"{pod.kind} {pod.name}: {fault}" for fault in _pod_faults(pod, manifests)]
    return found


def _own_faults(manifest: Manifest, manifests: Sequence[Manifest]) -> Iterator[str]:
    kind, name = manifest["kind"], manifest["metadata"]["name"]
    if not _NAME.fullmatch(name):
        yield "its name is none for Kubernetes"
    if sum(other["kind"] == kind and other["metadata"]["name"] == name for other in manifests) > 1:
        yield "there are two of it"
    checks = {
        "Deployment": _deployment_faults,
        "Job": _job_faults,
        "Service": _service_faults,
        "PodDisruptionBudget": _budget_faults,
        "Ingress": _ingress_faults,
        "NetworkPolicy": _policy_faults,
        "PodMonitor": _monitor_faults,
        "PersistentVolumeClaim": _claim_faults,
        "HorizontalPodAutoscaler": _scaling_faults,
        "ScaledObject": _scaling_faults,
    }
    if kind in checks:
        yield from checks[kind](manifest, manifests)
    elif kind != "ConfigMap":
        yield "nobody expects it in a release"


def _deployment_faults(deployment: Manifest, manifests: Sequence[Manifest]) -> Iterator[str]:
    name, spec = deployment["metadata"]["name"], deployment["spec"]
    if [pod.name for pod in hit(manifests, spec["selector"])] != [name]:
        yield "its selector doesn't mean its own pods alone"
    spread = [one["labelSelector"] for one in spec["template"]["spec"].get("topologySpreadConstraints", [])]
    if not spread or any([pod.name for pod in hit(manifests, one)] != [name] for one in spread):
        yield "its pods may all be on one machine"
    budgets = [one for one in of_kind(manifests, "PodDisruptionBudget") if one["metadata"]["name"] == name]
    if not budgets:
        yield "has no disruption budget"
    (own,) = (pod for pod in pods(manifests) if pod.kind == "Deployment" and pod.name == name)
    is_shared = all(
        "ReadWriteMany" in one["spec"]["accessModes"] for one in of_kind(manifests, "PersistentVolumeClaim")
    )
    if own.claims and not is_shared and (spec.get("replicas") != 1 or spec["strategy"]["type"] != "Recreate"):
        yield "its next pod waits for a volume that the last one holds"
    scalers = of_kind(manifests, "HorizontalPodAutoscaler") + of_kind(manifests, "ScaledObject")
    is_scaled = any(one["spec"]["scaleTargetRef"]["name"] == name for one in scalers)
    if is_scaled == ("replicas" in spec):
        yield "either the chart or a scaler says how many there are"


def _job_faults(job: Manifest, manifests: Sequence[Manifest]) -> Iterator[str]:
    hooks = job["metadata"].get("annotations", {}).get("helm.sh/hook", "").split(",")
    if sorted(hooks) != ["pre-install", "pre-upgrade"]:
        yield "doesn't run before the processes"
    (pod,) = (one for one in pods(manifests) if one.kind == "Job" and one.name == job["metadata"]["name"])
    if pod.container.get("envFrom") or pod.spec.get("serviceAccountName"):
        yield "needs what the release makes after it"
    images = {one.container["image"] for one in pods(manifests)}
    if len(images) != 1:
        yield "migrates with another image than the processes run"


def _service_faults(service: Manifest, manifests: Sequence[Manifest]) -> Iterator[str]:
    meant = hit(manifests, service["spec"]["selector"])
    if [pod.name for pod in meant] != [service["metadata"]["name"]]:
        yield "doesn't lead to the pods of its name alone"
    for port in service["spec"]["ports"]:
        if not all(port["targetPort"] in pod.ports for pod in meant):
            yield f"leads to a port {port['targetPort']} that isn't there"
    if service["spec"].get("type") != "ClusterIP":
        yield "can be reached past the ingress"


def _budget_faults(budget: Manifest, manifests: Sequence[Manifest]) -> Iterator[str]:
    if [pod.name for pod in hit(manifests, budget["spec"]["selector"])] != [budget["metadata"]["name"]]:
        yield "doesn't protect the pods of its name alone"
    if budget["spec"].get("maxUnavailable") != 1:
        yield "forbids to empty a machine, or lets all go at once"


def _ingress_faults(ingress: Manifest, manifests: Sequence[Manifest]) -> Iterator[str]:
    services = {one["metadata"]["name"]: one for one in of_kind(manifests, "Service")}
    hosts = set()
    for rule in ingress["spec"]["rules"]:
        hosts.add(rule["host"])
        for path in rule["http"]["paths"]:
            target = path["backend"]["service"]
            service = services.get(target["name"])
            names = [port["name"] for port in service["spec"]["ports"]] if service else []
            if target["port"]["name"] not in names:
                yield f"{path['path']} leads nowhere"
            if not target["name"].endswith(f"-{_PATHS.get(path['path'])}"):
                yield f"{path['path']} isn't what that process serves"
    if {host for one in ingress["spec"].get("tls", []) for host in one["hosts"]} != hosts:
        yield "serves a host without a certificate"


def _policy_faults(policy: Manifest, manifests: Sequence[Manifest]) -> Iterator[str]:
    meant = hit(manifests, policy["spec"]["podSelector"])
    if not meant:
        yield "means no pod"
    for rule in policy["spec"].get("ingress", []):
        for port in rule["ports"]:
            if not all(port["port"] in pod.ports for pod in meant):
                yield f"opens a port {port['port']} that isn't there"
        if not rule.get("from"):
            yield "lets everybody in"


def _claim_faults(claim: Manifest, manifests: Sequence[Manifest]) -> Iterator[str]:
    name = claim["metadata"]["name"]
    holders = [pod for pod in pods(manifests) if name in pod.claims]
    if [pod.labels["app.kubernetes.io/component"] for pod in holders] != ["worker"]:
        yield "isn't the workers' alone"
    if claim["metadata"].get("annotations", {}).get("helm.sh/resource-policy") != "keep":
        yield "is deleted with the release"


def _monitor_faults(monitor: Manifest, manifests: Sequence[Manifest]) -> Iterator[str]:
    serving = [pod for pod in hit(manifests, monitor["spec"]["selector"]) if pod.kind == "Deployment"]
    for endpoint in monitor["spec"]["podMetricsEndpoints"]:
        if not serving or not all(endpoint["port"] in pod.ports for pod in serving):
            yield f"reads a port {endpoint['port']} that isn't there"


def _scaling_faults(scaler: Manifest, manifests: Sequence[Manifest]) -> Iterator[str]:
    targets = {one["metadata"]["name"] for one in of_kind(manifests, "Deployment")}
    target = scaler["spec"]["scaleTargetRef"]["name"]
    if target not in targets or not target.endswith("-worker"):
        yield "scales something else than the workers"


def _pod_faults(pod: Pod, manifests: Sequence[Manifest]) -> Iterator[str]:
    yield from _security_faults(pod)
    yield from _environment_faults(pod, manifests)
    image = pod.container["image"]
    tag = image.rpartition("/")[2].partition(":")[2]
    if tag in ("", "latest") and "@sha256:" not in image:
        yield f"its image {image!r} isn't pinned by a tag"
    if not _is_command(*pod.container["args"]):
        yield f"runs a command that Orbit doesn't have: {pod.container['args']}"
    resources = pod.container.get("resources", {})
    if not all({"cpu", "memory"} <= set(resources.get(half, {})) for half in ("requests", "limits")):
        yield "may take all of the machine"
    volumes = {volume["name"] for volume in pod.spec["volumes"]}
    if {mount["name"] for mount in pod.container["volumeMounts"]} != volumes:
        yield "mounts a volume that isn't there, or leaves one unused"
    if pod.kind == "Deployment":
        yield from _serving_faults(pod, manifests)


def _security_faults(pod: Pod) -> Iterator[str]:
    rights, person = pod.container.get("securityContext", {}), pod.spec.get("securityContext", {})
    if rights.get("readOnlyRootFilesystem") is not True or rights.get("capabilities") != {"drop": ["ALL"]}:
        yield "may write to its image, or keeps capabilities it doesn't need"
    if rights.get("allowPrivilegeEscalation") is not False:
        yield "may gain privileges"
    if person.get("runAsNonRoot") is not True or person.get("runAsUser") != _UID or person.get("fsGroup") != _UID:
        yield "isn't run by the user of the image"
    if person.get("seccompProfile") != {"type": "RuntimeDefault"}:
        yield "may make any system call"
    if pod.spec.get("automountServiceAccountToken") is not False:
        yield "holds a key of the cluster"
    if pod.spec.get("enableServiceLinks") is not False:
        yield "gets addresses of Services as settings"


def _environment_faults(pod: Pod, manifests: Sequence[Manifest]) -> Iterator[str]:
    files = set(secret_files(pod))
    known, secret = _settings()
    for name, value in environment(pod, manifests).items():
        if name not in known:
            yield f"sets {name}, which isn't a setting"
        if name.removesuffix("_FILE") in secret and (not name.endswith("_FILE") or value not in files):
            yield f"{name} is no file of its Secret"
        if not isinstance(value, str):
            yield f"{name} is no text"
    for volume in pod.spec["volumes"]:
        if "secret" in volume and volume["secret"].get("defaultMode") != 0o440:
            yield "others in the container may read its secrets, or it can't itself"


def _serving_faults(pod: Pod, manifests: Sequence[Manifest]) -> Iterator[str]:
    container = pod.container
    given = environment(pod, manifests)
    listening = {"http": given.get("ORBIT_WEB_PORT"), "metrics": given.get("ORBIT_METRICS_PORT")}
    if {name: str(number) for name, number in pod.ports.items()} != {k: v for k, v in listening.items() if v}:
        yield "doesn't listen where its port is"
    probes = {name: container.get(f"{name}Probe", {}) for name in ("startup", "liveness", "readiness")}
    wanted = {"startup": "/health/live", "liveness": "/health/live", "readiness": "/health/ready"}
    if {name: probe.get("httpGet", {}).get("path") for name, probe in probes.items()} != wanted:
        yield "isn't asked for its health"
    if any(probe.get("httpGet", {}).get("port") not in pod.ports for probe in probes.values()):
        yield "is asked for its health at a port that isn't there"
    if probes["startup"].get("periodSeconds", 0) * probes["startup"].get("failureThreshold", 0) < LEAST_START_PERIOD_S:
        yield f"is given up before {LEAST_START_PERIOD_S} s"
    waits = int(container.get("lifecycle", {}).get("preStop", {}).get("exec", {}).get("command", ["0"])[-1])
    if pod.spec.get("terminationGracePeriodSeconds", 0) < _STOP_S + waits:
        yield f"is killed sooner than {_STOP_S} s after it was asked to leave"


@cache
def _settings() -> tuple[set[str], set[str]]:
    """All settings, and those that are secret."""
    return known_settings(), secret_settings()


@cache
def _is_command(*words: str) -> bool:
    return not strangers(list(words))
