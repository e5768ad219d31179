"""Prometheus and Grafana of the compose file read our processes, and find every file that they are given."""

from pathlib import Path

import yaml

from tests.integration.image.compose import Part, is_ours

SIGHT = ("prometheus", "grafana")


def test_prometheus_reads_every_process(compose: Part, root: Path) -> None:
    """By the names of their parts, on the port where they show their numbers, in a network that both are in."""
    config = yaml.safe_load((root / "docker" / "sight" / "prometheus.yml").read_text(encoding="utf-8"))
    (job,) = config["scrape_configs"]
    (found,) = job["dns_sd_configs"]
    parts = {name: part for name, part in compose["services"].items() if is_ours(part) and name != "migrate"}
    assert set(found["names"]) == set(parts)
    for part in parts.values():
        assert part["environment"]["ORBIT_METRICS_PORT"] == str(found["port"])
        assert not any(str(found["port"]) in str(port) for port in part.get("ports", []))
        assert set(part["networks"]) & set(compose["services"]["prometheus"]["networks"])
    assert job["job_name"] == "orbit"
    assert config["rule_files"] == ["/etc/prometheus/alerts.yml"]


def test_what_is_mounted_is_there(compose: Part, root: Path) -> None:
    """Every file is in the checkout and can't be changed by its container; nothing starts without the profile."""
    for name in SIGHT:
        part = compose["services"][name]
        assert (part["profiles"], part["read_only"], part["cap_drop"]) == (["sight"], True, ["ALL"])
        for volume in part["volumes"]:
            source, mode = str(volume).partition(":")[0], str(volume).rpartition(":")[2]
            if source.startswith("./"):
                assert (root / source).exists(), volume
                assert mode == "ro"
            else:
                assert source in compose["volumes"]


def test_grafana_shows_the_dashboard_and_has_nobody_who_may_change_it(compose: Part, root: Path) -> None:
    """Its source of numbers is our Prometheus, its first page our dashboard, and there is no admin to guess."""
    grafana = compose["services"]["grafana"]
    folder = root / "docker" / "sight" / "grafana"
    (source,) = yaml.safe_load((folder / "provisioning/datasources/prometheus.yml").read_text("utf-8"))["datasources"]
    (provider,) = yaml.safe_load((folder / "provisioning/dashboards/orbit.yml").read_text("utf-8"))["providers"]
    shown = Path(grafana["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
    assert source["url"] == "http://prometheus:9090"
    assert provider["options"]["path"] == str(shown.parent)
    assert (folder / "dashboards" / shown.name).is_file()
    assert grafana["environment"]["GF_AUTH_ANONYMOUS_ORG_ROLE"] == "Viewer"
    assert grafana["environment"]["GF_SECURITY_DISABLE_INITIAL_ADMIN_CREATION"] == "true"
