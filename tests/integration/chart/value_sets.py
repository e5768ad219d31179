"""What owners set: the values with which the tests render the chart, and those that it refuses."""

from typing import Any

LARGE: dict[str, Any] = {
    "image": {
        "repository": "registry.example.org:5000/orbit-vpn",
        "digest": f"sha256:{'1' * 64}",
        "pullSecrets": ["registry"],
    },
    "settings": {"ORBIT_OWNER_ID": "123456789", "ORBIT_PANEL_URL": "https://panel.example.org:8000"},
    "secrets": {"files": {"ORBIT_TON_API_KEY": "ton_api_key", "REDIS_URL": None}},
    "panelCertificate": {"existingConfigMap": "panel-certificate"},
    "webhookUrl": "https://shop.example.org",
    "publicUrl": "https://keys.example.org",
    "ingress": {
        "webhookTlsSecret": "shop-tls",
        "publicTlsSecret": "keys-tls",
        "annotations": {"cert-manager.io/cluster-issuer": "letsencrypt"},
    },
    "bot": {"replicas": 3},
    "worker": {
        "scaling": {"kind": "keda", "prometheus": "http://prometheus.sight:9090", "labels": {"namespace": "shop"}}
    },
    "backups": {
        "publicKey": "age1first, age1second",
        "storageClass": "shared",
        "settings": {"ORBIT_BACKUP_EVERY_HOURS": "6"},
        "files": {"ORBIT_BACKUP_SCRATCH_URL": "scratch_url"},
    },
    "migration": {"databaseKey": "owner_database_url", "role": "orbit_shop"},
    "networkPolicy": {
        "egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/8"}}], "ports": [{"protocol": "TCP", "port": 8000}]}]
    },
    "nodeSelector": {"disk": "fast"},
    "tolerations": [{"key": "shop", "operator": "Exists", "effect": "NoSchedule"}],
    "podAnnotations": {"team": "shop"},
}
"""Everything that can be set, set."""

METERED: dict[str, Any] = {"worker": {"scaling": {"kind": "hpa", "labels": {"namespace": "shop"}}}}
WATCHED: dict[str, Any] = {"metrics": {"port": 9464, "podMonitor": True}, "webhookUrl": "https://shop.example.org"}
SAVED: dict[str, Any] = {
    "backups": {"publicKey": "age1owner", "existingClaim": "disk", "accessMode": "ReadWriteOnce"},
    "worker": {"replicas": 1},
}
OPEN: dict[str, Any] = {"networkPolicy": {"enabled": False}, "publicUrl": "https://keys.example.org"}

RELEASES: dict[str, tuple[str, dict[str, Any]]] = {
    "plain": ("shop", {}),
    "large": ("shop", LARGE),
    "metered": ("shop", METERED),
    "watched": ("shop", WATCHED),
    "saved on one disk": ("shop", SAVED),
    "named like the chart": ("our-orbit", OPEN),
}
"""Names and values of releases. Together they reach all of the templates."""

REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"image": {"tag": "latest"}}, "image.tag"),
    ({"image": {"digest": "sha256:12"}}, "image.digest"),
    ({"image": {"tagg": "1"}}, "tagg"),
    ({"secrets": {"existingSecret": ""}}, "existingSecret"),
    ({"secrets": {"files": {"BOT_TOKEN": "../token"}}}, "BOT_TOKEN"),
    ({"secrets": {"files": {"BOT_TOKEN": None}}}, "BOT_TOKEN"),
    ({"settings": {"ORBIT_WEB_PORT": "80"}}, "settings"),
    ({"settings": {"ORBIT_OWNER_ID": 123456789}}, "ORBIT_OWNER_ID"),
    ({"webhookUrl": "http://shop.example.org"}, "webhookUrl"),
    ({"publicUrl": "https://keys.example.org/path"}, "publicUrl"),
    ({"bot": {"replicas": 0}}, "bot.replicas"),
    ({"web": {"resources": {"limits": {"memory": None}}}}, "memory"),
    ({"worker": {"scaling": {"kind": "magic"}}}, "worker.scaling.kind"),
    ({"worker": {"scaling": {"kind": "keda"}}}, "prometheus"),
    ({"worker": {"scaling": {"kind": "hpa", "minimum": 7}}}, "minimum is above maximum"),
    ({"worker": {"scaling": {"metric": 'x"} or vector(1) #'}}}, "metric"),
    ({"backups": {"publicKey": "age1x", "accessMode": "ReadWriteOnce"}}, "backups.accessMode"),
    ({"backups": {"size": "much"}}, "backups.size"),
    ({"backups": {"settings": {"ORBIT_BACKUP_DIR": "/tmp"}}}, "ORBIT_BACKUP_DIR"),
    ({"backups": {"files": {"BOT_TOKEN": "bot_token"}}}, "BOT_TOKEN"),
    ({"secrets": {"files": {"ORBIT_BACKUP_SCRATCH_URL": "scratch_url"}}}, "ORBIT_BACKUP_SCRATCH_URL"),
    ({"migration": {"role": "shop; DROP"}}, "migration.role"),
    ({"metrics": {"port": 8080}}, "metrics.port"),
    ({"networkPolicy": {"from": []}}, "networkPolicy.from"),
    ({"networkPolicy": {"ports": [70000]}}, "networkPolicy.ports"),
]
"""Values that can't work, and what the refusal names."""
