"""A rendered release: its pods, and who is meant by a selector."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.chart.release import Manifest


@dataclass(frozen=True, slots=True)
class Pod:
    """The pods of one Deployment or Job: its name, their labels, what they run."""

    name: str
    kind: str
    labels: Mapping[str, str]
    spec: Mapping[str, Any]

    @property
    def container(self) -> Any:
        """Its only container."""
        (container,) = self.spec["containers"]
        return container

    @property
    def claims(self) -> set[str]:
        """The volumes that outlive it."""
        volumes = self.spec["volumes"]
        return {one["persistentVolumeClaim"]["claimName"] for one in volumes if "persistentVolumeClaim" in one}

    @property
    def ports(self) -> dict[str, int]:
        """Its ports by name."""
        return {port["name"]: port["containerPort"] for port in self.container.get("ports", [])}


def of_kind(manifests: Sequence[Manifest], kind: str) -> list[Any]:
    """All manifests of one kind."""
    return [manifest for manifest in manifests if manifest["kind"] == kind]


def pods(manifests: Sequence[Manifest]) -> list[Pod]:
    """What runs, the migration included."""
    return [
        Pod(
            one["metadata"]["name"],
            one["kind"],
            one["spec"]["template"]["metadata"]["labels"],
            one["spec"]["template"]["spec"],
        )
        for one in manifests
        if one["kind"] in ("Deployment", "Job")
    ]


def hit(manifests: Sequence[Manifest], selector: Any) -> list[Pod]:
    """The pods that *selector* means: labels, and expressions of the form *key in values*."""
    labels = selector.get("matchLabels", {} if "matchExpressions" in selector else selector)
    expressions = selector.get("matchExpressions", [])
    return [
        pod
        for pod in pods(manifests)
        if labels.items() <= pod.labels.items()
        and all(pod.labels.get(one["key"]) in one["values"] for one in expressions if one["operator"] == "In")
    ]


def environment(pod: Pod, manifests: Sequence[Manifest]) -> dict[str, str]:
    """Every variable that the pod's container gets from us."""
    maps = {one["metadata"]["name"]: one["data"] for one in of_kind(manifests, "ConfigMap")}
    found: dict[str, str] = {}
    for source in pod.container.get("envFrom", []):
        found |= maps[source["configMapRef"]["name"]]
    return found | {one["name"]: one["value"] for one in pod.container.get("env", [])}


def secret_files(pod: Pod) -> Iterator[str]:
    """The paths at which the pod's container finds keys of Secrets."""
    items = {volume["name"]: volume["secret"]["items"] for volume in pod.spec["volumes"] if "secret" in volume}
    for mount in pod.container["volumeMounts"]:
        yield from (f"{mount['mountPath']}/{item['path']}" for item in items.get(mount["name"], []))
