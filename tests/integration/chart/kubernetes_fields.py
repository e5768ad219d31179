"""The fields of Kubernetes that the chart uses, by kind, with their types: what isn't here is a misspelling or news.

They were taken from the API's own description, so a new one is looked up there before it is added.
"""

from collections.abc import Iterator
from typing import Any

WORDS = {"*": str}
META = {"name": str, "labels": WORDS, "annotations": WORDS}
SELECTOR = {"matchLabels": WORDS, "matchExpressions": [{"key": str, "operator": str, "values": [str]}]}
HTTP_PROBE = {
    "httpGet": {"path": str, "port": str},
    "periodSeconds": int,
    "failureThreshold": int,
    "timeoutSeconds": int,
}
CONTAINER = {
    "name": str,
    "image": str,
    "imagePullPolicy": str,
    "args": [str],
    "env": [{"name": str, "value": str}],
    "envFrom": [{"configMapRef": {"name": str}}],
    "ports": [{"name": str, "containerPort": int}],
    "startupProbe": HTTP_PROBE,
    "livenessProbe": HTTP_PROBE,
    "readinessProbe": HTTP_PROBE,
    "lifecycle": {"preStop": {"exec": {"command": [str]}}},
    "resources": {"requests": WORDS, "limits": WORDS},
    "securityContext": {
        "readOnlyRootFilesystem": bool,
        "allowPrivilegeEscalation": bool,
        "capabilities": {"drop": [str]},
    },
    "volumeMounts": [{"name": str, "mountPath": str, "readOnly": bool}],
}
POD = {
    "enableServiceLinks": bool,
    "automountServiceAccountToken": bool,
    "restartPolicy": str,
    "terminationGracePeriodSeconds": int,
    "securityContext": {
        "runAsNonRoot": bool,
        "runAsUser": int,
        "runAsGroup": int,
        "fsGroup": int,
        "seccompProfile": {"type": str},
    },
    "imagePullSecrets": [{"name": str}],
    "nodeSelector": WORDS,
    "tolerations": [{"key": str, "operator": str, "value": str, "effect": str}],
    "topologySpreadConstraints": [
        {"maxSkew": int, "topologyKey": str, "whenUnsatisfiable": str, "labelSelector": SELECTOR}
    ],
    "containers": [CONTAINER],
    "volumes": [
        {
            "name": str,
            "emptyDir": {"sizeLimit": str},
            "secret": {"secretName": str, "defaultMode": int, "items": [{"key": str, "path": str}]},
            "configMap": {"name": str},
            "persistentVolumeClaim": {"claimName": str},
        }
    ],
}
TEMPLATE = {"metadata": META, "spec": POD}
PEER = {"namespaceSelector": SELECTOR, "podSelector": SELECTOR, "ipBlock": {"cidr": str}}
PORTS = [{"protocol": str, "port": (int, str)}]
KINDS: dict[tuple[str, str], dict[str, Any]] = {
    ("v1", "ConfigMap"): {"data": WORDS},
    ("v1", "PersistentVolumeClaim"): {
        "spec": {"accessModes": [str], "storageClassName": str, "resources": {"requests": WORDS}}
    },
    ("v1", "Service"): {
        "spec": {"type": str, "selector": WORDS, "ports": [{"name": str, "port": int, "targetPort": str}]}
    },
    ("apps/v1", "Deployment"): {
        "spec": {
            "replicas": int,
            "revisionHistoryLimit": int,
            "strategy": {"type": str, "rollingUpdate": {"maxSurge": int, "maxUnavailable": int}},
            "selector": SELECTOR,
            "template": TEMPLATE,
        }
    },
    ("batch/v1", "Job"): {"spec": {"backoffLimit": int, "activeDeadlineSeconds": int, "template": TEMPLATE}},
    ("policy/v1", "PodDisruptionBudget"): {
        "spec": {"maxUnavailable": int, "unhealthyPodEvictionPolicy": str, "selector": SELECTOR}
    },
    ("networking.k8s.io/v1", "Ingress"): {
        "spec": {
            "ingressClassName": str,
            "rules": [
                {
                    "host": str,
                    "http": {
                        "paths": [
                            {
                                "path": str,
                                "pathType": str,
                                "backend": {"service": {"name": str, "port": {"name": str}}},
                            }
                        ]
                    },
                }
            ],
            "tls": [{"hosts": [str], "secretName": str}],
        }
    },
    ("networking.k8s.io/v1", "NetworkPolicy"): {
        "spec": {
            "podSelector": SELECTOR,
            "policyTypes": [str],
            "ingress": [{"from": [PEER], "ports": PORTS}],
            "egress": [{"to": [PEER], "ports": PORTS}],
        }
    },
    ("autoscaling/v2", "HorizontalPodAutoscaler"): {
        "spec": {
            "scaleTargetRef": {"apiVersion": str, "kind": str, "name": str},
            "minReplicas": int,
            "maxReplicas": int,
            "metrics": [
                {
                    "type": str,
                    "external": {
                        "metric": {"name": str, "selector": SELECTOR},
                        "target": {"type": str, "averageValue": str},
                    },
                }
            ],
        }
    },
    ("monitoring.coreos.com/v1", "PodMonitor"): {
        "spec": {"selector": SELECTOR, "podMetricsEndpoints": [{"port": str, "path": str}]}
    },
    ("keda.sh/v1alpha1", "ScaledObject"): {
        "spec": {
            "scaleTargetRef": {"name": str},
            "minReplicaCount": int,
            "maxReplicaCount": int,
            "pollingInterval": int,
            "cooldownPeriod": int,
            "fallback": {"failureThreshold": int, "replicas": int},
            "triggers": [{"type": str, "metricType": str, "metadata": WORDS}],
        }
    },
}


def field_faults(manifest: Any) -> list[str]:
    """Fields that Kubernetes doesn't know, or that hold another type than it takes."""
    kind = KINDS.get((manifest["apiVersion"], manifest["kind"]))
    if kind is None:
        return [f"{manifest['apiVersion']} has no {manifest['kind']} that we know"]
    return list(_faults(manifest, {"apiVersion": str, "kind": str, "metadata": META, **kind}, manifest["kind"]))


def _faults(value: Any, shape: Any, path: str) -> Iterator[str]:
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            yield f"{path} is no mapping"
            return
        for field, inner in value.items():
            if field not in shape and "*" not in shape:
                yield f"{path}.{field} is no field"
            else:
                yield from _faults(inner, shape.get(field, shape.get("*")), f"{path}.{field}")
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{path} is no list"
            return
        for inner in value:
            yield from _faults(inner, shape[0], f"{path}[]")
    elif not isinstance(value, shape) or (isinstance(value, bool) and shape is not bool):
        yield f"{path} holds {value!r}"
