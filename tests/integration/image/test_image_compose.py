"""The compose file starts a shop whose secrets are files and whose databases only its containers can reach."""

import re
import tomllib
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import QueuePool

from orbit_adapters.sql.engine import open_engine
from tests.integration.image.compose import Part, compose_faults, is_ours, known_settings, read_compose, secret_settings


def test_our_compose_file_has_no_faults(compose: Part) -> None:
    """Our compose file follows every rule."""
    assert compose_faults(compose) == []


def test_our_parts_run_the_version_of_this_checkout(compose: Part, root: Path) -> None:
    """The tag of the image is the version of the project, so that an older version is chosen by its tag."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    images = {part["image"] for part in compose["services"].values() if is_ours(part)}
    assert images == {f"orbit-vpn:{project['version']}"}


def test_only_one_part_builds_the_image(compose: Part) -> None:
    """The image is built once, by the part that all others wait for."""
    assert [name for name, part in compose["services"].items() if "build" in part] == ["migrate"]


def test_every_process_sees_the_backups_of_the_worker(compose: Part, dockerfile: str) -> None:
    """One volume in the default folder of backups, which the image holds for the shop's user: else it is root's."""
    (data,) = re.findall(r"ORBIT_DATA_DIR=(\S+)", dockerfile)
    for name, part in compose["services"].items():
        if is_ours(part) and name != "migrate":
            assert f"backups:{data}/backups" in part["volumes"], name
            assert "ORBIT_BACKUP_DIR" not in part["environment"]
    assert "backups" in compose["volumes"]
    assert re.search(rf"install --directory --owner=10001 .* {data}/backups$", dockerfile, re.MULTILINE)


def test_no_process_starts_before_the_schema_is_there(compose: Part) -> None:
    """Bot, worker and web wait until the migration has succeeded."""
    processes = {name: part for name, part in compose["services"].items() if is_ours(part) and name != "migrate"}
    conditions = {part["depends_on"]["migrate"]["condition"] for part in processes.values()}
    assert set(processes) == {"bot", "worker", "web"}
    assert conditions == {"service_completed_successfully"}


def test_databases_are_on_a_network_without_a_way_out(compose: Part) -> None:
    """PostgreSQL and Redis can be reached by Orbit's own containers only."""
    assert compose["networks"]["inside"]["internal"] is True
    assert [compose["services"][name]["networks"] for name in ("postgres", "redis")] == [["inside"], ["inside"]]


def test_redis_keeps_nothing_when_it_is_made_anew(compose: Part) -> None:
    """Redis has no volume; `test_image_redis.py` starts it and reads its settings."""
    assert "volumes" not in compose["services"]["redis"]


def test_every_process_knows_the_password_of_redis(compose: Part) -> None:
    """The processes and Redis itself take it from the same variable, without which compose starts nothing."""
    parts = compose["services"]
    addresses = {parts[name]["environment"]["REDIS_URL"] for name in ("bot", "worker", "web")}
    password = parts["redis"]["environment"]["REDISCLI_AUTH"]
    assert password.startswith("${REDIS_PASSWORD:?")
    assert addresses == {f"redis://:{password}@redis:6379/0"}


async def test_postgres_has_room_for_the_pools_of_all_processes(compose: Part) -> None:
    """Every process can fill its pool at once, and the server still has a connection for the owner."""
    engine = open_engine("postgresql+asyncpg://orbit@localhost/orbit")
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    command = " ".join(compose["services"]["postgres"]["command"])
    allowed = int(command.partition("max_connections=")[2].split()[0])
    processes = sum(is_ours(part) for part in compose["services"].values())
    assert processes * (pool.size() + pool._max_overflow) + 10 <= allowed
    await engine.dispose()


def test_the_example_of_settings_names_no_stranger_and_no_secret(root: Path) -> None:
    """What an owner copies to docker/shop.env is known to Orbit, and none of it is a secret."""
    lines = (root / "docker" / "shop.env.example").read_text(encoding="utf-8").splitlines()
    names = {line.partition("=")[0] for line in lines if line and not line.startswith("#")}
    assert names
    assert names <= known_settings() - secret_settings()


def test_secret_settings_are_those_that_the_settings_hide() -> None:
    """The rules know every secret by its type, an optional one included."""
    assert {"BOT_TOKEN", "DATABASE_URL", "ORBIT_TON_API_KEY"} <= secret_settings()
    assert "ORBIT_PANEL_URL" not in secret_settings()


def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    """A compose file that holds something else is reported as such, without a crash."""
    file = tmp_path / "docker-compose.yml"
    file.write_text("- services", encoding="utf-8")
    with pytest.raises(yaml.YAMLError):
        read_compose(file)


@pytest.mark.parametrize(
    ("name", "change", "fault"),
    [
        ("redis", {"image": "redis"}, "isn't pinned"),
        ("redis", {"image": "redis:latest"}, "isn't pinned"),
        ("bot", {"environment": {"ORBIT_PANNEL_URL": "x"}}, "isn't a setting"),
        ("bot", {"environment": {"BOT_TOKEN": "1:a"}}, "plain sight"),
        ("postgres", {"environment": {"POSTGRES_PASSWORD": "x"}}, "plain sight"),
        ("bot", {"environment": {"REDIS_URL": "redis://me:word@redis"}}, "plain sight"),
        ("bot", {"environment": {"REDIS_URL": "redis://redis:6379/0"}}, "no password"),
        ("bot", {"environment": {"REDIS_URL": "redis://:${REDIS_PASSWORD}@redis:6379/0"}}, "must be set"),
        ("bot", {"environment": {"REDIS_URL": "redis://:${REDIS_PASSWORD:?Set it}@redis:6379/0"}}, "must be set"),
        ("redis", {"environment": {"REDISCLI_AUTH": "word"}}, "plain sight"),
        ("redis", {"environment": {"REDISCLI_AUTH": "${REDIS_PASSWORD:-word}"}}, "plain sight"),
        ("redis", {"environment": {"REDIS_PASSWORD": "word"}}, "plain sight"),
        ("redis", {"command": ["--url", "redis://me:word@redis"]}, "plain sight"),
        ("bot", {"secrets": []}, "isn't given"),
        ("postgres", {"healthcheck": {}}, "no health check"),
        ("bot", {"depends_on": {}}, "no health check"),
        ("worker", {"restart": None}, "started again"),
        ("worker", {"deploy": {}}, "all of the machine"),
        ("postgres", {"security_opt": []}, "privileges"),
        ("web", {"read_only": False}, "write to its image"),
        ("web", {"cap_drop": []}, "capabilities"),
        ("worker", {"stop_grace_period": "5s"}, "killed sooner"),
        ("postgres", {"ports": ["127.0.0.1:5432:5432"]}, "database's port"),
        ("web", {"ports": ["8080:8080"]}, "whole network"),
    ],
)
def test_a_bad_compose_file_is_seen(compose: Part, name: str, change: dict[str, Any], fault: str) -> None:
    """Each rule fails on our own file once it is broken, and names the part."""
    spoilt: Any = deepcopy(dict(compose))
    spoilt["services"][name].update(change)
    faults = compose_faults(spoilt)
    assert [one for one in faults if one.startswith(f"{name}: ") and fault in one], faults
